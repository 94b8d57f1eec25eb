using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Routing and the timeline on SQLite.</summary>
internal sealed class SqliteRoutingStore(SqliteWriter writer, SqliteReaders readers) : IRoutingStore
{
    public Task<RoutingState> LoadAsync(CancellationToken cancellation) => readers.RunAsync(RoutingRows.Load, cancellation);

    public Task<long> RevisionAsync(CancellationToken cancellation) => readers.RunAsync(RoutingRows.Revision, cancellation);

    public Task<RoutingOutcome> CommitAsync(RoutingCommit commit, CancellationToken cancellation) => writer.RunAsync(connection => Commit(connection, commit), cancellation);

    public Task<ChannelRouting?> AtAsync(string channel, long revision, CancellationToken cancellation) =>
        readers.RunAsync(connection => RoutingRows.At(connection, channel, revision), cancellation);

    public Task AppendAsync(TimelineEntry entry, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            RoutingRows.Append(connection, [entry], entry.Revision);
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<TimelineEntry>> TimelineAsync(TimelineQuery query, CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<TimelineEntry>>(connection => RoutingRows.Timeline(connection, query), cancellation);

    public Task<IReadOnlyList<TimelineEntry>> TimelinePageAsync(long after, int limit, CancellationToken cancellation) =>
        readers.RunAsync<IReadOnlyList<TimelineEntry>>(connection => RoutingRows.TimelinePage(connection, after, limit), cancellation);

    private static RoutingOutcome Commit(SqliteConnection connection, RoutingCommit commit)
    {
        // Compared inside the transaction: what was planned on cannot move before it is written.
        long newest = RoutingRows.Revision(connection);
        if (newest != commit.ExpectedRevision
            || commit.Points.Any(point => ReleaseRows.FindChannel(connection, point.Wanted.Name)?.Channel.Version != point.ExpectedVersion))
        {
            return new RoutingOutcome(Committed: false, newest, []);
        }

        long revision = RoutingRows.Next(connection, commit.At);
        List<PointedChannel> pointed = [];
        foreach (PlannedPoint point in commit.Points)
        {
            PointedChannel known = ReleaseRows.FindChannel(connection, point.Wanted.Name)!;
            Release release = ReleaseRows.Find(connection, point.Wanted.Release)
                ?? throw new InvalidOperationException($"Channel {point.Wanted.Name} is to point at {point.Wanted.Release}, which is not kept.");
            PointedChannel moved = new(known.Channel.Next(point.Wanted, commit.At) with { Revision = revision }, release);
            ReleaseRows.Put(connection, moved.Channel);
            pointed.Add(moved);
        }

        RoutingRows.Put(connection, commit.Channels, revision);
        RoutingRows.Append(connection, commit.Entries, revision);
        return new RoutingOutcome(Committed: true, revision, pointed);
    }
}
