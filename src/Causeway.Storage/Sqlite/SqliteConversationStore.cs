using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Conversations on SQLite.</summary>
internal sealed class SqliteConversationStore(SqliteWriter writer, SqliteReaders readers) : IConversationStore
{
    private const int RowsOfAPiece = 2_000;

    public Task<Conversation?> FindAsync(ConversationKey key, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT body, portability, last_turn_at FROM conversations WHERE channel = $channel AND team = $team AND session = $session";
            Name(command, key);
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read()
                ? ConversationJson.Read(key, row.GetFieldValue<byte[]>(0), (Portability)row.GetInt64(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))
                : null;
        },
        cancellation);

    public Task PutAsync(IReadOnlyList<Conversation> conversations, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            foreach (Conversation conversation in conversations)
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText =
                    """
                    INSERT INTO conversations (channel, team, session, release, portability, last_turn_at, body) VALUES ($channel, $team, $session, $release, $portability, $at, $body)
                    ON CONFLICT DO UPDATE SET release = excluded.release, portability = excluded.portability, last_turn_at = excluded.last_turn_at, body = excluded.body
                    WHERE excluded.last_turn_at >= conversations.last_turn_at
                    """;
                Name(command, conversation.Key);
                command.Parameters.AddWithValue("$release", conversation.Last.ToDigest());
                command.Parameters.AddWithValue("$portability", (long)conversation.Portability);
                command.Parameters.AddWithValue("$at", conversation.LastTurnAt.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$body", ConversationJson.Write(conversation));
                command.ExecuteNonQuery();
            }

            return true;
        },
        cancellation);

    public Task<ConversationCounts> CountAsync(string channel, ReleaseId release, ConversationTarget target, DateTimeOffset since, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                SELECT count(*) FILTER (WHERE loss = 0), count(*) FILTER (WHERE loss = 1), count(*) FILTER (WHERE loss = 3) FROM (
                  SELECT CASE
                    WHEN coalesce(CAST(body AS text) ->> '$.tokens', 0) > $window THEN 3
                    WHEN portability = 3 AND CAST(body AS text) ->> '$.provider' = $provider THEN 0
                    ELSE portability END AS loss
                  FROM conversations WHERE channel = $channel AND release = $release AND last_turn_at >= $since)
                """;
            command.Parameters.AddWithValue("$channel", channel);
            command.Parameters.AddWithValue("$release", release.ToDigest());
            command.Parameters.AddWithValue("$provider", target.Provider);
            command.Parameters.AddWithValue("$window", target.Window ?? long.MaxValue);
            command.Parameters.AddWithValue("$since", since.ToUnixTimeMilliseconds());
            using SqliteDataReader row = command.ExecuteReader();
            row.Read();
            return new ConversationCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
        },
        cancellation);

    public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation) => writer.DropAsync(
        "DELETE FROM conversations WHERE (channel, team, session) IN (SELECT channel, team, session FROM conversations WHERE last_turn_at < $time LIMIT $limit)",
        before,
        RowsOfAPiece,
        cancellation);

    private static void Name(SqliteCommand command, ConversationKey key)
    {
        command.Parameters.AddWithValue("$channel", key.Channel);
        command.Parameters.AddWithValue("$team", key.Team);
        command.Parameters.AddWithValue("$session", key.Session);
    }
}
