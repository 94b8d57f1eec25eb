using System.Globalization;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Drills;

/// <summary>The beginning and the end of a drill, planned as the steps of a rollout are. Pure.</summary>
public static class DrillStep
{
    /// <summary>Begins a drill.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="order">What is wanted; sound.</param>
    /// <param name="id">The name that it gets.</param>
    /// <param name="at">When.</param>
    /// <param name="refusal">Why not; null: it can be.</param>
    public static RolloutStep? Begin(ChannelFacts facts, DrillOrder order, DrillId id, DateTimeOffset at, out RolloutRefusal? refusal)
    {
        refusal = facts.Routing.Drill is { } other ? new RolloutRefusal(RolloutFault.Drilling, $"{other.Id} is under way until {other.Until:u}")
            : facts.Routing.Active is not { } active ? new RolloutRefusal(RolloutFault.NotActive, "no rollout of it is under way: there is no candidate whose way back could be rehearsed")
            : active.State == RolloutState.Paused ? new RolloutRefusal(RolloutFault.Paused, $"its rollout is paused, and base answers everybody; resume it with: causeway rollout resume {facts.Channel.Name}")
            : order.Kind == DrillKind.Slice && active.Exposure.Ppm == 0 ? new RolloutRefusal(RolloutFault.NoShare, "no share of the units meets the candidate yet, so that there is no slice of it; rehearse with --kind full, or in a percent stage")
            : null;
        if (refusal is not null || facts.Routing.Active is not { } rollout)
        {
            return null;
        }

        int slice = order.Kind == DrillKind.Slice ? order.SliceOf(rollout.Exposure.Ppm) : 0;
        DrillInForce drill = new(id, order.Kind, rollout.SkipBuckets, rollout.SkipBuckets + slice, at.AddSeconds(order.Length));
        string what = order.Kind switch
        {
            DrillKind.Slice => string.Create(CultureInfo.InvariantCulture, $"{slice / 10_000m:0.####} % of the units go to base"),
            DrillKind.Full => "everybody goes to base",
            DrillKind.Partition => "an instance's lease runs out",
            _ => "base is asked as much more as the candidate answers",
        };
        return new RolloutStep(facts.Routing with { Drill = drill }, TimelineKind.DrillStarted, $"{id} of {rollout.Id} in stage {rollout.Stage + 1}: {what} for {order.Length} s");
    }

    /// <summary>Ends a drill; null where it is over already.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="id">Which drill.</param>
    /// <param name="detail">What came of it.</param>
    public static RolloutStep? End(ChannelFacts facts, DrillId id, string detail) =>
        facts.Routing.Drill?.Id == id ? new RolloutStep(facts.Routing with { Drill = null }, TimelineKind.DrillEnded, $"{id}: {detail}") : null;
}
