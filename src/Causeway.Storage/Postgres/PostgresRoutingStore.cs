using System.Data.Common;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Routing and the timeline on PostgreSQL. Written under the lock of releases and channels: whoever plans on one finds the other as it was.</summary>
internal sealed class PostgresRoutingStore(PostgresDatabase database) : IRoutingStore
{
    private const string Newest = "SELECT coalesce(max(revision), 0) FROM routing_revisions";
    private const string Entries = "SELECT seq, at, revision, channel, kind, actor, reason, detail, hash FROM timeline";

    public Task<RoutingState> LoadAsync(CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) =>
        {
            // In one snapshot, so that the number is that of what was read.
            await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, leave);
            long revision = await connection.NumberAsync(leave, Newest);
            List<ChannelRouting> channels = await connection.ReadAsync(
                row => Kept.Routing(row.GetFieldValue<byte[]>(1), row.GetInt64(0)),
                leave,
                "SELECT DISTINCT ON (channel) revision, body FROM routings ORDER BY channel, revision DESC");
            return new RoutingState(revision, channels);
        },
        cancellation);

    public Task<long> RevisionAsync(CancellationToken cancellation) => database.ReadAsync((connection, leave) => connection.NumberAsync(leave, Newest), cancellation);

    public Task<RoutingOutcome> CommitAsync(RoutingCommit commit, CancellationToken cancellation) =>
        database.WriteAsync(PostgresLock.Releases, connection => CommitAsync(connection, commit), cancellation);

    public async Task<ChannelRouting?> AtAsync(string channel, long revision, CancellationToken cancellation) => (await database.ReadAsync(
        (connection, leave) => connection.ReadAsync(
            row => Kept.Routing(row.GetFieldValue<byte[]>(1), row.GetInt64(0)),
            leave,
            "SELECT revision, body FROM routings WHERE channel = $1 AND revision <= $2 ORDER BY revision DESC LIMIT 1",
            channel,
            revision),
        cancellation)).FirstOrDefault();

    public Task AppendAsync(TimelineEntry entry, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Releases,
        async connection =>
        {
            await AppendAsync(connection, [entry], entry.Revision);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<TimelineEntry>> TimelineAsync(TimelineQuery query, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<TimelineEntry>>(
        async (connection, leave) => await connection.ReadAsync(
            Entry,
            leave,
            Entries
            + """
               WHERE ($1::text IS NULL OR channel = $1::text OR channel = '*') AND at >= $2 AND seq < $3
              ORDER BY seq DESC LIMIT $4
              """,
            query.Channel,
            query.Since?.ToUnixTimeMilliseconds() ?? long.MinValue,
            query.Before ?? long.MaxValue,
            query.Limit),
        cancellation);

    public Task<IReadOnlyList<TimelineEntry>> TimelinePageAsync(long after, int limit, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<TimelineEntry>>(
        async (connection, leave) => await connection.ReadAsync(Entry, leave, Entries + " WHERE seq > $1 ORDER BY seq LIMIT $2", after, limit), cancellation);

    /// <summary>Makes the next revision, in a transaction that holds the lock of releases.</summary>
    public static Task<long> NextAsync(NpgsqlConnection connection, DateTimeOffset at) => connection.NumberAsync(
        CancellationToken.None, "INSERT INTO routing_revisions (revision, at) SELECT coalesce(max(revision), 0) + 1, $1 FROM routing_revisions RETURNING revision", at);

    private static async Task<RoutingOutcome> CommitAsync(NpgsqlConnection connection, RoutingCommit commit)
    {
        long newest = await connection.NumberAsync(CancellationToken.None, Newest);
        List<PointedChannel> known = [];
        foreach (PlannedPoint point in commit.Points)
        {
            if (await PostgresReleaseStore.FindChannelAsync(connection, point.Wanted.Name) is { } channel && channel.Channel.Version == point.ExpectedVersion)
            {
                known.Add(channel);
            }
        }

        if (newest != commit.ExpectedRevision || known.Count != commit.Points.Count)
        {
            return new RoutingOutcome(Committed: false, newest, []);
        }

        long revision = await NextAsync(connection, commit.At);
        List<PointedChannel> pointed = [];
        foreach ((PlannedPoint point, PointedChannel before) in commit.Points.Zip(known))
        {
            ChannelOutcome put = await PostgresReleaseStore.PutAsync(connection, before.Channel.Next(point.Wanted, commit.At) with { Revision = revision });
            pointed.Add(put.Pointed ?? throw new InvalidOperationException($"Channel {point.Wanted.Name} is to point at {point.Wanted.Release}, which is not kept."));
        }

        foreach (ChannelRouting routing in commit.Channels)
        {
            await connection.RunAsync("INSERT INTO routings (channel, revision, body) VALUES ($1, $2, $3)", routing.Channel, revision, RoutingJson.Write(routing));
        }

        await AppendAsync(connection, commit.Entries, revision);
        return new RoutingOutcome(Committed: true, revision, pointed);
    }

    private static async Task AppendAsync(NpgsqlConnection connection, IReadOnlyList<TimelineEntry> entries, long revision)
    {
        TimelineEntry? before = (await connection.ReadAsync(Entry, CancellationToken.None, Entries + " ORDER BY seq DESC LIMIT 1")).FirstOrDefault();
        foreach (TimelineEntry entry in entries)
        {
            before = TimelineChain.Next((before?.Hash ?? TimelineChain.Start).Span, entry with { Revision = revision }, (before?.Seq ?? 0) + 1);
            await connection.RunAsync(
                "INSERT INTO timeline (seq, at, revision, channel, kind, actor, reason, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7::text, $8, $9)",
                before.Seq, before.At, before.Revision, before.Channel, (int)before.Kind, before.Actor, before.Reason, before.Detail, before.Hash.ToArray());
        }
    }

    private static TimelineEntry Entry(DbDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        At = row.Time(1),
        Revision = row.GetInt64(2),
        Channel = row.Text(3),
        Kind = (TimelineKind)row.GetInt32(4),
        Actor = row.Text(5),
        Reason = row.TextOrNull(6),
        Detail = row.Text(7),
        Hash = row.GetFieldValue<byte[]>(8),
    };
}
