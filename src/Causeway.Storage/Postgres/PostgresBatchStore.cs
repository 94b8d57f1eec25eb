using System.Data.Common;
using Causeway.Budgets.Batches;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>Batches that were taken, on PostgreSQL.</summary>
internal sealed class PostgresBatchStore(PostgresDatabase database) : IBatchStore
{
    public Task KeepAsync(TakenBatch batch, CancellationToken cancellation) => database.ReadAsync(
        async (connection, _) => await connection.RunAsync(
            $"INSERT INTO batches ({BatchSql.Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) {BatchSql.OnConflict}",
            batch.Request, batch.Provider, batch.Batch, batch.DataClass, batch.TakenAt.ToUnixTimeMilliseconds(), batch.DueAt.ToUnixTimeMilliseconds(), (int)batch.State,
            batch.NextAt.ToUnixTimeMilliseconds(), batch.AskedAt?.ToUnixTimeMilliseconds(), batch.Asks, batch.Word),
        cancellation);

    public Task<IReadOnlyList<TakenBatch>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<TakenBatch>>(
        async (connection, leave) => await connection.ReadAsync(
            Read, leave, $"SELECT {BatchSql.Columns} FROM batches WHERE state = 0 AND next_at <= $1 ORDER BY next_at, request LIMIT $2", now.ToUnixTimeMilliseconds(), limit),
        cancellation);

    public Task<IReadOnlyList<TakenBatch>> ListAsync(BatchState? state, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<TakenBatch>>(
        async (connection, leave) => await connection.ReadAsync(
            Read, leave, $"SELECT {BatchSql.Columns} FROM batches WHERE $1::integer IS NULL OR state = $1 ORDER BY taken_at DESC, request DESC LIMIT $2", (int?)state, limit),
        cancellation);

    public async Task<TakenBatch?> FindAsync(Guid request, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(Read, leave, $"SELECT {BatchSql.Columns} FROM batches WHERE request = $1", request), cancellation)).FirstOrDefault();

    public async Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) =>
        await database.ReadAsync(async (connection, _) => await connection.RunAsync("DELETE FROM batches WHERE state <> 0 AND taken_at < $1", before.ToUnixTimeMilliseconds()), cancellation);

    private static TakenBatch Read(DbDataReader row) => BatchSql.Read(row, row.GetGuid(0));
}
