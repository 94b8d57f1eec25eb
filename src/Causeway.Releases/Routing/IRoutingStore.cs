using Causeway.Releases.Channels;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Routing;

/// <summary>
/// Where routing is kept, and what led to it. Every change of a channel or of its routing has a number, the routing revision, which only grows. Safe to call
/// from many threads; every method is one transaction.
/// </summary>
public interface IRoutingStore
{
    /// <summary>Everything that is in force.</summary>
    Task<RoutingState> LoadAsync(CancellationToken cancellation);

    /// <summary>The newest revision; 0: nothing has changed yet.</summary>
    Task<long> RevisionAsync(CancellationToken cancellation);

    /// <summary>Makes a change under the next revision, all of it or, when anything has changed since it was planned, nothing.</summary>
    Task<RoutingOutcome> CommitAsync(RoutingCommit commit, CancellationToken cancellation);

    /// <summary>A channel's routing as it was in a revision; null: nothing was kept of it then.</summary>
    Task<ChannelRouting?> AtAsync(string channel, long revision, CancellationToken cancellation);

    /// <summary>Adds to the timeline what changes no routing.</summary>
    Task AppendAsync(TimelineEntry entry, CancellationToken cancellation);

    /// <summary>Entries of the timeline, newest first.</summary>
    Task<IReadOnlyList<TimelineEntry>> TimelineAsync(TimelineQuery query, CancellationToken cancellation);

    /// <summary>Entries in their order from one on, for whoever verifies the chain.</summary>
    /// <param name="after">The last entry that was read; 0: from the first.</param>
    /// <param name="limit">How many at most, 1 to 10,000.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<TimelineEntry>> TimelinePageAsync(long after, int limit, CancellationToken cancellation);
}

/// <summary>Routing in one revision.</summary>
/// <param name="Revision">The newest revision.</param>
/// <param name="Channels">Of every channel that has one, and what holds everywhere.</param>
public sealed record RoutingState(long Revision, IReadOnlyList<ChannelRouting> Channels)
{
    /// <summary>Nothing was ever changed.</summary>
    public static RoutingState Empty { get; } = new(0, []);

    /// <summary>The routing of a channel; of one that has none, its beginning.</summary>
    public ChannelRouting Of(string channel) => Channels.FirstOrDefault(one => one.Channel == channel) ?? ChannelRouting.Of(channel);
}

/// <summary>A change of routing.</summary>
/// <param name="ExpectedRevision">The revision that it was planned on.</param>
/// <param name="At">When it is made, UTC.</param>
/// <param name="Channels">The routing of each channel that changes, as it becomes.</param>
/// <param name="Points">Channels that are pointed elsewhere with it.</param>
/// <param name="Entries">What the timeline says of it.</param>
public sealed record RoutingCommit(
    long ExpectedRevision, DateTimeOffset At, IReadOnlyList<ChannelRouting> Channels, IReadOnlyList<PlannedPoint> Points, IReadOnlyList<TimelineEntry> Entries);

/// <summary>A channel that is pointed elsewhere by a change of routing.</summary>
/// <param name="Wanted">Where to.</param>
/// <param name="ExpectedVersion">The channel's version that the change was planned on.</param>
public sealed record PlannedPoint(WantedChannel Wanted, long ExpectedVersion);

/// <summary>What came of a change.</summary>
/// <param name="Committed">False: something has changed since it was planned, and nothing was written.</param>
/// <param name="Revision">The revision that it made; otherwise the newest.</param>
/// <param name="Pointed">The channels that were pointed elsewhere.</param>
public sealed record RoutingOutcome(bool Committed, long Revision, IReadOnlyList<Releases.PointedChannel> Pointed);
