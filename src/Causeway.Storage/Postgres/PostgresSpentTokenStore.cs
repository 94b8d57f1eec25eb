using Causeway.Budgets.Keys;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Spent tokens on PostgreSQL. Times are kept to the millisecond.</summary>
internal sealed class PostgresSpentTokenStore(PostgresDatabase database) : ISpentTokenStore
{
    public Task<bool> SpendAsync(KeyHash token, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Spent,
        async connection =>
        {
            await connection.RunAsync("DELETE FROM spent_tokens WHERE expires_at <= $1", now.ToUnixTimeMilliseconds());
            return (await connection.ReadAsync(
                row => row.GetFieldValue<long>(0),
                CancellationToken.None,
                "INSERT INTO spent_tokens (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING expires_at",
                token.ToDigest(),
                until.ToUnixTimeMilliseconds())).Count > 0;
        },
        cancellation);

    public Task<bool> IsSpentAsync(KeyHash token, CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) => (await connection.ReadAsync(row => row.GetFieldValue<long>(0), leave, "SELECT expires_at FROM spent_tokens WHERE digest = $1", token.ToDigest())).Count > 0,
        cancellation);

    public async Task<IReadOnlySet<KeyHash>> SpentAmongAsync(IReadOnlyCollection<KeyHash> tokens, CancellationToken cancellation) =>
        tokens.Count == 0 ? new HashSet<KeyHash>() : (await database.ReadAsync(
            (connection, leave) => connection.ReadAsync(
                row => KeyHash.FromDigest(row.GetFieldValue<byte[]>(0)),
                leave,
                "SELECT digest FROM spent_tokens WHERE digest = ANY($1)",
                new NpgsqlParameter<byte[][]> { TypedValue = [.. tokens.Select(token => token.ToDigest())] }),
            cancellation)).ToHashSet();
}
