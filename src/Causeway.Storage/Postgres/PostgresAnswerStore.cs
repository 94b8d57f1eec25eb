using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Answers that may be given again, on PostgreSQL. Written without a lock: a rollback that is committed in the same moment is not waited for, and what is put then is found by nobody,
/// since nothing looks where a release was rolled back.
/// </summary>
internal sealed class PostgresAnswerStore(PostgresDatabase database) : IAnswerStore
{
    private const int AnswersOfAPiece = 1_000;

    public async Task<byte[]?> FindAsync(AnswerKey key, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => row.GetFieldValue<byte[]>(0),
            leave,
            "SELECT content FROM cached_answers WHERE channel = $1 AND release = $2 AND request = $3",
            key.Channel,
            key.Release.ToDigest(),
            Convert.FromHexString(key.Request)),
        cancellation)).FirstOrDefault();

    public Task<bool> PutAsync(AnswerKey key, byte[] content, DateTimeOffset madeAt, long knownRevision, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfZero(content.Length, nameof(content));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, IAnswerStore.MaxContent, nameof(content));
        return database.ReadAsync(
            async (connection, _) => await connection.RunAsync(
                """
                INSERT INTO cached_answers (channel, release, request, made_at, size, content)
                SELECT $1, $2, $3, $4, $5, $6
                WHERE NOT EXISTS (SELECT 1 FROM routings WHERE channel IN ($1, '*') AND revision > $7)
                ON CONFLICT (channel, release, request) DO UPDATE SET made_at = excluded.made_at, size = excluded.size, content = excluded.content
                """,
                key.Channel, key.Release.ToDigest(), Convert.FromHexString(key.Request), madeAt, (long)content.Length, content, knownRevision) == 1,
            cancellation);
    }

    public Task<IReadOnlyList<AnswerSpace>> ListAsync(CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<AnswerSpace>>(
        async (connection, leave) => await connection.ReadAsync(
            row => new AnswerSpace(row.Text(0), ReleaseId.FromDigest(row.GetFieldValue<byte[]>(1)), row.GetInt64(2), row.GetInt64(3), row.Time(4), row.Time(5)),
            leave,
            "SELECT channel, release, count(*), sum(size)::bigint, min(made_at), max(made_at) FROM cached_answers GROUP BY channel, release ORDER BY channel, release"),
        cancellation);

    public Task<long> DropAsync(string channel, ReleaseId release, DateTimeOffset madeUpTo, CancellationToken cancellation) => Pieces.DropAsync(
        AnswersOfAPiece,
        () => database.ReadAsync(
            async (connection, _) => await connection.RunAsync(
                """
                DELETE FROM cached_answers WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM cached_answers WHERE channel = $1 AND release = $2 AND made_at <= $3 LIMIT $4))
                """,
                channel, release.ToDigest(), madeUpTo, AnswersOfAPiece),
            cancellation));
}
