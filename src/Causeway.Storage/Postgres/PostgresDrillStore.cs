using Causeway.Releases.Drills;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>Drills on PostgreSQL. Their ids sort by time.</summary>
internal sealed class PostgresDrillStore(PostgresDatabase database) : IDrillStore
{
    public Task PutAsync(Drill drill, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Drills,
        connection => connection.RunAsync(
            "INSERT INTO drills (id, channel, started_at, body) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            drill.Id.Value, drill.Channel, drill.StartedAt, DrillJson.Write(drill)),
        cancellation);

    public async Task<Drill?> FindAsync(DrillId id, CancellationToken cancellation) =>
        (await ReadAsync("SELECT body FROM drills WHERE id = $1", cancellation, id.Value)).FirstOrDefault();

    public async Task<IReadOnlyList<Drill>> ListAsync(string? channel, int limit, CancellationToken cancellation) =>
        await ReadAsync("SELECT body FROM drills WHERE $1::text IS NULL OR channel = $1::text ORDER BY id DESC LIMIT $2", cancellation, channel, limit);

    private Task<List<Drill>> ReadAsync(string sql, CancellationToken cancellation, params object?[] values) =>
        database.ReadAsync((connection, leave) => connection.ReadAsync(row => Kept.Drill(row.GetFieldValue<byte[]>(0)), leave, sql, values), cancellation);
}
