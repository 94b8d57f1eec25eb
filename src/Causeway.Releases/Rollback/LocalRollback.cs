using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Rollback;

/// <summary>
/// A rollback that one instance made by itself, since its store did not answer: the store knows nothing of it, and no other instance does. It goes to base or to what answered before,
/// and nowhere else. In memory: it is over with the process.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="From">What must not be dispatched on it here.</param>
/// <param name="To">What answers here instead.</param>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record LocalRollback(string Channel, ReleaseId From, ReleaseId To, DateTimeOffset At, string By, string Reason)
{
    /// <summary>
    /// True when the store's own decision has taken its place: what it was made against answers nobody there any more. Until then it stands, whatever else is changed of the channel: a setting
    /// that somebody changes elsewhere must not bring a release back that a person has taken away.
    /// </summary>
    public bool IsOver(ReleaseChannel channel, ChannelRouting routing) => !new ChannelFacts(channel, routing, []).Serves(From);

    /// <summary>The channel's routing with this above everything else, as this instance serves it.</summary>
    public ChannelRouting Over(ReleaseChannel channel, ChannelRouting routing) => routing.WithQuarantined(new QuarantinedRelease(From, At, By, Reason, StreamPolicy.Drain)) with
    {
        Override = new ChannelOverride(To, From, channel.Version, At, By, Reason),
        Drill = null,
    };
}
