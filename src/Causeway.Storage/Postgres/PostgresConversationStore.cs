using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Conversations on PostgreSQL.</summary>
internal sealed class PostgresConversationStore(PostgresDatabase database) : IConversationStore
{
    private const int RowsOfAPiece = 10_000;

    public async Task<Conversation?> FindAsync(ConversationKey key, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => ConversationJson.Read(key, row.GetFieldValue<byte[]>(0), (Portability)row.GetInt32(1), row.Time(2)),
            leave,
            "SELECT body, portability, last_turn_at FROM conversations WHERE channel = $1 AND team = $2 AND session = $3",
            key.Channel,
            key.Team,
            key.Session),
        cancellation)).FirstOrDefault();

    public Task PutAsync(IReadOnlyList<Conversation> conversations, CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) =>
        {
            await using NpgsqlBatch batch = connection.CreateBatch(); // One transaction. In an order that every instance keeps to, so that none waits for another in a circle.
            foreach (Conversation conversation in conversations.OrderBy(one => (one.Key.Channel, one.Key.Team, one.Key.Session)))
            {
                batch.Add(
                    """
                    INSERT INTO conversations (channel, team, session, release, portability, last_turn_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (channel, team, session) DO UPDATE SET
                      release = excluded.release, portability = excluded.portability, last_turn_at = excluded.last_turn_at, body = excluded.body
                    WHERE excluded.last_turn_at >= conversations.last_turn_at
                    """,
                    conversation.Key.Channel, conversation.Key.Team, conversation.Key.Session, conversation.Last.ToDigest(), (int)conversation.Portability, conversation.LastTurnAt, ConversationJson.Write(conversation));
            }

            return await batch.ExecuteNonQueryAsync(leave);
        },
        cancellation);

    public async Task<ConversationCounts> CountAsync(string channel, ReleaseId release, ConversationTarget target, DateTimeOffset since, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => new ConversationCounts(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)),
            leave,
            """
            SELECT count(*) FILTER (WHERE loss = 0), count(*) FILTER (WHERE loss = 1), count(*) FILTER (WHERE loss = 3) FROM (
              SELECT CASE
                WHEN coalesce((said ->> 'tokens')::bigint, 0) > $5 THEN 3
                WHEN portability = 3 AND said ->> 'provider' = $4 THEN 0
                ELSE portability END AS loss
              FROM conversations CROSS JOIN LATERAL (SELECT convert_from(body, 'UTF8')::jsonb AS said) AS read
              WHERE channel = $1 AND release = $2 AND last_turn_at >= $3) AS lost
            """,
            channel,
            release.ToDigest(),
            since,
            target.Provider,
            target.Window ?? long.MaxValue),
        cancellation))[0];

    public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation) => Pieces.DropAsync(
        RowsOfAPiece,
        () => database.ReadAsync(
            async (connection, _) => await connection.RunAsync(
                "DELETE FROM conversations WHERE ctid = ANY (ARRAY(SELECT ctid FROM conversations WHERE last_turn_at < $1 LIMIT $2))", before, RowsOfAPiece),
            cancellation));
}
