using System.ComponentModel;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Admin.Rollbacks;

/// <summary>The rollbacks of a channel.</summary>
internal sealed record RollbackHistory(
    string Channel,
    [property: Description("From when on.")] DateTimeOffset Since,
    [property: Description("Newest first, at most 100.")] IReadOnlyList<TimedRollbackView> Rollbacks,
    RollbackFigures Figures,
    [property: Description("Of drills: from the commit until the slowest instance served base.")] PercentilesView Drills);

/// <summary>A rollback, and how long each part of it took, in milliseconds.</summary>
internal sealed record TimedRollbackView(
    long Revision,
    [property: Description("When it was committed.")] DateTimeOffset T0,
    [property: Description("What was taken back.")] string From,
    [property: Description("What answered instead.")] string To,
    [property: Description("Who did it: a person, or causeway.")] string By,
    string? Reason,
    [property: Description("From the first request that a guard called bad to its alarm; null: no guard had spoken, or it does not say.")] long? DetectMs,
    [property: Description("From the alarm to the commit; null: no guard had spoken.")] long? DecideMs,
    [property: Description("From the commit to the last call that was made for the release, 0: none was made after it. Null: it is not over, or usage records do not reach back so far.")] long? RecoverMs,
    [property: Description("From the commit to the last byte of its answers, 0: there was none after it. Null: as above.")] long? ClearMs,
    [property: Description("Requests that it was still answering at the commit or later. Null: as above.")] long? TailRequests,
    [property: Description("From the first bad request to the last call; null: a part of it is not known.")] long? VelocityMs)
{
    public static TimedRollbackView Of(TimelineEntry entry, ChannelOverride made, RollbackAlarm? alarm, RollbackTail? tail)
    {
        RollbackTimes times = RollbackTimes.Of(entry.At, alarm, tail?.RecoverMs, tail?.ClearMs);
        return new TimedRollbackView(
            entry.Revision, entry.At, made.From.ToString(), made.Release.ToString(), entry.Actor, entry.Reason, times.DetectMs, times.DecideMs, times.RecoverMs, times.ClearMs, tail?.Requests, times.VelocityMs);
    }
}

/// <summary>What the rollbacks come to, each part of those of which it is known.</summary>
internal sealed record RollbackFigures(PercentilesView Detect, PercentilesView Decide, PercentilesView Recover, PercentilesView Clear, PercentilesView Velocity)
{
    public static RollbackFigures Of(IReadOnlyList<TimedRollbackView> all) => new(
        PercentilesView.Of(all.Select(one => one.DetectMs).OfType<long>()),
        PercentilesView.Of(all.Select(one => one.DecideMs).OfType<long>()),
        PercentilesView.Of(all.Select(one => one.RecoverMs).OfType<long>()),
        PercentilesView.Of(all.Select(one => one.ClearMs).OfType<long>()),
        PercentilesView.Of(all.Select(one => one.VelocityMs).OfType<long>()));
}

/// <summary>How long something took.</summary>
internal sealed record PercentilesView(
    [property: Description("Of how many it is known.")] int Count,
    [property: Description("Half of them took no longer; null: there are none.")] long? P50Ms,
    [property: Description("99 of 100 took no longer; null: there are none.")] long? P99Ms)
{
    public static PercentilesView Of(IEnumerable<long> milliseconds)
    {
        long[] all = [.. milliseconds];
        return new PercentilesView(all.Length, RollbackTimes.Percentile(all, 50), RollbackTimes.Percentile(all, 99));
    }
}
