using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>What was seen of rollouts, on PostgreSQL.</summary>
internal sealed class PostgresGuardStore(PostgresDatabase database) : IGuardStore
{
    // One writer at a time: a number that is seen has all numbers before it seen, which a sequence does not promise.
    public Task AppendAsync(IReadOnlyList<(RolloutId Rollout, GuardEvidence Evidence)> seen, DateTimeOffset at, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Evidence,
        async connection =>
        {
            await using NpgsqlBatch batch = connection.CreateBatch();
            foreach ((RolloutId rollout, GuardEvidence evidence) in seen)
            {
                batch.Add("INSERT INTO guard_evidence (seq, rollout, at, body) SELECT coalesce(max(seq), 0) + 1, $1, $2, $3 FROM guard_evidence", rollout.Value, at, evidence.Write());
            }

            return await batch.ExecuteNonQueryAsync(CancellationToken.None);
        },
        cancellation);

    public async Task<IReadOnlyList<(long Seq, GuardEvidence Evidence)>> ReadAsync(RolloutId rollout, long after, int limit, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => (row.GetInt64(0), Kept.Evidence(row.GetFieldValue<byte[]>(1))),
            leave,
            "SELECT seq, body FROM guard_evidence WHERE rollout = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            rollout.Value,
            after,
            limit),
        cancellation);

    // Never the newest one: its number is what the next one's is made of.
    public async Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation) => await database.WriteAsync(
        PostgresLock.Evidence,
        connection => connection.RunAsync("DELETE FROM guard_evidence WHERE at < $1 AND seq < (SELECT max(seq) FROM guard_evidence)", before),
        cancellation);
}
