using Causeway.Budgets.Payloads;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>Sealed payloads on PostgreSQL.</summary>
internal sealed class PostgresPayloadStore(PostgresDatabase database) : IPayloadStore
{
    private const int OfAPiece = 1_000;

    public Task PutAsync(IReadOnlyList<SealedPayload> payloads, CancellationToken cancellation)
    {
        foreach (SealedPayload payload in payloads)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Content.Length, IPayloadStore.MaxSealed, nameof(payloads));
        }

        return database.ReadAsync(
            async (connection, _) =>
            {
                foreach (SealedPayload payload in payloads)
                {
                    // Each is an event of its own: one that cannot be kept takes no other along.
                    await connection.RunAsync(
                        "INSERT INTO payloads (request, until, content) VALUES ($1, $2, $3) ON CONFLICT (request) DO UPDATE SET until = excluded.until, content = excluded.content",
                        payload.Request, payload.Until, payload.Content);
                }

                return payloads.Count;
            },
            cancellation);
    }

    public async Task<SealedPayload?> FindAsync(Guid request, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => new SealedPayload(request, row.Time(0), row.GetFieldValue<byte[]>(1)),
            leave,
            "SELECT until, content FROM payloads WHERE request = $1",
            request),
        cancellation)).FirstOrDefault();

    public Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation) => Pieces.DropAsync(
        OfAPiece,
        () => database.ReadAsync(
            async (connection, _) => await connection.RunAsync(
                "DELETE FROM payloads WHERE ctid = ANY (ARRAY(SELECT ctid FROM payloads WHERE until <= $1 LIMIT $2))", until, OfAPiece),
            cancellation));
}
