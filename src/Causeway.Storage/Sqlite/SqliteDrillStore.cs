using Causeway.Releases.Drills;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Drills on SQLite. Their ids sort by time.</summary>
internal sealed class SqliteDrillStore(SqliteWriter writer, SqliteReaders readers) : IDrillStore
{
    public Task PutAsync(Drill drill, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO drills (id, channel, started_at, body) VALUES ($id, $channel, $at, $body) ON CONFLICT (id) DO UPDATE SET body = excluded.body";
            command.Parameters.AddWithValue("$id", drill.Id.Value.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$channel", drill.Channel);
            command.Parameters.AddWithValue("$at", drill.StartedAt.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$body", DrillJson.Write(drill));
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task<Drill?> FindAsync(DrillId id, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body FROM drills WHERE id = $id";
            command.Parameters.AddWithValue("$id", id.Value.ToByteArray(bigEndian: true));
            return Read(command).FirstOrDefault();
        },
        cancellation);

    public Task<IReadOnlyList<Drill>> ListAsync(string? channel, int limit, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<Drill>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body FROM drills WHERE $channel IS NULL OR channel = $channel ORDER BY id DESC LIMIT $limit";
            command.Parameters.AddWithValue("$limit", limit);
            command.Parameters.AddWithValue("$channel", (object?)channel ?? DBNull.Value);
            return Read(command);
        },
        cancellation);

    private static List<Drill> Read(SqliteCommand command)
    {
        using SqliteDataReader row = command.ExecuteReader();
        List<Drill> drills = [];
        while (row.Read())
        {
            drills.Add(Kept.Drill(row.GetFieldValue<byte[]>(0)));
        }

        return drills;
    }
}
