using Causeway.Releases.Drills;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>The way back, rehearsed by the means of the real one: a revision that gives requests to base, and one that gives them back.</summary>
public sealed partial class ReleaseDesk
{
    private const int DrillsLookedAt = 100; // Of one channel; a rollout has its own among the newest.

    /// <summary>The build that runs here: what a drill proves, it proves of this one.</summary>
    public string Version => instance.Version;

    /// <summary>Puts a drill in force.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="order">What is wanted; sound.</param>
    /// <param name="dryRun">Only say what it would do.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>What came of it; null: there is no channel of that name.</returns>
    internal async Task<BegunDrill?> BeginDrillAsync(string channel, DrillOrder order, bool dryRun, CancellationToken cancellation)
    {
        var id = DrillId.New(time.GetUtcNow());
        if (await FactsAsync(await store.LoadAsync(cancellation), one => one.Name == channel, cancellation) is not [{ } facts])
        {
            return null;
        }

        if (DrillStep.Begin(facts, order, id, time.GetUtcNow(), out RolloutRefusal? refusal) is not { } planned)
        {
            return new BegunDrill(refusal, null, default, []);
        }

        if (dryRun)
        {
            return new BegunDrill(null, DrillOf(facts.Channel.Name, planned, order, id), default, []);
        }

        RolloutStep? begun = null;
        RolloutResult? result = await StepAsync(
            channel,
            (ChannelFacts of, Func<ReleaseId, bool> _, RolloutEvidence _, DateTimeOffset at, out RolloutRefusal? why) => begun = DrillStep.Begin(of, order, id, at, out why),
            order.By,
            order.Reason,
            cancellation);
        return result is null ? null
            : result.Refusal is not null ? new BegunDrill(result.Refusal, null, default, [])
            : new BegunDrill(null, DrillOf(channel, begun!, order, id), result.Committed.At, await SpreadAsync(result.Routing.Revision, result.Committed));
    }

    /// <summary>Gives the candidate back what a drill took.</summary>
    /// <returns>When, and when each instance did; null: somebody has ended it already.</returns>
    internal async Task<EndedDrill?> EndDrillAsync(string channel, DrillId id, string by, string detail)
    {
        RolloutResult? result = await StepAsync(
            channel,
            (ChannelFacts facts, Func<ReleaseId, bool> _, RolloutEvidence _, DateTimeOffset _, out RolloutRefusal? refusal) =>
            {
                refusal = null;
                return DrillStep.End(facts, id, detail);
            },
            by,
            null,
            CancellationToken.None);
        return result?.Kind is null ? null : new EndedDrill(result.Routing.Revision, result.Committed.At, await SpreadAsync(result.Routing.Revision, result.Committed));
    }

    /// <summary>Says in the timeline what a drill has shown.</summary>
    internal Task JudgedAsync(Drill drill) => store.AppendAsync(
        new TimelineEntry
        {
            At = time.GetUtcNow(),
            Revision = Applied,
            Channel = drill.Channel,
            Kind = TimelineKind.DrillJudged,
            Actor = Automatic,
            Detail = drill.Failures.Count == 0 ? $"{drill.Id}: {DrillWords.Of(drill.State)}" : $"{drill.Id}: {DrillWords.Of(drill.State)}: {string.Join("; ", drill.Failures)}",
        },
        CancellationToken.None);

    /// <summary>What is known of a rollout's candidate so far, and whether its way back was rehearsed.</summary>
    public async Task<RolloutEvidence> EvidenceOfAsync(string channel, Rollout rollout, CancellationToken cancellation)
    {
        DateTimeOffset at = time.GetUtcNow();
        RolloutEvidence seen = EvidenceOf(rollout);
        return seen with
        {
            IsDrilled = (await drills.ListAsync(channel, DrillsLookedAt, cancellation)).Any(drill => drill.Proves(rollout, Version, at)),
            Doubts = [.. seen.Doubts, .. Drifted(channel)],
        };
    }

    // What answers behind base or the candidate is not what did.
    private IEnumerable<string> Drifted(string channel) => Sentinel is not { } book || policies.Current.FindChannel(channel) is not { } served ? []
        : served.Candidate is { } candidate ? book.DriftOf(served.Release).Concat(book.DriftOf(candidate.Release)).Distinct()
        : book.DriftOf(served.Release);

    private Drill DrillOf(string channel, RolloutStep begun, DrillOrder order, DrillId id)
    {
        Rollout rollout = begun.After.Active!;
        return new Drill
        {
            Id = id,
            Channel = channel,
            Kind = order.Kind,
            Rollout = rollout.Id,
            Base = rollout.Base,
            Candidate = rollout.Candidate,
            Version = Version,
            Plan = rollout.Plan.Digest,
            FromBucket = begun.After.Drill!.FromBucket,
            ToBucket = begun.After.Drill.ToBucket,
            Seconds = order.Length,
            StartedAt = time.GetUtcNow(),
            StartedBy = order.By,
        };
    }
}

/// <summary>A drill that was put in force, or why it was not.</summary>
/// <param name="Refusal">Why not; null: it was.</param>
/// <param name="Drill">The drill; null: there is none.</param>
/// <param name="CommittedAt">When, UTC.</param>
/// <param name="Applied">When each instance applied it.</param>
internal sealed record BegunDrill(RolloutRefusal? Refusal, Drill? Drill, DateTimeOffset CommittedAt, IReadOnlyList<AppliedBy> Applied);

/// <summary>A drill that is over.</summary>
/// <param name="Revision">Of the change.</param>
/// <param name="CommittedAt">When, UTC.</param>
/// <param name="Applied">When each instance applied that.</param>
internal sealed record EndedDrill(long Revision, DateTimeOffset CommittedAt, IReadOnlyList<AppliedBy> Applied);
