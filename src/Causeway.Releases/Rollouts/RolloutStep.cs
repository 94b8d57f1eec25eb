using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Rollouts;

/// <summary>A step of a rollout, planned: the routing after it, what the timeline says, and where the channel is pointed with it. Pure.</summary>
/// <param name="After">The channel's routing after it.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="Point">Where the channel is pointed; null: nowhere else.</param>
public sealed record RolloutStep(ChannelRouting After, TimelineKind Kind, string Detail, PlannedPoint? Point = null)
{
    /// <summary>Starts a rollout.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="candidate">Where it is to go.</param>
    /// <param name="plan">A sound plan.</param>
    /// <param name="skipDrill">Why the way back need not be rehearsed; null: it has to be before a quarter of the units is exposed.</param>
    /// <param name="isRevoked">Whether a release is in quarantine.</param>
    /// <param name="by">Who.</param>
    /// <param name="at">When.</param>
    /// <param name="refusal">Why not; null: it can be.</param>
    /// <param name="without">The channel's last rollout, whose units are left out; null: none are.</param>
    public static RolloutStep? Start(
        ChannelFacts facts, ReleaseId candidate, RolloutPlan plan, string? skipDrill, Func<ReleaseId, bool> isRevoked, string by, DateTimeOffset at, out RolloutRefusal? refusal, RolloutId? without = null)
    {
        plan = without is null || facts.Routing.Rollout is not { } before ? plan : Beside(plan, Exposed(before));
        refusal = facts.Routing.Active is { } running ? new RolloutRefusal(RolloutFault.Active, $"it is being rolled out to {Short(running.Candidate)} already ({running.Id})")
            : candidate == facts.Channel.Release ? new RolloutRefusal(RolloutFault.SameRelease, $"it points at {Short(candidate)} already")
            : isRevoked(candidate) ? new RolloutRefusal(RolloutFault.Quarantined, $"{Short(candidate)} is in quarantine; lift it first, if it is sound, with: causeway quarantine lift {Short(candidate)} --reason TEXT")
            : isRevoked(facts.Channel.Release) ? new RolloutRefusal(RolloutFault.Quarantined, $"{Short(facts.Channel.Release)}, which it points at, is in quarantine: there would be no base to go back to")
            : Exhausted(facts, plan, without);
        if (refusal is not null)
        {
            return null;
        }

        Rollout rollout = new()
        {
            Id = RolloutId.New(at),
            Base = facts.Channel.Release,
            Candidate = candidate,
            Plan = plan,
            StartedAt = at,
            StartedBy = by,
            StageSince = at,
            SkipDrill = skipDrill,
            Seed = facts.Routing.Seed,
            SkipBuckets = without is null ? 0 : Exposed(facts.Routing.Rollout!),
        };
        if (skipDrill is null && rollout.Exposure.Ppm > RolloutPlan.DrillPpm)
        {
            refusal = new RolloutRefusal(
                RolloutFault.NotDrilled,
                $"its way back was not rehearsed, and more than {RolloutPlan.DrillPpm / 10_000} % of the units would be exposed at once; begin with that or less and rehearse there (causeway drill {facts.Channel.Name} --kind slice), or say why it needs none: --skip-drill --reason TEXT");
            return null;
        }

        return new RolloutStep(
            facts.Routing.WithStarted(rollout),
            TimelineKind.RolloutStarted,
            $"{rollout.Id} from {rollout.Base} to {candidate}, {plan.Stages.Count} stages; first {Exposure(rollout)}{(without is null ? "" : $", without those that {without} has exposed")}{(skipDrill is null ? "" : ", way back not rehearsed: " + skipDrill)}");
    }

    /// <summary>Whether an entry of the timeline is of a <see cref="Start"/> that gave this release to the channel.</summary>
    public static bool IsStartOf(TimelineEntry entry, ReleaseId candidate) =>
        entry.Kind == TimelineKind.RolloutStarted && entry.Detail.Contains($" to {candidate}", StringComparison.Ordinal);

    /// <summary>Goes to the next stage.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="evidence">What is known of the candidate so far.</param>
    /// <param name="force">Time, units, evidence and holds are passed over; the rehearsed way back is not.</param>
    /// <param name="at">When.</param>
    /// <param name="refusal">Why not; null: it can be.</param>
    public static RolloutStep? Advance(ChannelFacts facts, RolloutEvidence evidence, bool force, DateTimeOffset at, out RolloutRefusal? refusal)
    {
        if (NotRunning(facts, out refusal) is not { } rollout)
        {
            return null;
        }

        if (rollout.IsLastStage)
        {
            refusal = new RolloutRefusal(RolloutFault.LastStage, $"it is in its last stage; end it with: causeway rollout finalize {facts.Channel.Name}");
            return null;
        }

        Rollout next = rollout with { Stage = rollout.Stage + 1, StageSince = at, Held = null };
        string[] open = [.. Open(rollout, evidence, at)];
        if (open.Length > 0 && !force)
        {
            refusal = new RolloutRefusal(RolloutFault.NotYet, string.Join("; ", open));
            return null;
        }

        if (Undrilled(facts.Channel.Name, rollout, evidence) is { } undrilled)
        {
            refusal = new RolloutRefusal(RolloutFault.NotDrilled, undrilled);
            return null;
        }

        return new RolloutStep(facts.Routing with { Rollout = next }, TimelineKind.StageAdvanced, $"{rollout.Id} to stage {next.Stage + 1} of {rollout.Plan.Stages.Count}: {Exposure(next)}{(open.Length > 0 ? ", although " + string.Join("; ", open) : "")}");
    }

    /// <summary>Base answers everybody until it is resumed. A drill is over with it.</summary>
    public static RolloutStep? Pause(ChannelFacts facts, DateTimeOffset at, out RolloutRefusal? refusal) => NotRunning(facts with { Routing = facts.Routing with { Drill = null } }, out refusal) is { } rollout
        ? new RolloutStep(facts.Routing with { Rollout = rollout with { State = RolloutState.Paused, StageSince = at }, Drill = null }, TimelineKind.Paused, $"{rollout.Id} in stage {rollout.Stage + 1}: base answers everybody")
        : null;

    /// <summary>The same units meet the candidate again; one that is held goes on.</summary>
    public static RolloutStep? Resume(ChannelFacts facts, Func<ReleaseId, bool> isRevoked, DateTimeOffset at, out RolloutRefusal? refusal)
    {
        refusal = facts.Routing.Active is not { } stopped || stopped is { State: not RolloutState.Paused, Held: null } ? new RolloutRefusal(RolloutFault.NotActive, "no rollout of it is paused or held")
            : isRevoked(stopped.Candidate) ? new RolloutRefusal(RolloutFault.Quarantined, $"{Short(stopped.Candidate)} is in quarantine")
            : null;
        return refusal is null && facts.Routing.Active is { } rollout
            ? new RolloutStep(
                facts.Routing with { Rollout = rollout with { State = RolloutState.Running, Held = null, StageSince = rollout.State == RolloutState.Paused ? at : rollout.StageSince } },
                TimelineKind.Resumed,
                $"{rollout.Id} in stage {rollout.Stage + 1}: {Exposure(rollout)}{(rollout.Held is { } held ? $", although {held}" : "")}")
            : null;
    }

    /// <summary>Gives it up: base answers everybody, and the candidate is not in quarantine.</summary>
    public static RolloutStep? Abort(ChannelFacts facts, string reason, DateTimeOffset at, out RolloutRefusal? refusal)
    {
        refusal = facts.Routing.Active is null ? None() : null;
        return facts.Routing.Active is { } rollout
            ? new RolloutStep(facts.Routing with { Rollout = rollout.Ended(RolloutState.Aborted, at, reason), Drill = null }, TimelineKind.Aborted, $"{rollout.Id} in stage {rollout.Stage + 1}: base answers everybody")
            : null;
    }

    /// <summary>Points the channel at the candidate: the point of no return. Where two have to want it, the first one's word is kept and the second one's does it.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="evidence">What is known of the candidate so far.</param>
    /// <param name="needsTwo">Two persons have to want it.</param>
    /// <param name="force">Stages, time, units, evidence and holds are passed over.</param>
    /// <param name="by">Who.</param>
    /// <param name="at">When.</param>
    /// <param name="refusal">Why not; null: it can be.</param>
    public static RolloutStep? Finalize(ChannelFacts facts, RolloutEvidence evidence, bool needsTwo, bool force, string by, DateTimeOffset at, out RolloutRefusal? refusal)
    {
        if (NotRunning(facts, out refusal) is not { } rollout)
        {
            return null;
        }

        string[] open = [.. rollout.IsLastStage ? [] : (IEnumerable<string>)[$"it is in stage {rollout.Stage + 1} of {rollout.Plan.Stages.Count}"], .. Open(rollout, evidence, at)];
        if (open.Length > 0 && !force)
        {
            refusal = new RolloutRefusal(RolloutFault.NotYet, string.Join("; ", open));
            return null;
        }

        if (Undrilled(facts.Channel.Name, rollout with { Stage = rollout.Plan.Stages.Count - 1 }, evidence) is { } undrilled)
        {
            refusal = new RolloutRefusal(RolloutFault.NotDrilled, undrilled);
            return null;
        }

        if (needsTwo && rollout.FinalizeAsked is null)
        {
            return new RolloutStep(facts.Routing with { Rollout = rollout with { FinalizeAsked = new FinalizeAsked(by, at) } }, TimelineKind.FinalizeAsked, $"{rollout.Id}: a second person has to want it too");
        }

        if (needsTwo && rollout.FinalizeAsked!.By == by)
        {
            refusal = new RolloutRefusal(RolloutFault.SamePerson, $"{by} asked for it at {rollout.FinalizeAsked.At:u}; a second person has to want it too");
            return null;
        }

        return new RolloutStep(
            facts.Routing with { Rollout = rollout.Ended(RolloutState.Finalized, at, null), Override = null },
            TimelineKind.Finalized,
            $"{rollout.Id}: the channel points at {rollout.Candidate}{(rollout.FinalizeAsked is { } first ? $", asked for by {first.By}" : "")}{(open.Length > 0 ? ", although " + string.Join("; ", open) : "")}",
            new PlannedPoint(new WantedChannel(facts.Channel.Name, rollout.Candidate, facts.Channel.Unsupported, facts.Channel.Conformance), facts.Channel.Version));
    }

    /// <summary>It may not be advanced before a person says so.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="why">The reason.</param>
    /// <param name="firstBad">The first request that a guard called bad; null: it is no guard's reason.</param>
    /// <param name="refusal">Why it is not held; null: it is, or was held already.</param>
    public static RolloutStep? Hold(ChannelFacts facts, string why, Guid? firstBad, out RolloutRefusal? refusal) =>
        NotRunning(facts with { Routing = facts.Routing with { Drill = null } }, out refusal) is { Held: null } rollout ? new RolloutStep(facts.Routing with { Rollout = rollout with { Held = why } }, TimelineKind.Held, $"{rollout.Id} in stage {rollout.Stage + 1}: {why}{FirstBad.Words(firstBad)}") : null;

    /// <summary>What stands between a rollout and its next stage; empty: nothing does.</summary>
    public static IEnumerable<string> Open(Rollout rollout, RolloutEvidence evidence, DateTimeOffset at)
    {
        if (rollout.Held is { } held)
        {
            yield return $"it is held: {held}";
        }

        TimeSpan left = TimeSpan.FromSeconds(rollout.Current.MinSeconds) - (at - rollout.StageSince);
        if (left > TimeSpan.Zero)
        {
            yield return $"the stage lasts {Span(left)} longer";
        }

        if (rollout.Current.Kind == StageKind.Shadow)
        {
            if (evidence.Shadows < rollout.Current.MinUnits)
            {
                yield return $"{(evidence.Shadows == 1 ? "1 copy was" : $"{evidence.Shadows} copies were")} answered by the candidate, and the stage asks for {rollout.Current.MinUnits}";
            }
        }
        else if (rollout.Current.Kind != StageKind.Named && evidence.Units < rollout.Current.MinUnits)
        {
            yield return $"{(evidence.Units == 1 ? "1 unit has" : $"{evidence.Units} units have")} met the candidate, and the stage asks for {rollout.Current.MinUnits}";
        }

        foreach (string doubt in evidence.Doubts)
        {
            yield return doubt;
        }
    }

    /// <summary>Why the next step, to a stage or to the end, needs a rehearsal first, whoever forces it; null: it does not.</summary>
    public static string? Undrilled(string channel, Rollout rollout, RolloutEvidence evidence)
    {
        if (rollout.SkipDrill is not null || evidence.IsDrilled)
        {
            return null;
        }

        return rollout.IsLastStage ? $"its way back was not rehearsed, and everybody would be exposed; rehearse it with: causeway drill {channel} --kind slice"
            : (rollout with { Stage = rollout.Stage + 1 }).Exposure.Ppm > RolloutPlan.DrillPpm ? $"its way back was not rehearsed, and more than {RolloutPlan.DrillPpm / 10_000} % of the units would be exposed; rehearse it with: causeway drill {channel} --kind slice"
            : null;
    }

    /// <summary>What a plan that advances by itself does now. Inconclusive evidence never advances.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="rollout">The rollout.</param>
    /// <param name="evidence">What is known of its candidate so far.</param>
    /// <param name="at">When.</param>
    /// <returns>What, and why; null: it waits.</returns>
    public static (AutomaticStep Step, string Why)? Automatic(string channel, Rollout rollout, RolloutEvidence evidence, DateTimeOffset at)
    {
        if (!rollout.Plan.Automatic || rollout is not { State: RolloutState.Running, Held: null } || rollout.IsLastStage)
        {
            return null;
        }

        string[] open = [.. Open(rollout, evidence, at), .. Undrilled(channel, rollout, evidence) is { } undrilled ? [undrilled] : Array.Empty<string>()];
        if (open.Length == 0)
        {
            return evidence.Requests > 0 ? (AutomaticStep.Advance, "time, units and evidence are there") : null;
        }

        return rollout.Current.MaxSeconds > 0 && at - rollout.StageSince >= TimeSpan.FromSeconds(rollout.Current.MaxSeconds)
            ? (rollout.Current.OnInconclusive == Inconclusive.Rollback ? AutomaticStep.Rollback : AutomaticStep.Hold, $"inconclusive after {Span(TimeSpan.FromSeconds(rollout.Current.MaxSeconds))}: {string.Join("; ", open)}")
            : null;
    }

    /// <summary>Who gets the candidate, in words.</summary>
    public static string Exposure(Rollout rollout)
    {
        (System.Collections.Immutable.ImmutableArray<RolloutStage> named, int ppm) = rollout.Exposure;
        if (rollout.Current.Kind == StageKind.Shadow)
        {
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"copies of {rollout.Current.Ppm / 10_000m:0.####} % of the requests, and nobody");
        }

        string share = ppm == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ppm / 10_000m:0.####} % of the units");
        string rules = named.Length switch { 0 => "", 1 => "1 named rule", _ => $"{named.Length} named rules" };
        return string.Join(" and ", new[] { rules, share }.Where(part => part.Length > 0));
    }

    private static Rollout? NotRunning(ChannelFacts facts, out RolloutRefusal? refusal)
    {
        refusal = facts.Routing.Active switch
        {
            null => None(),
            _ when facts.Routing.Drill is { } drill => new RolloutRefusal(RolloutFault.Drilling, $"{drill.Id} is under way until {drill.Until:u}; it is ended with: causeway drill stop {drill.Id}"),
            { State: RolloutState.Paused } => new RolloutRefusal(RolloutFault.Paused, $"it is paused; resume it with: causeway rollout resume {facts.Channel.Name}"),
            _ => null,
        };
        return refusal is null ? facts.Routing.Active : null;
    }

    // The bake is all that the holdback leaves: with units left out, that is less.
    private static RolloutPlan Beside(RolloutPlan plan, int exposed) => plan with
    {
        Stages = [.. plan.Stages.Select(stage => stage.Kind == StageKind.Bake ? stage with { Ppm = Math.Max(1, Math.Min(stage.Ppm, Bucket.Count - plan.HoldbackPpm - exposed)) } : stage)],
    };

    // Units are told apart by their buckets, which only mean the same where they were drawn by the same seed.
    private static RolloutRefusal? Exhausted(ChannelFacts facts, RolloutPlan plan, RolloutId? without)
    {
        if (without is not { } id)
        {
            return null;
        }

        return facts.Routing.Rollout is not { } last || last.Id != id ? new RolloutRefusal(RolloutFault.NoShare, $"{id} is not its last rollout{(facts.Routing.Rollout is { } other ? $", which is {other.Id}" : "")}: whom it has exposed is not kept")
            : last.Seed != facts.Routing.Seed ? new RolloutRefusal(RolloutFault.NoShare, $"the units of {id} were drawn by another seed, so that they cannot be told")
            : plan.Stages.Where(stage => stage.Kind == StageKind.Percent).Select(stage => stage.Ppm).DefaultIfEmpty(1).Max() + Exposed(last) > Bucket.Count - plan.HoldbackPpm
                ? new RolloutRefusal(RolloutFault.NoShare, $"{id} has exposed {Exposed(last)} millionths of the units, and base keeps {plan.HoldbackPpm}: no stage can expose more than {Math.Max(0, Bucket.Count - plan.HoldbackPpm - Exposed(last))}")
            : null;
    }

    private static int Exposed(Rollout rollout) => rollout.SkipBuckets + rollout.Exposure.Ppm;

    private static RolloutRefusal None() => new(RolloutFault.NotActive, "no rollout of it is under way");

    private static string Span(TimeSpan span) => span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s" : $"{Math.Max(1, span.Seconds)} s";

    private static string Short(ReleaseId release) => release.ToString()[..16];
}

/// <summary>What is known of a candidate so far.</summary>
/// <param name="Units">Units that have met it by percentage.</param>
/// <param name="IsDrilled">The way back from it was rehearsed.</param>
/// <param name="Doubts">What speaks against more of it, in words; empty: nothing does.</param>
public sealed record RolloutEvidence(long Units, bool IsDrilled, IReadOnlyList<string> Doubts)
{
    /// <summary>Requests that it has answered.</summary>
    public long Requests { get; init; }

    /// <summary>Copies of requests that it has answered in the shadow stage that it is in.</summary>
    public long Shadows { get; init; }
}

/// <summary>What a plan that advances by itself does.</summary>
public enum AutomaticStep
{
    /// <summary>It goes to its next stage.</summary>
    Advance,

    /// <summary>It is held.</summary>
    Hold,

    /// <summary>It goes back to base.</summary>
    Rollback,
}

/// <summary>Why a step is not made.</summary>
/// <param name="Fault">In one word.</param>
/// <param name="Message">Of the channel: why, and what to do.</param>
public sealed record RolloutRefusal(RolloutFault Fault, string Message);

/// <summary>Why a step is not made, in one word.</summary>
public enum RolloutFault
{
    /// <summary>A rollout is under way.</summary>
    Active,

    /// <summary>None is.</summary>
    NotActive,

    /// <summary>It is paused.</summary>
    Paused,

    /// <summary>The channel points there already.</summary>
    SameRelease,

    /// <summary>A release is in quarantine.</summary>
    Quarantined,

    /// <summary>None of the candidate's pins can be called here.</summary>
    Unserved,

    /// <summary>There is no next stage.</summary>
    LastStage,

    /// <summary>The stage's time, units or evidence are not there yet.</summary>
    NotYet,

    /// <summary>The way back was not rehearsed.</summary>
    NotDrilled,

    /// <summary>The same person cannot be both.</summary>
    SamePerson,

    /// <summary>A drill is under way.</summary>
    Drilling,

    /// <summary>No share of the units meets the candidate.</summary>
    NoShare,

    /// <summary>Base and the candidate make vectors that do not compare.</summary>
    OtherSpace,

    /// <summary>There is no load that could be asked of base, or it is too dear.</summary>
    NoLoad,

    /// <summary>What it points at would be no way back.</summary>
    NotReady,
}
