using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>Keys, teams and features on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteKeyStore(SqliteWriter writer, SqliteReaders readers) : IKeyStore
{
    public Task AddAsync(Key key, CancellationToken cancellation) =>
        writer.RunAsync(connection => Add(connection, key), cancellation);

    public Task<Key?> RevokeAsync(KeyId id, DateTimeOffset at, CancellationToken cancellation) =>
        writer.RunAsync(connection => Revoke(connection, id, at), cancellation);

    public Task<IReadOnlyList<Key>> ListAsync(CancellationToken cancellation) => readers.RunAsync(List, cancellation);

    private static bool Add(SqliteConnection connection, Key key)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO teams (name, created_at) VALUES ($team, $created_at) ON CONFLICT DO NOTHING;
            INSERT INTO features (team, name, created_at) VALUES ($team, $feature, $created_at) ON CONFLICT DO NOTHING;
            INSERT INTO keys (id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by)
            VALUES ($id, $hash, $shown, $team, $feature, $environment, $created_at, $expires_at, $revoked_at, $grant_id, $capability, $created_by);
            """;
        command.Parameters.AddWithValue("$id", BytesOf(key.Id));
        command.Parameters.AddWithValue("$hash", key.Hash.ToDigest());
        command.Parameters.AddWithValue("$shown", key.Shown);
        command.Parameters.AddWithValue("$team", key.Attribution.Team);
        command.Parameters.AddWithValue("$feature", key.Attribution.Feature);
        command.Parameters.AddWithValue("$environment", key.Attribution.Environment);
        command.Parameters.AddWithValue("$created_at", key.CreatedAt.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$expires_at", OrNull(key.ExpiresAt));
        command.Parameters.AddWithValue("$revoked_at", OrNull(key.RevokedAt));
        command.Parameters.AddWithValue("$grant_id", key.Grant is { } grant ? grant.Value.ToByteArray(bigEndian: true) : DBNull.Value);
        command.Parameters.AddWithValue("$capability", key.IsCapability ? 1L : 0L);
        command.Parameters.AddWithValue("$created_by", (object?)key.CreatedBy ?? DBNull.Value);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == SQLITE_CONSTRAINT)
        {
            throw new InvalidOperationException($"A key named {key.Id}, or one with the same secret, is kept already.", failure);
        }

        return true;
    }

    private static Key? Revoke(SqliteConnection connection, KeyId id, DateTimeOffset at)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            UPDATE keys SET revoked_at = ifnull(revoked_at, $at) WHERE id = $id
            RETURNING id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by
            """;
        command.Parameters.AddWithValue("$id", BytesOf(id));
        command.Parameters.AddWithValue("$at", at.ToUnixTimeMilliseconds());
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() ? Read(row) : null;
    }

    private static IReadOnlyList<Key> List(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by
            FROM keys ORDER BY created_at, id
            """;
        using SqliteDataReader row = command.ExecuteReader();
        var keys = new List<Key>();
        while (row.Read())
        {
            keys.Add(Read(row));
        }

        return keys;
    }

    private static Key Read(SqliteDataReader row) => new()
    {
        Id = new KeyId(new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true)),
        Hash = KeyHash.FromDigest(row.GetFieldValue<byte[]>(1)),
        Shown = row.GetString(2),
        Attribution = new Attribution(row.GetString(3), row.GetString(4), row.GetString(5)),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
        ExpiresAt = Time(row, 7),
        RevokedAt = Time(row, 8),
        Grant = row.IsDBNull(9) ? null : new GrantId(new Guid(row.GetFieldValue<byte[]>(9), bigEndian: true)),
        IsCapability = row.GetInt64(10) != 0,
        CreatedBy = row.IsDBNull(11) ? null : row.GetString(11),
    };

    private static byte[] BytesOf(KeyId id) => id.Value.ToByteArray(bigEndian: true);

    private static object OrNull(DateTimeOffset? time) => time is { } moment ? moment.ToUnixTimeMilliseconds() : DBNull.Value;

    private static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
