using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Causeway.Storage.Sqlite;

/// <summary>Keys, teams and features on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteKeyStore(SqliteWriter writer, SqliteReaders readers) : IKeyStore
{
    // Rows of one read: some hundredths of a second, so that a busy machine does not reach the end of a read's time.
    private const int Page = 10_000;

    public Task AddAsync(Key key, CancellationToken cancellation) =>
        writer.RunAsync(connection => Add(connection, key), cancellation);

    public Task<Key?> RevokeAsync(KeyId id, DateTimeOffset at, CancellationToken cancellation) =>
        writer.RunAsync(connection => Revoke(connection, id, at), cancellation);

    public Task<Key?> FindAsync(KeyId id, CancellationToken cancellation) => readers.RunAsync(connection => Find(connection, id), cancellation);

    // In pages, since a million keys take longer than one read may; by id, which needs no sorting in the store and is nearly their order in time.
    public async Task<IReadOnlyList<Key>> ListAsync(CancellationToken cancellation)
    {
        List<Key> keys = [];
        KeyRows rows = new();
        while (true)
        {
            KeyId? last = keys.Count == 0 ? null : keys[^1].Id;
            List<Key> page = await readers.RunAsync(connection => List(connection, last, rows), cancellation);
            keys.AddRange(page);
            if (page.Count < Page)
            {
                break;
            }
        }

        if (IsSorted(keys))
        {
            return keys; // Ids are made in the order of time, and that is how they come.
        }

        keys.Sort(static (one, other) => one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt) : one.Id.Value.CompareTo(other.Id.Value));
        return keys;
    }

    private static bool Add(SqliteConnection connection, Key key)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO teams (name, created_at) VALUES ($team, $created_at) ON CONFLICT DO NOTHING;
            INSERT INTO features (team, name, created_at) VALUES ($team, $feature, $created_at) ON CONFLICT DO NOTHING;
            INSERT INTO keys (id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by, cost_centre)
            VALUES ($id, $hash, $shown, $team, $feature, $environment, $created_at, $expires_at, $revoked_at, $grant_id, $capability, $created_by, $cost_centre);
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
        command.Parameters.AddWithValue("$cost_centre", (object?)key.Attribution.CostCentre ?? DBNull.Value);
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

    private static Key? Find(SqliteConnection connection, KeyId id)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by, cost_centre FROM keys WHERE id = $id";
        command.Parameters.AddWithValue("$id", BytesOf(id));
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() ? KeyRows.Read(row) : null;
    }

    private static Key? Revoke(SqliteConnection connection, KeyId id, DateTimeOffset at)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            UPDATE keys SET revoked_at = ifnull(revoked_at, $at) WHERE id = $id
            RETURNING id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by, cost_centre
            """;
        command.Parameters.AddWithValue("$id", BytesOf(id));
        command.Parameters.AddWithValue("$at", at.ToUnixTimeMilliseconds());
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() ? KeyRows.Read(row) : null;
    }

    private static List<Key> List(SqliteConnection connection, KeyId? after, KeyRows rows)
    {
        using Statement statement = new(
            connection,
            """
            SELECT id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by, cost_centre
            FROM keys WHERE id > ?1 ORDER BY id LIMIT ?2
            """);
        statement.Bind(1, after is { } id ? BytesOf(id) : []);
        statement.Bind(2, Page);
        var keys = new List<Key>(Page);
        while (statement.Step())
        {
            keys.Add(rows.Read(statement));
        }

        return keys;
    }

    private static bool IsSorted(List<Key> keys)
    {
        for (int i = 1; i < keys.Count; i++)
        {
            if (keys[i - 1].CreatedAt > keys[i].CreatedAt)
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] BytesOf(KeyId id) => id.Value.ToByteArray(bigEndian: true);

    private static object OrNull(DateTimeOffset? time) => time is { } moment ? moment.ToUnixTimeMilliseconds() : DBNull.Value;
}
