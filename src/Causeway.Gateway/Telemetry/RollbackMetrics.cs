using System.Diagnostics.Metrics;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Telemetry;

/// <summary>Measures rollbacks on this instance: how long one took to be in force here, how long what ran for the release went on, and what conversations lost.</summary>
/// <param name="meter">Where.</param>
/// <param name="policies">Which releases were rolled back, and when.</param>
/// <param name="time">The clock.</param>
internal sealed class RollbackMetrics(Meter meter, PolicyPublisher policies, TimeProvider time)
{
    private static readonly InstrumentAdvice<double> s_seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };
    private static readonly InstrumentAdvice<double> s_noticed = new() { HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400] };
    private readonly Histogram<double> _applied = meter.CreateHistogram(GenAiNames.RollbackApplied, "s", "From the order of a rollback until it was in force on this instance", advice: s_seconds);
    private readonly Histogram<double> _detect = meter.CreateHistogram(GenAiNames.RollbackDetect, "s", "From the first bad request until a guard told of it, of a rollback", advice: s_noticed);
    private readonly Histogram<double> _decide = meter.CreateHistogram(GenAiNames.RollbackDecide, "s", "From a guard's word until the rollback was committed", advice: s_seconds);
    private readonly Histogram<double> _tail = meter.CreateHistogram(GenAiNames.RollbackTail, "s", "From the order of a rollback until a call of what was rolled back ended", advice: s_seconds);
    private readonly Counter<long> _conversations = meter.CreateCounter<long>(GenAiNames.ConversationsMoved, "{conversation}", "Conversations that another release went on with, or that were refused");

    /// <summary>A rollback is in force here.</summary>
    /// <param name="channel">The channel, or <see cref="ChannelRouting.Everywhere"/>.</param>
    /// <param name="orderedAt">When it was ordered, UTC.</param>
    public void Applied(string channel, DateTimeOffset orderedAt) => _applied.Record(Since(orderedAt), new KeyValuePair<string, object?>(GenAiNames.Channel, channel));

    /// <summary>A channel was rolled back from here.</summary>
    public void Decided(string channel, RollbackTimes times)
    {
        KeyValuePair<string, object?> of = new(GenAiNames.Channel, channel);
        if (times.DetectMs is { } detected)
        {
            _detect.Record(detected / 1000.0, of);
        }

        if (times.DecideMs is { } decided)
        {
            _decide.Record(decided / 1000.0, of);
        }
    }

    /// <summary>A request ended.</summary>
    public void Observe(Course course, Ending ending)
    {
        if (course.Plan is { Conversation: { From: not null } turn } && ending.Outcome == Budgets.Ledger.Outcome.Completed)
        {
            Moved(turn.Lost);
        }

        RoutingPolicy routing = policies.Current.Routing;
        if (course.Plan.Release is { } release && routing.IsRevoked(release.Channel, release.Release.Id) && OrderedAt(routing, release.Channel, release.Release.Id) is { } at)
        {
            _tail.Record(Since(at), new KeyValuePair<string, object?>(GenAiNames.Channel, release.Channel));
        }
    }

    /// <summary>A request was refused; counted where it was a conversation's next turn.</summary>
    public void Refused(GatewayError error)
    {
        if (error is { Code: "release_revoked", Param: RequestUnit.SessionHeader or ConversationTurn.StateField })
        {
            Moved("refused");
        }
    }

    private void Moved(string lost) => _conversations.Add(1, new KeyValuePair<string, object?>(GenAiNames.Lost, lost));

    private static DateTimeOffset? OrderedAt(RoutingPolicy routing, string channel, ReleaseId release) =>
        (routing.RoutingOf(channel).Quarantine.FirstOrDefault(one => one.Release == release) ?? routing.RoutingOf(ChannelRouting.Everywhere).Quarantine.FirstOrDefault(one => one.Release == release))?.At;

    // By the clocks of two machines.
    private double Since(DateTimeOffset moment) => Math.Max(0, (time.GetUtcNow() - moment).TotalSeconds);
}
