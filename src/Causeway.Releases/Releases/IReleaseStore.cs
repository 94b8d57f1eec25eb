using Causeway.Releases.Channels;

namespace Causeway.Releases.Releases;

/// <summary>
/// Where releases, channels and the moves of channels are kept. Every method is one transaction and safe to call from many threads. Nothing
/// is ever deleted or edited but a channel's pointer, and each of its moves is kept as well.
/// </summary>
public interface IReleaseStore
{
    /// <summary>Keeps a release. One with the same content that is kept already stands, label and time included.</summary>
    Task<KeptRelease> AddAsync(Release release, CancellationToken cancellation);

    /// <summary>The releases whose ids lie in a range; at most two: whoever asks wants one, or to know that it is not one.</summary>
    Task<IReadOnlyList<Release>> FindAsync(ReleaseIdRange range, CancellationToken cancellation);

    /// <summary>Releases, newest first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="after">Only those older than this one; null: from the newest on.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<Release>> ListAsync(int limit, ReleaseId? after, CancellationToken cancellation);

    /// <summary>Every channel with the release that it points at, by name.</summary>
    Task<IReadOnlyList<PointedChannel>> ListChannelsAsync(CancellationToken cancellation);

    /// <summary>Makes a channel that points at a kept release.</summary>
    Task<ChannelOutcome> CreateChannelAsync(ReleaseChannel channel, CancellationToken cancellation);

    /// <summary>Points a channel at a kept release, if it is still at the version that the caller knows. Pointing it where it points already changes nothing.</summary>
    /// <param name="wanted">The channel and where it is to point.</param>
    /// <param name="expectedVersion">The version that the caller knows.</param>
    /// <param name="at">The time of the move.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<ChannelOutcome> PointChannelAsync(WantedChannel wanted, long expectedVersion, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>The moves of a channel, newest first; empty when there is none of that name.</summary>
    Task<IReadOnlyList<ChannelMove>> HistoryAsync(string channel, CancellationToken cancellation);

    /// <summary>Applies a whole document: all of it, or, when it fails, nothing.</summary>
    /// <returns>What changed.</returns>
    Task<PolicyPlan> ApplyAsync(PolicyDocument document, DateTimeOffset at, CancellationToken cancellation);
}

/// <summary>A release as it is kept.</summary>
/// <param name="Release">With the label and the time that it was first given.</param>
/// <param name="IsNew">False when the same content was kept before.</param>
public sealed record KeptRelease(Release Release, bool IsNew);

/// <summary>A channel with the release that it points at.</summary>
public sealed record PointedChannel(ReleaseChannel Channel, Release Release);

/// <summary>What came of making or pointing a channel.</summary>
/// <param name="Verdict">What it was.</param>
/// <param name="Pointed">The channel as it is after that; null: there is none, or its release is not kept.</param>
public sealed record ChannelOutcome(ChannelVerdict Verdict, PointedChannel? Pointed);

/// <summary>What came of making or pointing a channel.</summary>
public enum ChannelVerdict
{
    /// <summary>It is as wanted.</summary>
    Done,

    /// <summary>One of that name is there already.</summary>
    Exists,

    /// <summary>There is none of that name.</summary>
    ChannelUnknown,

    /// <summary>No such release is kept.</summary>
    ReleaseUnknown,

    /// <summary>It has moved since the version that the caller knows.</summary>
    Stale,
}
