using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Answers that may be given again, on SQLite.</summary>
internal sealed class SqliteAnswerStore(SqliteWriter writer, SqliteReaders readers) : IAnswerStore
{
    private const int AnswersOfAPiece = 200; // Each may be large, and what waits to be booked goes first between two pieces.

    public Task<byte[]?> FindAsync(AnswerKey key, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = Command(connection, "SELECT content FROM cached_answers WHERE channel = $channel AND release = $release AND request = $request", key.Channel, key.Release);
            command.Parameters.AddWithValue("$request", Convert.FromHexString(key.Request));
            return (byte[]?)command.ExecuteScalar();
        },
        cancellation);

    public Task<bool> PutAsync(AnswerKey key, byte[] content, DateTimeOffset madeAt, long knownRevision, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfZero(content.Length, nameof(content));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, IAnswerStore.MaxContent, nameof(content));
        return writer.RunAsync(
            connection =>
            {
                using SqliteCommand command = Command(
                    connection,
                    """
                    INSERT INTO cached_answers (channel, release, request, made_at, size, content)
                    SELECT $channel, $release, $request, $made_at, $size, $content
                    WHERE NOT EXISTS (SELECT 1 FROM routings WHERE channel IN ($channel, '*') AND revision > $known)
                    ON CONFLICT DO UPDATE SET made_at = excluded.made_at, size = excluded.size, content = excluded.content
                    """,
                    key.Channel,
                    key.Release);
                command.Parameters.AddWithValue("$request", Convert.FromHexString(key.Request));
                command.Parameters.AddWithValue("$made_at", madeAt.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$size", content.Length);
                command.Parameters.AddWithValue("$content", content);
                command.Parameters.AddWithValue("$known", knownRevision);
                return command.ExecuteNonQuery() == 1;
            },
            cancellation);
    }

    public Task<IReadOnlyList<AnswerSpace>> ListAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<AnswerSpace>>(
        static connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT channel, release, count(*), sum(size), min(made_at), max(made_at) FROM cached_answers GROUP BY channel, release ORDER BY channel, release";
            using SqliteDataReader row = command.ExecuteReader();
            List<AnswerSpace> all = [];
            while (row.Read())
            {
                all.Add(new AnswerSpace(
                    row.GetString(0),
                    ReleaseId.FromDigest(row.GetFieldValue<byte[]>(1)),
                    row.GetInt64(2),
                    row.GetInt64(3),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5))));
            }

            return all;
        },
        cancellation);

    public Task<long> DropAsync(string channel, ReleaseId release, DateTimeOffset madeUpTo, CancellationToken cancellation) => Pieces.DropAsync(
        AnswersOfAPiece,
        () => writer.RunAsync(
            connection =>
            {
                using SqliteCommand command = Command(
                    connection,
                    """
                    DELETE FROM cached_answers WHERE rowid IN (
                      SELECT rowid FROM cached_answers WHERE channel = $channel AND release = $release AND made_at <= $until LIMIT $limit)
                    """,
                    channel,
                    release);
                command.Parameters.AddWithValue("$until", madeUpTo.ToUnixTimeMilliseconds());
                command.Parameters.AddWithValue("$limit", AnswersOfAPiece);
                return command.ExecuteNonQuery();
            },
            cancellation));

    private static SqliteCommand Command(SqliteConnection connection, string sql, string channel, ReleaseId release)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants; what comes from outside is in the parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$channel", channel);
        command.Parameters.AddWithValue("$release", release.ToDigest());
        return command;
    }
}
