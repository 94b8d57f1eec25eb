using Causeway.Budgets.Batches;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Batches that were taken, on SQLite.</summary>
internal sealed class SqliteBatchStore(SqliteWriter writer, SqliteReaders readers) : IBatchStore
{
    public Task KeepAsync(TakenBatch batch, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                $"INSERT INTO batches ({BatchSql.Columns}) VALUES ($request, $provider, $batch, $data_class, $taken_at, $due_at, $state, $next_at, $asked_at, $asks, $word) {BatchSql.OnConflict}";
            command.Parameters.AddWithValue("$request", batch.Request.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$provider", batch.Provider);
            command.Parameters.AddWithValue("$batch", batch.Batch);
            command.Parameters.AddWithValue("$data_class", batch.DataClass);
            command.Parameters.AddWithValue("$taken_at", batch.TakenAt.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$due_at", batch.DueAt.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$state", (int)batch.State);
            command.Parameters.AddWithValue("$next_at", batch.NextAt.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$asked_at", (object?)batch.AskedAt?.ToUnixTimeMilliseconds() ?? DBNull.Value);
            command.Parameters.AddWithValue("$asks", batch.Asks);
            command.Parameters.AddWithValue("$word", (object?)batch.Word ?? DBNull.Value);
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task<IReadOnlyList<TakenBatch>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<TakenBatch>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT {BatchSql.Columns} FROM batches WHERE state = 0 AND next_at <= $now ORDER BY next_at, request LIMIT $limit";
            command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$limit", limit);
            return All(command);
        },
        cancellation);

    public Task<IReadOnlyList<TakenBatch>> ListAsync(BatchState? state, int limit, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<TakenBatch>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT {BatchSql.Columns} FROM batches WHERE $state IS NULL OR state = $state ORDER BY taken_at DESC, request DESC LIMIT $limit";
            command.Parameters.AddWithValue("$state", (object?)(int?)state ?? DBNull.Value);
            command.Parameters.AddWithValue("$limit", limit);
            return All(command);
        },
        cancellation);

    public Task<TakenBatch?> FindAsync(Guid request, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT {BatchSql.Columns} FROM batches WHERE request = $request";
            command.Parameters.AddWithValue("$request", request.ToByteArray(bigEndian: true));
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read() ? Read(row) : null;
        },
        cancellation);

    public Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DELETE FROM batches WHERE state <> 0 AND taken_at < $before";
            command.Parameters.AddWithValue("$before", before.ToUnixTimeMilliseconds());
            return (long)command.ExecuteNonQuery();
        },
        cancellation);

    private static List<TakenBatch> All(SqliteCommand command)
    {
        using SqliteDataReader row = command.ExecuteReader();
        List<TakenBatch> all = [];
        while (row.Read())
        {
            all.Add(Read(row));
        }

        return all;
    }

    private static TakenBatch Read(SqliteDataReader row) => BatchSql.Read(row, new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true));
}
