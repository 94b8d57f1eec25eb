using System.Data.Common;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Keys, teams and features on PostgreSQL. Times are kept to the millisecond.</summary>
internal sealed class PostgresKeyStore(PostgresDatabase database) : IKeyStore
{
    private const string Columns = "id, hash, shown, team, feature, environment, created_at, expires_at, revoked_at, grant_id, capability, created_by, cost_centre";

    // Rows of one read, so that a million keys are no single answer of a minute.
    private const int Page = 10_000;

    public Task AddAsync(Key key, CancellationToken cancellation) => database.WriteAsync(PostgresLock.Keys, connection => AddAsync(connection, key), cancellation);

    public Task<Key?> RevokeAsync(KeyId id, DateTimeOffset at, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Keys,
        async connection => (await connection.ReadAsync(
            Read, CancellationToken.None, $"UPDATE keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING {Columns}", id.Value, at)).FirstOrDefault(),
        cancellation);

    public Task<Key?> FindAsync(KeyId id, CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) => (await connection.ReadAsync(Read, leave, $"SELECT {Columns} FROM keys WHERE id = $1", id.Value)).FirstOrDefault(), cancellation);

    public async Task<IReadOnlyList<Key>> ListAsync(CancellationToken cancellation)
    {
        List<Key> keys = [];
        List<Key> page;
        do
        {
            Guid after = keys is [.., { } last] ? last.Id.Value : Guid.Empty;
            page = await database.ReadAsync(
                (connection, leave) => connection.ReadAsync(Read, leave, $"SELECT {Columns} FROM keys WHERE id > $1 ORDER BY id LIMIT {Page}", after), cancellation);
            keys.AddRange(page);
        }
        while (page.Count == Page);

        // Nearly so already: ids are made in the order of time.
        keys.Sort(static (one, other) => one.CreatedAt != other.CreatedAt ? one.CreatedAt.CompareTo(other.CreatedAt) : one.Id.Value.CompareTo(other.Id.Value));
        return keys;
    }

    private static async Task<bool> AddAsync(NpgsqlConnection connection, Key key)
    {
        Attribution of = key.Attribution;
        await using NpgsqlBatch batch = connection.CreateBatch();
        batch.Add("INSERT INTO teams (name, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", of.Team, key.CreatedAt);
        batch.Add("INSERT INTO features (team, name, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", of.Team, of.Feature, key.CreatedAt);
        batch.Add(
            $"INSERT INTO keys ({Columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8::bigint, $9::bigint, $10::uuid, $11, $12::text, $13::text)",
            key.Id.Value, key.Hash.ToDigest(), key.Shown, of.Team, of.Feature, of.Environment, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.Grant?.Value, key.IsCapability, key.CreatedBy, of.CostCentre);
        try
        {
            return await batch.ExecuteNonQueryAsync(CancellationToken.None) > 0;
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new InvalidOperationException($"A key named {key.Id}, or one with the same secret, is kept already.", failure);
        }
    }

    private static Key Read(DbDataReader row) => new()
    {
        Id = new KeyId(row.GetFieldValue<Guid>(0)),
        Hash = KeyHash.FromDigest(row.GetFieldValue<byte[]>(1)),
        Shown = row.Text(2),
        Attribution = new Attribution(row.Text(3), row.Text(4), row.Text(5)) { CostCentre = row.TextOrNull(12) },
        CreatedAt = row.Time(6),
        ExpiresAt = row.TimeOrNull(7),
        RevokedAt = row.TimeOrNull(8),
        Grant = row.IsDBNull(9) ? null : new GrantId(row.GetFieldValue<Guid>(9)),
        IsCapability = row.GetBoolean(10),
        CreatedBy = row.TextOrNull(11),
    };
}
