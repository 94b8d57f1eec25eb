using Causeway.Releases.Sentinel;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>Watched pins on PostgreSQL.</summary>
internal sealed class PostgresSentinelStore(PostgresDatabase database) : ISentinelStore
{
    public async Task<IReadOnlyList<WatchedPin>> ListAsync(CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => Kept.WatchedPin(row.GetFieldValue<byte[]>(0), row.GetInt64(1)), leave, "SELECT body, version FROM watched_pins ORDER BY provider, model"),
        cancellation);

    public async Task<WatchedPin?> PutAsync(WatchedPin pin, CancellationToken cancellation)
    {
        int written = await database.WriteAsync(
            PostgresLock.Drills,
            connection => pin.Version == 0
                ? connection.RunAsync(
                    "INSERT INTO watched_pins (provider, model, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING", pin.Provider, pin.Model, SentinelJson.Write(pin))
                : connection.RunAsync(
                    "UPDATE watched_pins SET version = version + 1, body = $3 WHERE provider = $1 AND model = $2 AND version = $4", pin.Provider, pin.Model, SentinelJson.Write(pin), pin.Version),
            cancellation);
        return written == 1 ? pin with { Version = pin.Version + 1 } : null;
    }
}
