using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Revoked prefixes of capability keys on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteRevocationStore(SqliteWriter writer, SqliteReaders readers) : IRevocationStore
{
    public Task<Revocation> RevokeAsync(Revocation revocation, CancellationToken cancellation) =>
        writer.RunAsync(connection => Revoke(connection, revocation), cancellation);

    public Task<IReadOnlyList<Revocation>> ListAsync(DateTimeOffset now, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<Revocation>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT rid, expires_at, revoked_at, revoked_by, key_id, grant_id, reason FROM revoked_prefixes WHERE expires_at > $over";
            command.Parameters.AddWithValue("$over", OverBy(now));
            using SqliteDataReader row = command.ExecuteReader();
            List<Revocation> revocations = [];
            while (row.Read())
            {
                revocations.Add(Read(row));
            }

            return revocations;
        },
        cancellation);

    private static Revocation Revoke(SqliteConnection connection, Revocation revocation)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            DELETE FROM revoked_prefixes WHERE expires_at <= $over;
            INSERT INTO revoked_prefixes (rid, expires_at, revoked_at, revoked_by, key_id, grant_id, reason)
            VALUES ($rid, $expires_at, $revoked_at, $revoked_by, $key_id, $grant_id, $reason)
            ON CONFLICT (rid) DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)
            RETURNING rid, expires_at, revoked_at, revoked_by, key_id, grant_id, reason
            """;
        command.Parameters.AddWithValue("$over", OverBy(revocation.RevokedAt));
        command.Parameters.AddWithValue("$rid", revocation.Id.ToGuid().ToByteArray(bigEndian: true));
        command.Parameters.AddWithValue("$expires_at", revocation.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        command.Parameters.AddWithValue("$revoked_at", revocation.RevokedAt.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$revoked_by", revocation.RevokedBy);
        command.Parameters.AddWithValue("$key_id", (object?)revocation.Key?.Value.ToByteArray(bigEndian: true) ?? DBNull.Value);
        command.Parameters.AddWithValue("$grant_id", (object?)revocation.Grant?.Value.ToByteArray(bigEndian: true) ?? DBNull.Value);
        command.Parameters.AddWithValue("$reason", (object?)revocation.Reason ?? DBNull.Value);
        using SqliteDataReader row = command.ExecuteReader();
        row.Read();
        return Read(row);
    }

    // The skew of Revocation.IsOverAt: nothing is dropped that a clock may still accept.
    private static long OverBy(DateTimeOffset now) => (now - CapabilityToken.Skew).ToUnixTimeMilliseconds();

    private static Revocation Read(SqliteDataReader row) => new(
        RevocationId.Read(row.GetFieldValue<byte[]>(0)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetString(3))
    {
        ExpiresAt = row.GetInt64(1) is var end && end == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(end),
        Key = row.IsDBNull(4) ? null : new KeyId(new Guid(row.GetFieldValue<byte[]>(4), bigEndian: true)),
        Grant = row.IsDBNull(5) ? null : new GrantId(new Guid(row.GetFieldValue<byte[]>(5), bigEndian: true)),
        Reason = row.IsDBNull(6) ? null : row.GetString(6),
    };
}
