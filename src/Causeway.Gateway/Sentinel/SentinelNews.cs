using Causeway.Gateway.Alerts;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Sentinel;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Sentinel;

/// <summary>Says what became of pins, in the timelines of the channels that have them, in the log and to the webhook; and holds the rollouts that a drifted pin concerns.</summary>
public sealed class SentinelNews(IRoutingStore timeline, ReleaseDesk desk, SentinelBook book, UsedPins used, PolicyPublisher policies, ReleaseNews news, TimeProvider time, ILogger<SentinelNews> log)
{
    /// <summary>Says that a pin has drifted, if it has since.</summary>
    public async Task ChangedAsync(WatchedPin before, WatchedPin after, CancellationToken cancellation)
    {
        if (after.Drift is { } drift && before.Drift is null)
        {
            await TellAsync(after.Name, TimelineKind.PinDrifted, "pin.drifted", ReleaseDesk.Automatic, null, $"{after.Name} has drifted: {drift.Evidence}", cancellation);
            await HoldAsync(cancellation);
        }
    }

    /// <summary>Says that a pin's answers look otherwise, or as they did again, where that has changed.</summary>
    public Task LooksAsync(WatchedPin before, WatchedPin after, CancellationToken cancellation) => (before.Change, after.Change) switch
    {
        (null, { } change) => TellAsync(
            after.Name, TimelineKind.PinChanged, "pin.changed", ReleaseDesk.Automatic, null, $"answers of {after.Name} to {change.Release} look otherwise than they did: {change.Evidence}", cancellation),
        ({ } over, null) => TellAsync(
            after.Name, TimelineKind.PinAsBefore, "pin.as_before", ReleaseDesk.Automatic, null, $"answers of {after.Name} to {over.Release} look as they did", cancellation),
        _ => Task.CompletedTask,
    };

    /// <summary>Says something of a pin.</summary>
    public async Task TellAsync(string pin, TimelineKind kind, string what, string by, string? reason, string text, CancellationToken cancellation)
    {
        DateTimeOffset at = time.GetUtcNow();
        LogEvents.Sentinel(log, text);
        string[] channels = [.. (await used.ListAsync(cancellation)).Where(one => one.Pin.ToString() == pin).SelectMany(one => one.Channels).DefaultIfEmpty(ChannelRouting.Everywhere)];
        foreach (string channel in channels)
        {
            await timeline.AppendAsync(
                new TimelineEntry { At = at, Revision = policies.Current.Routing.Revision, Channel = channel, Kind = kind, Actor = by, Reason = reason, Detail = text }, CancellationToken.None);
            news.Tell(what, channel, text, at, ("pin", pin), ("by", by), ("reason", reason));
        }
    }

    /// <summary>Holds every rollout under way whose base or candidate has a pin that drifted. What is held already stays as it is.</summary>
    public Task HoldAsync(CancellationToken cancellation) => desk.HoldAsync("drift", channel => Both(channel).SelectMany(book.DriftOf).FirstOrDefault(), cancellation);

    private static IEnumerable<Release> Both(ServedChannel channel) => channel.Candidate is { } candidate ? [channel.Release, candidate.Release] : [channel.Release];
}
