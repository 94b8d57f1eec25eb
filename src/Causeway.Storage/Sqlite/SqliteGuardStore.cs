using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>What was seen of rollouts, on SQLite.</summary>
internal sealed class SqliteGuardStore(SqliteWriter writer, SqliteReaders readers) : IGuardStore
{
    public Task AppendAsync(IReadOnlyList<(RolloutId Rollout, GuardEvidence Evidence)> seen, DateTimeOffset at, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO guard_evidence (rollout, at, body) VALUES ($rollout, $at, $body)";
            command.Parameters.AddWithValue("$at", at.ToUnixTimeMilliseconds());
            SqliteParameter rollout = command.Parameters.Add("$rollout", SqliteType.Blob);
            SqliteParameter body = command.Parameters.Add("$body", SqliteType.Blob);
            foreach ((RolloutId id, GuardEvidence evidence) in seen)
            {
                (rollout.Value, body.Value) = (id.Value.ToByteArray(bigEndian: true), evidence.Write());
                command.ExecuteNonQuery();
            }

            return seen.Count;
        },
        cancellation);

    public Task<IReadOnlyList<(long Seq, GuardEvidence Evidence)>> ReadAsync(RolloutId rollout, long after, int limit, CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<(long Seq, GuardEvidence Evidence)>>(
            connection =>
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText = "SELECT seq, body FROM guard_evidence WHERE rollout = $rollout AND seq > $after ORDER BY seq LIMIT $limit";
                command.Parameters.AddWithValue("$rollout", rollout.Value.ToByteArray(bigEndian: true));
                command.Parameters.AddWithValue("$after", after);
                command.Parameters.AddWithValue("$limit", limit);
                using SqliteDataReader row = command.ExecuteReader();
                List<(long, GuardEvidence)> read = [];
                while (row.Read())
                {
                    read.Add((row.GetInt64(0), Kept.Evidence(row.GetFieldValue<byte[]>(1))));
                }

                return read;
            },
            cancellation);

    // Never the newest one: its number is what the next one's is made of.
    public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DELETE FROM guard_evidence WHERE at < $before AND seq < (SELECT max(seq) FROM guard_evidence)";
            command.Parameters.AddWithValue("$before", before.ToUnixTimeMilliseconds());
            return (long)command.ExecuteNonQuery();
        },
        cancellation);
}
