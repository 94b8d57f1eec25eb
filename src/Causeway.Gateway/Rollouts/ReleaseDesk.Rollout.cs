using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Guards;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>The way forward, stage by stage.</summary>
public sealed partial class ReleaseDesk
{
    private delegate RolloutStep? PlanStep(ChannelFacts facts, Func<ReleaseId, bool> isRevoked, RolloutEvidence evidence, DateTimeOffset at, out RolloutRefusal? refusal);

    /// <summary>Starts a rollout of a channel.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="candidate">Where it is to go.</param>
    /// <param name="plan">A sound plan.</param>
    /// <param name="skipDrill">Why its way back need not be rehearsed; null: it has to be.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why; null: nobody said.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <param name="reshuffle">Units are drawn anew: others meet this candidate first than met the ones before.</param>
    /// <param name="without">The channel's last rollout, whose units are left out; null: none are.</param>
    /// <param name="gate">Is asked when nothing else stands against it; null: nobody is.</param>
    /// <returns>What came of it; null: there is no channel of that name.</returns>
    public Task<RolloutResult?> StartAsync(
        string channel, ReleaseId candidate, RolloutPlan plan, string? skipDrill, string by, string? reason, CancellationToken cancellation, bool reshuffle = false, RolloutId? without = null, StartGate? gate = null) => StepAsync(
        channel,
        (ChannelFacts of, Func<ReleaseId, bool> isRevoked, RolloutEvidence _, DateTimeOffset at, out RolloutRefusal? refusal) =>
            RolloutStep.Start(of, candidate, plan, skipDrill, isRevoked, by, at, out refusal, without) is not { } step ? null
            : reshuffle ? step with { After = step.After with { Seed = step.After.Active!.Id.ToString(), Rollout = step.After.Active with { Seed = step.After.Active.Id.ToString() } }, Detail = step.Detail + ", units drawn anew" }
            : step,
        by,
        reason,
        cancellation,
        facts => StandsAgainstAsync(facts, candidate, gate, cancellation));

    /// <summary>Changes how a channel's requests are assigned, or its group.</summary>
    public Task<RolloutResult?> ConfigureAsync(string channel, RoutingSettings settings, string by, string? reason, CancellationToken cancellation) => StepAsync(
        channel,
        (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence _, DateTimeOffset _, out RolloutRefusal? refusal) => settings.Plan(facts, out refusal),
        by,
        reason,
        cancellation,
        facts => Task.FromResult(settings.Group is { Length: > 0 } group && group != facts.Routing.Group ? Closed(group) : null));

    // A channel that comes late stands where the others of a rollout are not, and no step of theirs would fit it.
    private RolloutRefusal? Closed(string group) => policies.Current.Channels.Keys.FirstOrDefault(name => policies.Current.Routing.RoutingOf(name).Active?.Group == group) is { } other
        ? new RolloutRefusal(RolloutFault.Active, $"group {group} is being rolled out (with {other}); let it join when that is over")
        : null;

    /// <summary>Goes to the next stage.</summary>
    public Task<RolloutResult?> AdvanceAsync(string channel, bool force, string by, string? reason, CancellationToken cancellation) => StepAsync(
        channel,
        (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence evidence, DateTimeOffset at, out RolloutRefusal? refusal) => GoesAlone(facts, "advance", out refusal) ? RolloutStep.Advance(facts, evidence, force, at, out refusal) : null,
        by,
        reason,
        cancellation);

    /// <summary>Base answers everybody until it is resumed.</summary>
    public Task<RolloutResult?> PauseAsync(string channel, string by, string? reason, CancellationToken cancellation) => StepAsync(
        channel, (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence _, DateTimeOffset at, out RolloutRefusal? refusal) => RolloutStep.Pause(facts, at, out refusal), by, reason, cancellation);

    /// <summary>The same units meet the candidate again.</summary>
    public Task<RolloutResult?> ResumeAsync(string channel, string by, string? reason, CancellationToken cancellation) => StepAsync(
        channel,
        (ChannelFacts facts, Func<ReleaseId, bool> isRevoked, RolloutEvidence _, DateTimeOffset at, out RolloutRefusal? refusal) => GoesAlone(facts, "resume", out refusal) ? RolloutStep.Resume(facts, isRevoked, at, out refusal) : null,
        by,
        reason,
        cancellation);

    /// <summary>Gives it up.</summary>
    public Task<RolloutResult?> AbortAsync(string channel, string by, string reason, CancellationToken cancellation) => StepAsync(
        channel,
        (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence _, DateTimeOffset at, out RolloutRefusal? refusal) => RolloutStep.Abort(facts, reason, at, out refusal),
        by,
        reason,
        cancellation);

    /// <summary>Points the channel at the candidate.</summary>
    public Task<RolloutResult?> FinalizeAsync(string channel, bool needsTwo, bool force, string by, string? reason, CancellationToken cancellation) => StepAsync(
        channel,
        (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence evidence, DateTimeOffset at, out RolloutRefusal? refusal) => GoesAlone(facts, "finalize", out refusal) ? RolloutStep.Finalize(facts, evidence, needsTwo, force, by, at, out refusal) : null,
        by,
        reason,
        cancellation);

    /// <summary>Does what a guard that has crossed asks for: towards base, and only while its rollout is under way.</summary>
    public async Task ActAsync(string channel, Rollout rollout, GuardCrossing crossing, CancellationToken cancellation)
    {
        DateTimeOffset alarmAt = crossing.At ?? time.GetUtcNow();
        string named = crossing.Cause is { } cause ? cause : crossing.Guard is { } guard ? guard.Word() : crossing.Evidence.StartsWith("inconclusive", StringComparison.Ordinal) ? "inconclusive" : RollbackAlarm.Tripwire;
        if (crossing.Action == GuardAction.Hold)
        {
            await StepAsync(
                channel,
                (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence _, DateTimeOffset _, out RolloutRefusal? refusal) =>
                {
                    refusal = null;
                    return facts.Routing.Active?.Id == rollout.Id ? RolloutStep.Hold(facts, crossing.Evidence, crossing.FirstBad, out refusal) : null;
                },
                Automatic,
                named,
                cancellation);
            return;
        }

        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            if (await FactsAsync(state, one => one.Name == channel, cancellation) is not [{ } facts] || facts.Routing.Active?.Id != rollout.Id)
            {
                return; // A person was faster.
            }

            // Channels of a group go together: whoever of them is being rolled out goes back to its own base in the same revision.
            RollbackOrder order = new(Automatic, Cut(crossing.Evidence)) { Force = true };
            IReadOnlyList<ChannelFacts> together = facts.Routing.Group is { } group ? [.. (await MembersAsync(state, group, cancellation)).Where(one => one.Routing.Active is not null)] : [facts];
            List<RollbackStep> steps = [];
            foreach (ChannelFacts one in together)
            {
                // Base is what it points at, unless a person has pointed it elsewhere in spite of the rollout: that stands.
                Rollout active = one.Routing.Active!;
                ReleaseId to = one.Channel.Release == active.Candidate ? active.Base : one.Channel.Release;
                if (RollbackStep.Plan(one, order with { Release = active.Candidate, To = to }, RevokedOn(state, one.Channel.Name), time.GetUtcNow(), out RollbackRefusal? refusal) is not { } step)
                {
                    LogEvents.GuardStuck(log, one.Channel.Name, refusal!.Message);
                    return;
                }

                steps.Add(step);
            }

            TimelineEntry crossed = new()
            {
                At = alarmAt,
                Channel = channel,
                Kind = TimelineKind.GuardCrossed,
                Actor = Automatic,
                Reason = named,
                Detail = $"{rollout.Id} in stage {rollout.Stage + 1}: {crossing.Evidence}{(crossing.Requests.Count > 0 ? "; last: " + string.Join(", ", crossing.Requests.Select(RequestId.Format)) : "")}{FirstBad.Words(crossing.FirstBad)}",
            };
            if (await CommitAsync(state, steps, null, order, dryRun: false, cancellation, crossed) is not null)
            {
                News?.Tell("guard.crossed", channel, crossed.Detail, crossed.At, ("guard", named), ("action", "rollback"), ("rollout", rollout.Id.ToString()));
                return;
            }
        }

        static string Cut(string text) => text.Length <= TimelineEntry.MaxReason ? text : text[..TimelineEntry.MaxReason];
    }

    /// <summary>Holds every rollout under way for which there is a reason. What is held already stays as it is.</summary>
    /// <param name="cause">In a word, for the timeline.</param>
    /// <param name="why">The reason; null: there is none.</param>
    /// <param name="cancellation">Ends it between two of them.</param>
    public async Task HoldAsync(string cause, Func<ServedChannel, string?> why, CancellationToken cancellation)
    {
        foreach (ServedChannel channel in policies.Current.Channels.Values)
        {
            string name = channel.Channel.Name;
            if (policies.Current.Routing.RoutingOf(name).Active is { State: RolloutState.Running, Held: null } rollout && why(channel) is { } evidence)
            {
                await ActAsync(name, rollout, new GuardCrossing(null, GuardAction.Hold, evidence, []) { Cause = cause }, cancellation);
            }
        }
    }

    /// <summary>The time by the clock of this house, UTC.</summary>
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Waits by the clock of this house.</summary>
    internal Task WaitAsync(TimeSpan span, CancellationToken cancellation) => Task.Delay(span, time, cancellation);

    /// <summary>A channel's routing as the store has it; null: there is no such channel.</summary>
    public async Task<ChannelRouting?> RoutingOfAsync(string channel, CancellationToken cancellation) =>
        policies.Current.FindChannel(channel) is null ? null : (await store.LoadAsync(cancellation)).Of(channel);

    /// <summary>What is known of a rollout's candidate so far.</summary>
    public RolloutEvidence EvidenceOf(Rollout rollout) => gateway.Rollouts.EvidenceOf(rollout) with { Shadows = gateway.Shadows.CountsOf(rollout).Answered };

    // What a start is refused for that is not in the plan: what costs more to ask comes later.
    private async Task<RolloutRefusal?> StandsAgainstAsync(ChannelFacts facts, ReleaseId candidate, StartGate? gate, CancellationToken cancellation) =>
        await UnfitAsync(facts, candidate, cancellation) ?? (gate is null ? null : await AstrayAsync(candidate, cancellation) ?? await gate(facts.Channel.Name, cancellation));

    // What answers behind the candidate's name is not what was looked at when it was made.
    private async Task<RolloutRefusal?> AstrayAsync(ReleaseId candidate, CancellationToken cancellation) =>
        Sentinel is { } book && await releases.FindAsync(new ReleaseIdRange(candidate, candidate), cancellation) is [{ } release] && book.DriftOf(release) is [var drift, ..]
            ? new RolloutRefusal(RolloutFault.NotReady, drift)
            : null;

    private async Task<RolloutResult?> StepAsync(string channel, PlanStep plan, string by, string? reason, CancellationToken cancellation, Func<ChannelFacts, Task<RolloutRefusal?>>? gate = null)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            if (await FactsAsync(state, one => one.Name == channel, cancellation) is not [{ } facts])
            {
                return null;
            }

            DateTimeOffset at = time.GetUtcNow();
            RolloutEvidence evidence = facts.Routing.Active is { } active ? await EvidenceOfAsync(channel, active, cancellation) : new RolloutEvidence(0, false, []);
            if (plan(facts, RevokedOn(state, channel), evidence, at, out RolloutRefusal? refusal) is not { } step)
            {
                return new RolloutResult(refusal, facts.Routing, null);
            }

            if (gate is not null && await gate(facts) is { } closed)
            {
                return new RolloutResult(closed, facts.Routing, null);
            }

            if (await CommitAsync(state, [step], at, by, reason, cancellation) is [{ } done])
            {
                return done;
            }
        }
    }

    // All of them or none. Null: what they were planned on has changed meanwhile.
    private async Task<IReadOnlyList<RolloutResult>?> CommitAsync(RoutingState state, IReadOnlyList<RolloutStep> steps, DateTimeOffset at, string by, string? reason, CancellationToken cancellation)
    {
        IReadOnlyList<Release> spokenOf = await SpokenOfAsync([.. steps.Select(step => step.After)], cancellation);
        cancellation.ThrowIfCancellationRequested();
        RoutingOutcome outcome = await store.CommitAsync(
            new RoutingCommit(
                state.Revision,
                at,
                [.. steps.Select(step => step.After)],
                [.. steps.Select(step => step.Point).OfType<PlannedPoint>()],
                [.. steps.Select(step => new TimelineEntry { At = at, Channel = step.After.Channel, Kind = step.Kind, Actor = by, Reason = reason, Detail = step.Detail })]),
            CancellationToken.None);
        if (!outcome.Committed)
        {
            return null;
        }

        Committed committed = Committed.Now(time);
        RolloutResult[] done = [.. steps.Select(step => new RolloutResult(null, step.After with { Revision = outcome.Revision }, step.Kind) { Committed = committed })];
        Publish(outcome.Revision, outcome.Pointed, done.Select(one => one.Routing), spokenOf);
        foreach ((RolloutStep step, RolloutResult one) in steps.Zip(done))
        {
            LogEvents.RolloutStepped(log, one.Routing.Channel, step.Kind, by, step.Detail);
            Tell(step.Kind, one.Routing.Channel, step.Detail, by, reason, one.Routing);
        }

        return done;
    }
}

/// <summary>What is asked of a channel between the planning of a start and its commit.</summary>
/// <param name="channel">The channel's name.</param>
/// <param name="cancellation">Ends the asking.</param>
/// <returns>Why it is not started; null: it may be.</returns>
public delegate Task<RolloutRefusal?> StartGate(string channel, CancellationToken cancellation);

/// <summary>What came of a step of a rollout.</summary>
/// <param name="Refusal">Why it was not made; null: it was.</param>
/// <param name="Routing">The channel's routing as it is now.</param>
/// <param name="Kind">What happened; null: nothing.</param>
public sealed record RolloutResult(RolloutRefusal? Refusal, ChannelRouting Routing, TimelineKind? Kind)
{
    /// <summary>When it was committed; of what was not, the beginning of time.</summary>
    internal Committed Committed { get; init; }
}
