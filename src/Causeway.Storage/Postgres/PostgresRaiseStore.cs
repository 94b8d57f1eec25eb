using Causeway.Budgets.Raises;

namespace Causeway.Storage.Postgres;

/// <summary>Requests for raises and broken glasses on PostgreSQL. Their ids sort by time.</summary>
internal sealed class PostgresRaiseStore(PostgresDatabase database) : IRaiseStore
{
    public Task AddAsync(Raise raise, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Raises,
        connection => connection.RunAsync(
            "INSERT INTO raises (id, created_at, version, pending, body) VALUES ($1, $2, $3, $4, $5)",
            raise.Id.Value, raise.CreatedAt, raise.Version, IsPending(raise), RaiseJson.Write(raise)),
        cancellation);

    public Task<bool> ReplaceAsync(Raise raise, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Raises,
        async connection => await connection.RunAsync(
            "UPDATE raises SET version = $2, pending = $3, body = $4 WHERE id = $1 AND version = $2 - 1", raise.Id.Value, raise.Version, IsPending(raise), RaiseJson.Write(raise)) == 1,
        cancellation);

    public async Task<Raise?> FindAsync(RaiseId id, CancellationToken cancellation) =>
        await BodiesAsync("SELECT body FROM raises WHERE id = $1", cancellation, id.Value) is [{ } body] ? RaiseJson.Read(body) : null;

    public async Task<IReadOnlyList<Raise>> ListAsync(bool onlyPending, CancellationToken cancellation) =>
    [
        .. (await BodiesAsync("SELECT body FROM raises WHERE pending OR NOT $1 ORDER BY id DESC LIMIT $2", cancellation, onlyPending, IRaiseStore.MaxListed)).Select(body => RaiseJson.Read(body)),
    ];

    public Task PutAsync(BrokenGlass glass, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Raises,
        connection => connection.RunAsync(
            "INSERT INTO broken_glass (id, reviewed, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET reviewed = excluded.reviewed, body = excluded.body",
            glass.Id, glass.ReviewedBy is not null, RaiseJson.Write(glass)),
        cancellation);

    public async Task<BrokenGlass?> FindGlassAsync(Guid id, CancellationToken cancellation) =>
        await BodiesAsync("SELECT body FROM broken_glass WHERE id = $1", cancellation, id) is [{ } body] ? RaiseJson.ReadGlass(body) : null;

    public async Task<IReadOnlyList<BrokenGlass>> ListGlassAsync(bool onlyUnreviewed, CancellationToken cancellation) =>
    [
        .. (await BodiesAsync("SELECT body FROM broken_glass WHERE NOT reviewed OR NOT $1 ORDER BY id DESC LIMIT $2", cancellation, onlyUnreviewed, IRaiseStore.MaxListed))
            .Select(body => RaiseJson.ReadGlass(body)),
    ];

    private static bool IsPending(Raise raise) => raise.State == RaiseState.Pending;

    private Task<List<byte[]>> BodiesAsync(string sql, CancellationToken cancellation, params object?[] values) =>
        database.ReadAsync((connection, leave) => connection.ReadAsync(row => row.GetFieldValue<byte[]>(0), leave, sql, values), cancellation);
}
