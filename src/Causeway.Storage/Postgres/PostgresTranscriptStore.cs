using Causeway.Releases.Conversations;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Sealed transcripts on PostgreSQL.</summary>
internal sealed class PostgresTranscriptStore(PostgresDatabase database) : ITranscriptStore
{
    private const int OfAPiece = 1_000;

    public Task PutAsync(IReadOnlyList<SealedTranscript> answers, CancellationToken cancellation)
    {
        TranscriptBounds.Check(answers);
        return database.ReadAsync(
            async (connection, leave) =>
            {
                await using NpgsqlBatch batch = connection.CreateBatch(); // One transaction.
                foreach (SealedTranscript answer in answers)
                {
                    batch.Add(
                        """
                        INSERT INTO transcripts (team, response, previous, root, provider, until, content) VALUES ($1, $2, $3, $4, $5, $6, $7)
                        ON CONFLICT (team, response) DO UPDATE SET previous = excluded.previous, root = excluded.root, provider = excluded.provider, until = excluded.until, content = excluded.content
                        """,
                        answer.Team, answer.Response, answer.Previous, answer.Root, answer.Provider, answer.Until, answer.Content);
                }

                // In an order that every instance keeps to, so that none waits for another in a circle.
                foreach (IGrouping<(string Team, string Root), SealedTranscript> conversation in answers.GroupBy(one => (one.Team, one.Root)).OrderBy(group => group.Key))
                {
                    batch.Add(
                        "UPDATE transcripts SET until = greatest(until, $3) WHERE team = $1 AND response = $2", conversation.Key.Team, conversation.Key.Root, conversation.Max(one => one.Until));
                }

                return await batch.ExecuteNonQueryAsync(leave);
            },
            cancellation);
    }

    public async Task<TranscriptHead?> FindAsync(string team, string response, DateTimeOffset now, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => new TranscriptHead(row.GetString(0), row.GetString(1)),
            leave,
            """
            SELECT one.root, one.provider FROM transcripts AS one LEFT JOIN transcripts AS first ON first.team = one.team AND first.response = one.root
            WHERE one.team = $1 AND one.response = $2 AND greatest(one.until, first.until) > $3
            """,
            team,
            response,
            now),
        cancellation)).FirstOrDefault();

    public async Task<IReadOnlyList<SealedTranscript>> ReadAsync(string team, string response, int most, long mostBytes, CancellationToken cancellation) => await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => new SealedTranscript(team, row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetString(3), row.Time(4), row.GetFieldValue<byte[]>(5)),
            leave,
            """
            WITH RECURSIVE chain (depth, response, previous) AS (
              SELECT 1, response, previous FROM transcripts WHERE team = $1 AND response = $2
              UNION ALL
              SELECT depth + 1, before.response, before.previous FROM chain JOIN transcripts AS before ON before.team = $1 AND before.response = chain.previous WHERE depth < $3),
            sized AS (
              SELECT depth, one.*, sum(length(one.content)) OVER (ORDER BY depth ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
              FROM chain JOIN transcripts AS one ON one.team = $1 AND one.response = chain.response)
            SELECT response, previous, root, provider, until, content FROM sized WHERE coalesce(before, 0) <= $4 ORDER BY depth
            """,
            team,
            response,
            most,
            mostBytes),
        cancellation);

    public Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation) => Pieces.DropAsync(
        OfAPiece,
        () => database.ReadAsync(
            async (connection, _) => await connection.RunAsync(
                """
                DELETE FROM transcripts WHERE ctid = ANY (ARRAY(
                  SELECT one.ctid FROM transcripts AS one
                  WHERE one.until <= $1 AND NOT EXISTS (SELECT 1 FROM transcripts AS first WHERE first.team = one.team AND first.response = one.root AND first.until > $1) LIMIT $2))
                """,
                until,
                OfAPiece),
            cancellation));
}
