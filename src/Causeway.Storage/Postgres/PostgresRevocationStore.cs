using System.Data.Common;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Storage.Postgres;

/// <summary>Revoked prefixes of capability keys on PostgreSQL. Times are kept to the millisecond.</summary>
internal sealed class PostgresRevocationStore(PostgresDatabase database) : IRevocationStore
{
    private const string Columns = "rid, expires_at, revoked_at, revoked_by, key_id, grant_id, reason";

    public Task<Revocation> RevokeAsync(Revocation revocation, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Revocations,
        async connection =>
        {
            await connection.RunAsync("DELETE FROM revoked_prefixes WHERE expires_at <= $1", OverBy(revocation.RevokedAt));
            return (await connection.ReadAsync(
                Read,
                CancellationToken.None,
                $"""
                INSERT INTO revoked_prefixes AS kept ({Columns}) VALUES ($1, $2, $3, $4, $5::uuid, $6::uuid, $7::text)
                ON CONFLICT (rid) DO UPDATE SET expires_at = greatest(kept.expires_at, excluded.expires_at)
                RETURNING {Columns}
                """,
                revocation.Id.ToGuid(),
                revocation.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue,
                revocation.RevokedAt,
                revocation.RevokedBy,
                revocation.Key?.Value,
                revocation.Grant?.Value,
                revocation.Reason))[0];
        },
        cancellation);

    public async Task<IReadOnlyList<Revocation>> ListAsync(DateTimeOffset now, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(Read, leave, $"SELECT {Columns} FROM revoked_prefixes WHERE expires_at > $1", OverBy(now)), cancellation);

    // The skew of Revocation.IsOverAt: nothing is dropped that a clock may still accept.
    private static long OverBy(DateTimeOffset now) => (now - CapabilityToken.Skew).ToUnixTimeMilliseconds();

    private static Revocation Read(DbDataReader row) => new(
        RevocationId.Read(row.GetFieldValue<Guid>(0).ToByteArray(bigEndian: true)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.Text(3))
    {
        ExpiresAt = row.GetInt64(1) is var end && end == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(end),
        Key = row.IsDBNull(4) ? null : new KeyId(row.GetFieldValue<Guid>(4)),
        Grant = row.IsDBNull(5) ? null : new GrantId(row.GetFieldValue<Guid>(5)),
        Reason = row.IsDBNull(6) ? null : row.Text(6),
    };
}
