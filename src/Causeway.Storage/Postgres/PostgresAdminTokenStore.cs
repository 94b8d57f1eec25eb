using Causeway.Budgets.Keys;

namespace Causeway.Storage.Postgres;

/// <summary>The administrator token's digest on PostgreSQL: one row or none.</summary>
internal sealed class PostgresAdminTokenStore(PostgresDatabase database, TimeProvider time) : IAdminTokenStore
{
    public Task<KeyHash?> FindAsync(CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) => await connection.ReadAsync(row => row.GetFieldValue<byte[]>(0), leave, "SELECT hash FROM admin_token") is [{ } digest]
            ? KeyHash.FromDigest(digest)
            : (KeyHash?)null,
        cancellation);

    public Task ReplaceAsync(KeyHash token, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Keys,
        connection => connection.RunAsync(
            """
            INSERT INTO admin_token (only_row, hash, replaced_at) VALUES (1, $1, $2)
            ON CONFLICT (only_row) DO UPDATE SET hash = excluded.hash, replaced_at = excluded.replaced_at
            """,
            token.ToDigest(),
            time.GetUtcNow()),
        cancellation);
}
