using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Gateway.Inbound;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Admin.Rollouts;

/// <summary>A rollout as it is shown.</summary>
internal sealed record RolloutView(
    string Id,
    string Channel,
    [property: Description("What the channel points at until the end.")] string Base,
    [property: Description("What it is to point at then.")] string Candidate,
    [property: JsonConverter(typeof(SnakeCaseEnum<RolloutState>))] RolloutState State,
    [property: Description("The stage that it is in, from 1.")] int Stage,
    [property: Description("Since when.")] DateTimeOffset StageSince,
    [property: Description("Who gets the candidate now, in words; empty: nobody.")] string Exposure,
    [property: Description("The share of units that gets it now, in millionths.")] int ExposurePpm,
    RolloutPlanBody Plan,
    [property: Description("Units that have met it by percentage, on all instances.")] long Units,
    [property: Description("Copies in the shadow stage that it is in, on the instance that answers this since its start; null: it is in none.")] ShadowCopiesView? Shadow,
    [property: Description("What stands between it and the next stage; empty: nothing does.")] IReadOnlyList<string> Open,
    [property: Description("Why it may not advance before a person says so; null: it may.")] string? Held,
    [property: Description("Who asked first for it to be finalized; null: nobody yet, or it needs one alone.")] string? FinalizeAskedBy,
    [property: Description("Why its way back was not rehearsed; null: nobody said that it need not be.")] string? SkipDrill,
    [property: Description("Its way back was rehearsed: by a slice drill of its own that passed, of this version and less than 30 days ago.")] bool Drilled,
    [property: Description("The drill that is under way; null: none is.")] string? Drill,
    LeaseView Lease,
    DateTimeOffset StartedAt,
    string StartedBy,
    DateTimeOffset? EndedAt,
    string? EndReason,
    [property: Description("The routing revision of its last change.")] long Revision,
    [property: JsonConverter(typeof(SnakeCaseEnum<TimelineKind>)), Description("What has just happened; null: nothing, it was only looked at.")] TimelineKind? Did)
{
    public static RolloutView Of(ChannelRouting routing, RolloutEvidence evidence, InferenceGateway gateway, DateTimeOffset now, TimelineKind? did = null)
    {
        Rollout rollout = routing.Rollout!;
        bool runs = rollout.State == RolloutState.Running;
        return new RolloutView(
            rollout.Id.ToString(),
            routing.Channel,
            rollout.Base.ToString(),
            rollout.Candidate.ToString(),
            rollout.State,
            rollout.Stage + 1,
            rollout.StageSince,
            runs ? RolloutStep.Exposure(rollout) : "",
            runs ? rollout.Exposure.Ppm : 0,
            RolloutPlanBody.Of(rollout.Plan),
            evidence.Units,
            rollout.Current.Kind == StageKind.Shadow ? ShadowCopiesView.Of(gateway.ShadowsOf(rollout)) : null,
            runs ? [.. RolloutStep.Open(rollout, evidence, now), .. RolloutStep.Undrilled(routing.Channel, rollout, evidence) is { } undrilled ? [undrilled] : Array.Empty<string>()] : [],
            rollout.Held,
            rollout.FinalizeAsked?.By,
            rollout.SkipDrill,
            evidence.IsDrilled,
            routing.Drill?.Id.ToString(),
            new LeaseView(gateway.Lease.IsLive, gateway.Lease.Left is { } left ? (long)left.TotalMilliseconds : null, gateway.Lease.Lapses),
            rollout.StartedAt,
            rollout.StartedBy,
            rollout.EndedAt,
            rollout.EndReason,
            routing.Revision,
            did);
    }
}

/// <summary>The right of this instance to serve candidates.</summary>
internal sealed record LeaseView(
    [property: Description("It is live; where it is not, base answers.")] bool Live,
    [property: Description("When it runs out unless the store is heard from; null: the store is this process's own, it never does.")] long? LeftMs,
    [property: Description("How often it ran out while somebody asked for it, since the process started.")] long Lapses);

/// <summary>What became of copies of requests that the candidate was sent.</summary>
internal sealed record ShadowCopiesView(
    long Answered,
    [property: Description("Not answered.")] long Failed,
    [property: Description("Not sent: the stage's money was spent, too many were on their way, or the caller had no answer.")] long Dropped,
    [property: Description("What they cost, nano-USD.")] long NanoUsd)
{
    public static ShadowCopiesView Of((long Answered, long Failed, long Dropped, long NanoUsd) counts) => new(counts.Answered, counts.Failed, counts.Dropped, counts.NanoUsd);
}
