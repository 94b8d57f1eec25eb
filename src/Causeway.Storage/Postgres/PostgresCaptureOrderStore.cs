using Causeway.Budgets.Payloads;

namespace Causeway.Storage.Postgres;

/// <summary>Orders to keep prompts and answers on PostgreSQL. Their ids sort by time.</summary>
internal sealed class PostgresCaptureOrderStore(PostgresDatabase database) : ICaptureOrderStore
{
    public Task<bool> AddAsync(CaptureOrder order, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Captures,
        async connection => await connection.RunAsync(
            "INSERT INTO capture_orders (id, is_ended, body) SELECT $1, 0, $2 WHERE (SELECT count(*) FROM capture_orders) < $3",
            order.Id.Value, CaptureOrderJson.Write(order), (long)ICaptureOrderStore.MaxKept) == 1,
        cancellation);

    public Task<bool> EndAsync(CaptureOrder ended, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Captures,
        async connection => await connection.RunAsync("UPDATE capture_orders SET is_ended = 1, body = $2 WHERE id = $1 AND is_ended = 0", ended.Id.Value, CaptureOrderJson.Write(ended)) == 1,
        cancellation);

    public async Task<IReadOnlyList<CaptureOrder>> ListAsync(CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(row => CaptureOrderJson.Read(row.GetFieldValue<byte[]>(0)), leave, "SELECT body FROM capture_orders ORDER BY id DESC"), cancellation);
}
