using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>Channels of one group that take each step of their rollouts together: in one revision, all of them or none.</summary>
public sealed partial class ReleaseDesk
{
    /// <summary>Starts a rollout of every channel of a group. Units are drawn by the group's name, so that who meets one candidate meets the others too.</summary>
    /// <param name="group">Its name.</param>
    /// <param name="candidates">Where each of its channels is to go, by their names.</param>
    /// <param name="plan">A sound plan, of all of them.</param>
    /// <param name="skipDrill">Why the way back need not be rehearsed; null: it has to be.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why; null: nobody said.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <param name="gate">Is asked of each channel when nothing else stands against any; null: nobody is.</param>
    /// <returns>What came of it; null: no channel is in a group of that name.</returns>
    public Task<GroupResult?> StartGroupAsync(
        string group, IReadOnlyDictionary<string, ReleaseId> candidates, RolloutPlan plan, string? skipDrill, string by, string? reason, CancellationToken cancellation, StartGate? gate = null) => StepTogetherAsync(
        group,
        (ChannelFacts of, Func<ReleaseId, bool> isRevoked, RolloutEvidence _, DateTimeOffset at, out RolloutRefusal? refusal) =>
            RolloutStep.Start(of, candidates[of.Channel.Name], plan, skipDrill, isRevoked, by, at, out refusal) is { } step
                ? step with { After = step.After with { Seed = group, Rollout = step.After.Active! with { Seed = group, Group = group } }, Detail = $"{step.Detail}, with group {group}" }
                : null,
        by,
        reason,
        cancellation,
        members => Astray(group, members, candidates),
        facts => StandsAgainstAsync(facts, candidates[facts.Channel.Name], gate, cancellation));

    /// <summary>Takes every rollout of a group a step on.</summary>
    /// <param name="group">Its name.</param>
    /// <param name="verb">Which step.</param>
    /// <param name="needsTwo">Two persons have to want the end.</param>
    /// <param name="force">Time, units, evidence and holds are passed over.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why; null: nobody said.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>What came of it; null: no channel is in a group of that name.</returns>
    public Task<GroupResult?> StepGroupAsync(string group, RolloutVerb verb, bool needsTwo, bool force, string by, string? reason, CancellationToken cancellation) => StepTogetherAsync(
        group,
        (ChannelFacts facts, Func<ReleaseId, bool> isRevoked, RolloutEvidence evidence, DateTimeOffset at, out RolloutRefusal? refusal) => verb switch
        {
            RolloutVerb.Advance => RolloutStep.Advance(facts, evidence, force, at, out refusal),
            RolloutVerb.Pause => RolloutStep.Pause(facts, at, out refusal),
            RolloutVerb.Resume => RolloutStep.Resume(facts, isRevoked, at, out refusal),
            RolloutVerb.Abort => RolloutStep.Abort(facts, reason ?? "", at, out refusal),
            _ => RolloutStep.Finalize(facts, evidence, needsTwo, force, by, at, out refusal),
        },
        by,
        reason,
        cancellation);

    /// <summary>The channels of a group, as the store has them, by their names; empty: there is no such group.</summary>
    public async Task<IReadOnlyList<ChannelRouting>> RoutingsOfGroupAsync(string group, CancellationToken cancellation) =>
        [.. (await MembersAsync(await store.LoadAsync(cancellation), group, cancellation)).Select(facts => facts.Routing)];

    // Towards base a channel may go alone, and more of the candidate meets nobody alone.
    private static bool GoesAlone(ChannelFacts facts, string verb, out RolloutRefusal? refusal)
    {
        refusal = facts.Routing.Active?.Group is { } group && group == facts.Routing.Group
            ? new RolloutRefusal(RolloutFault.NotYet, $"it is rolled out with group {group}, whose channels go on together: causeway rollout {verb} --group {group}")
            : null;
        return refusal is null;
    }

    private Task<IReadOnlyList<ChannelFacts>> MembersAsync(RoutingState state, string group, CancellationToken cancellation) =>
        FactsAsync(state, one => state.Of(one.Name).Group == group, cancellation);

    // Channels that were named and are not of the group, and those of it that cannot go where the others go.
    private static IEnumerable<GroupRefusal> Astray(string group, IReadOnlyList<ChannelFacts> members, IReadOnlyDictionary<string, ReleaseId> candidates)
    {
        foreach (string stranger in candidates.Keys.Where(name => members.All(one => one.Channel.Name != name)).Order(StringComparer.Ordinal))
        {
            yield return new GroupRefusal(stranger, new RolloutRefusal(RolloutFault.Unserved, $"it is not in group {group}"));
        }

        foreach (ChannelFacts facts in members)
        {
            RolloutRefusal? refusal = !candidates.ContainsKey(facts.Channel.Name) ? new RolloutRefusal(RolloutFault.NotYet, $"it is in group {group}, and nobody said where it is to go")
                : !facts.Routing.UnitKey.SequenceEqual(members[0].Routing.UnitKey) ? new RolloutRefusal(RolloutFault.NotYet, $"its units are other ones than those of {members[0].Channel.Name}, so that callers would meet one candidate without the other; set them alike with: causeway channel set {facts.Channel.Name} --unit-key …")
                : null;
            if (refusal is not null)
            {
                yield return new GroupRefusal(facts.Channel.Name, refusal);
            }
        }
    }

    private async Task<GroupResult?> StepTogetherAsync(
        string group, PlanStep plan, string by, string? reason, CancellationToken cancellation, Func<IReadOnlyList<ChannelFacts>, IEnumerable<GroupRefusal>>? astray = null, Func<ChannelFacts, Task<RolloutRefusal?>>? gate = null)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            IReadOnlyList<ChannelFacts> members = await MembersAsync(state, group, cancellation);
            if (members.Count == 0)
            {
                return null;
            }

            DateTimeOffset at = time.GetUtcNow();
            List<RolloutStep> steps = [];
            List<GroupRefusal> refusals = [.. astray?.Invoke(members) ?? []];
            foreach (ChannelFacts facts in refusals.Count > 0 ? [] : members)
            {
                RolloutEvidence evidence = facts.Routing.Active is { } active ? await EvidenceOfAsync(facts.Channel.Name, active, cancellation) : new RolloutEvidence(0, false, []);
                if (plan(facts, RevokedOn(state, facts.Channel.Name), evidence, at, out RolloutRefusal? refusal) is { } step)
                {
                    steps.Add(step);
                }
                else
                {
                    refusals.Add(new GroupRefusal(facts.Channel.Name, refusal!));
                }
            }

            // One of them was asked to be finalized alone: they would not do the same thing now.
            refusals.AddRange(refusals.Count > 0 || steps.DistinctBy(step => step.Kind).Count() == 1 ? [] : steps
                .Where(step => step.Kind != TimelineKind.FinalizeAsked)
                .Select(step => new GroupRefusal(step.After.Channel, new RolloutRefusal(RolloutFault.NotYet, "it is further on than the others of its group; bring those as far first"))));
            foreach (ChannelFacts facts in refusals.Count > 0 || gate is null ? [] : members)
            {
                if (await gate!(facts) is { } closed)
                {
                    refusals.Add(new GroupRefusal(facts.Channel.Name, closed));
                }
            }

            if (refusals.Count > 0)
            {
                return new GroupResult(refusals, []);
            }

            if (await CommitAsync(state, steps, at, by, reason, cancellation) is { } done)
            {
                return new GroupResult([], done);
            }
        }
    }
}

/// <summary>A step that rollouts of a group take together.</summary>
public enum RolloutVerb
{
    /// <summary>To the next stage.</summary>
    Advance,

    /// <summary>Base answers everybody until they are resumed.</summary>
    Pause,

    /// <summary>The same units meet the candidates again.</summary>
    Resume,

    /// <summary>They are given up.</summary>
    Abort,

    /// <summary>The channels point at their candidates.</summary>
    Finalize,
}

/// <summary>What came of a step of a group.</summary>
/// <param name="Refusals">Why it was not made, by channel; empty: it was.</param>
/// <param name="Channels">Each channel as it is now; empty: nothing was changed.</param>
public sealed record GroupResult(IReadOnlyList<GroupRefusal> Refusals, IReadOnlyList<RolloutResult> Channels);

/// <summary>Why a channel keeps its group from a step.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="Refusal">Why.</param>
public sealed record GroupRefusal(string Channel, RolloutRefusal Refusal);
