using Causeway.Releases.Sentinel;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Watched pins on SQLite.</summary>
internal sealed class SqliteSentinelStore(SqliteWriter writer, SqliteReaders readers) : ISentinelStore
{
    public Task<IReadOnlyList<WatchedPin>> ListAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<WatchedPin>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body, version FROM watched_pins ORDER BY provider, model";
            using SqliteDataReader rows = command.ExecuteReader();
            List<WatchedPin> pins = [];
            while (rows.Read())
            {
                pins.Add(Kept.WatchedPin(rows.GetFieldValue<byte[]>(0), rows.GetInt64(1)));
            }

            return pins;
        },
        cancellation);

    public async Task<WatchedPin?> PutAsync(WatchedPin pin, CancellationToken cancellation)
    {
        int written = await writer.RunAsync(
            connection =>
            {
                using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // One of two literals.
                command.CommandText = pin.Version == 0
                    ? "INSERT INTO watched_pins (provider, model, version, body) VALUES ($provider, $model, $version + 1, $body) ON CONFLICT DO NOTHING"
                    : "UPDATE watched_pins SET version = $version + 1, body = $body WHERE provider = $provider AND model = $model AND version = $version";
#pragma warning restore CA2100
                command.Parameters.AddWithValue("$provider", pin.Provider);
                command.Parameters.AddWithValue("$model", pin.Model);
                command.Parameters.AddWithValue("$version", pin.Version);
                command.Parameters.AddWithValue("$body", SentinelJson.Write(pin));
                return command.ExecuteNonQuery();
            },
            cancellation);
        return written == 1 ? pin with { Version = pin.Version + 1 } : null;
    }
}
