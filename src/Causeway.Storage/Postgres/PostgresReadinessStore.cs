using Causeway.Releases.Readiness;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>Readiness on PostgreSQL.</summary>
internal sealed class PostgresReadinessStore(PostgresDatabase database) : IReadinessStore
{
    public Task PutAsync(ReadinessReport report, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Drills,
        connection => connection.RunAsync(
            "INSERT INTO readiness (channel, at, body) VALUES ($1, $2, $3) ON CONFLICT (channel) DO UPDATE SET at = excluded.at, body = excluded.body",
            report.Channel, report.At, ReadinessJson.Write(report)),
        cancellation);

    public async Task<ReadinessReport?> FindAsync(string channel, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(row => Kept.Readiness(row.GetFieldValue<byte[]>(0)), leave, "SELECT body FROM readiness WHERE channel = $1", channel),
        cancellation)).FirstOrDefault();

    public async Task<IReadOnlyList<ReadinessReport>> ListAsync(CancellationToken cancellation) =>
        [.. (await database.ReadAsync((connection, leave) => connection.ReadAsync(row => Kept.Readiness(row.GetFieldValue<byte[]>(0)), leave, "SELECT body FROM readiness"), cancellation)).OfType<ReadinessReport>()];
}
