using Causeway.Releases.Conversations;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Sealed transcripts on SQLite.</summary>
internal sealed class SqliteTranscriptStore(SqliteWriter writer, SqliteReaders readers) : ITranscriptStore
{
    private const int OfAPiece = 200; // Each may be large, and what waits to be booked goes first between two pieces.

    public Task PutAsync(IReadOnlyList<SealedTranscript> answers, CancellationToken cancellation)
    {
        TranscriptBounds.Check(answers);
        return writer.RunAsync(
            connection =>
            {
                using SqliteCommand put = connection.CreateCommand();
                put.CommandText =
                    """
                    INSERT INTO transcripts (team, response, previous, root, provider, until, content) VALUES ($team, $response, $previous, $root, $provider, $until, $content)
                    ON CONFLICT (team, response) DO UPDATE SET previous = excluded.previous, root = excluded.root, provider = excluded.provider, until = excluded.until, content = excluded.content
                    """;
                using SqliteCommand prolong = connection.CreateCommand();
                prolong.CommandText = "UPDATE transcripts SET until = max(until, $until) WHERE team = $team AND response = $root";
                foreach (SealedTranscript answer in answers)
                {
                    put.Parameters.Clear();
                    put.Parameters.AddWithValue("$team", answer.Team);
                    put.Parameters.AddWithValue("$response", answer.Response);
                    put.Parameters.AddWithValue("$previous", (object?)answer.Previous ?? DBNull.Value);
                    put.Parameters.AddWithValue("$root", answer.Root);
                    put.Parameters.AddWithValue("$provider", answer.Provider);
                    put.Parameters.AddWithValue("$until", answer.Until.ToUnixTimeMilliseconds());
                    put.Parameters.AddWithValue("$content", answer.Content);
                    put.ExecuteNonQuery();
                    prolong.Parameters.Clear();
                    prolong.Parameters.AddWithValue("$until", answer.Until.ToUnixTimeMilliseconds());
                    prolong.Parameters.AddWithValue("$team", answer.Team);
                    prolong.Parameters.AddWithValue("$root", answer.Root);
                    prolong.ExecuteNonQuery();
                }

                return answers.Count;
            },
            cancellation);
    }

    public Task<TranscriptHead?> FindAsync(string team, string response, DateTimeOffset now, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                SELECT one.root, one.provider FROM transcripts AS one LEFT JOIN transcripts AS first ON first.team = one.team AND first.response = one.root
                WHERE one.team = $team AND one.response = $response AND max(one.until, coalesce(first.until, 0)) > $now
                """;
            command.Parameters.AddWithValue("$team", team);
            command.Parameters.AddWithValue("$response", response);
            command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read() ? new TranscriptHead(row.GetString(0), row.GetString(1)) : null;
        },
        cancellation);

    public Task<IReadOnlyList<SealedTranscript>> ReadAsync(string team, string response, int most, long mostBytes, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<SealedTranscript>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                WITH RECURSIVE chain (depth, response, previous) AS (
                  SELECT 1, response, previous FROM transcripts WHERE team = $team AND response = $response
                  UNION ALL
                  SELECT depth + 1, before.response, before.previous FROM chain JOIN transcripts AS before ON before.team = $team AND before.response = chain.previous WHERE depth < $most)
                SELECT one.response, one.previous, one.root, one.provider, one.until, one.content FROM chain JOIN transcripts AS one ON one.team = $team AND one.response = chain.response
                ORDER BY depth
                """;
            command.Parameters.AddWithValue("$team", team);
            command.Parameters.AddWithValue("$response", response);
            command.Parameters.AddWithValue("$most", most);
            List<SealedTranscript> chain = [];
            using SqliteDataReader row = command.ExecuteReader();
            for (long bytes = 0; bytes <= mostBytes && row.Read(); bytes += chain[^1].Content.Length)
            {
                chain.Add(new SealedTranscript(
                    team, row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.GetString(2), row.GetString(3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)), row.GetFieldValue<byte[]>(5)));
            }

            return chain;
        },
        cancellation);

    public Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation) => writer.DropAsync(
        """
        DELETE FROM transcripts WHERE rowid IN (
          SELECT one.rowid FROM transcripts AS one
          WHERE one.until <= $time AND NOT EXISTS (SELECT 1 FROM transcripts AS first WHERE first.team = one.team AND first.response = one.root AND first.until > $time) LIMIT $limit)
        """,
        until,
        OfAPiece,
        cancellation);
}
