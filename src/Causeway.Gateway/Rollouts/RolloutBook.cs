using System.Collections.Concurrent;
using System.Threading.Channels;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// What requests have shown of candidates, for as long as their rollouts are the channels' own. Where it is kept, <see cref="GuardSync"/> writes it and takes in what others have written;
/// tripwires are of what this instance has seen itself since its start.
/// </summary>
public sealed class RolloutBook(PolicyPublisher policies)
{
    private const int MaxWaiting = 64; // Each rollout crosses twice at most: once to hold, once to go back.

    private readonly ConcurrentDictionary<RolloutId, RolloutTally> _tallies = new();
    private readonly Channel<(string Channel, Rollout Rollout, GuardCrossing Crossing)> _crossings =
        Channel.CreateBounded<(string, Rollout, GuardCrossing)>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>What becomes of what is seen. To be said before the first request.</summary>
    public EvidenceMode Mode { get; set; }

    /// <summary>What guards have crossed, for whoever acts on it.</summary>
    public ChannelReader<(string Channel, Rollout Rollout, GuardCrossing Crossing)> Crossings => _crossings.Reader;

    /// <summary>What is known of a rollout's candidate.</summary>
    public RolloutEvidence EvidenceOf(Rollout rollout) => _tallies.TryGetValue(rollout.Id, out RolloutTally? tally) ? tally.Evidence(isDrilled: false) : new RolloutEvidence(0, IsDrilled: false, []);

    /// <summary>What guards know of a rollout; null: no request was seen of it since the process started.</summary>
    public GuardReport? ReportOf(Rollout rollout) => _tallies.TryGetValue(rollout.Id, out RolloutTally? tally) ? tally.Report() : null;

    /// <summary>What was seen here and is to be written; empty: nothing.</summary>
    public IReadOnlyList<(RolloutId Rollout, GuardEvidence Evidence)> TakeNotes()
    {
        List<(RolloutId, GuardEvidence)> taken = [];
        foreach ((RolloutId rollout, RolloutTally tally) in _tallies)
        {
            if (tally.TakeNotes() is { } evidence)
            {
                taken.Add((rollout, evidence));
            }
        }

        return taken;
    }

    /// <summary>They could not be written.</summary>
    public void ReturnNotes(IReadOnlyList<(RolloutId Rollout, GuardEvidence Evidence)> taken)
    {
        foreach ((RolloutId rollout, GuardEvidence evidence) in taken)
        {
            if (_tallies.TryGetValue(rollout, out RolloutTally? tally))
            {
                tally.ReturnNotes(evidence);
            }
        }
    }

    /// <summary>Takes in what was written of a rollout.</summary>
    /// <inheritdoc cref="RolloutTally.Take"/>
    public void Take(string channel, Rollout rollout, IEnumerable<GuardEvidence> written, bool isReplay)
    {
        if (TallyOf(rollout).Take(written, isReplay) is { } crossing && rollout.IsActive)
        {
            _crossings.Writer.TryWrite((channel, rollout, crossing));
        }
    }

    /// <summary>A later word that an answer was bad.</summary>
    public void Feedback(string channel, Rollout rollout, bool isCandidate, int bucket, int ppm, Guid request)
    {
        if (TallyOf(rollout).Feedback(isCandidate, bucket, ppm / (double)Bucket.Count, request) is { } crossing)
        {
            _crossings.Writer.TryWrite((channel, rollout, crossing));
        }
    }

    /// <summary>One request of a channel that is rolled out.</summary>
    internal void Observe(string channel, Rollout rollout, in Observation seen)
    {
        if (TallyOf(rollout).Observe(seen) is { } crossing)
        {
            _crossings.Writer.TryWrite((channel, rollout, crossing));
        }
    }

    /// <summary>A request that ended. Costs nothing where no rollout is under way; where no candidate was given out there is nothing to compare; an answer that is given again says nothing of its release that it has not said before.</summary>
    internal void Observe(Call call, Course course, Ending ending, Settlement settled)
    {
        if (course.Turn?.Found is not null || course.Plan is not { Routed: { Rollout: { } rollout } routed, Release: { } release } || ending.Outcome is Outcome.Denied or Outcome.ClientGone || ReferenceEquals(ending, Ending.Revoked) || !routed.IsLeased || routed.Rule == RoutingRule.Lapsed)
        {
            return;
        }

        Observation seen = new()
        {
            Request = call.Request,
            IsCandidate = release.Release.Id == rollout.Candidate,
            Bucket = routed.Rule is RoutingRule.Percent or RoutingRule.Stable ? routed.Bucket : null,
            Share = routed.Share,
            Bad = Badness.Of(course, ending, settled),
            MayBeCallers = ending is { Outcome: Outcome.Failed, Status: StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status422UnprocessableEntity },
            IsInvalid = course.ContractOutcome is { } outcome ? outcome is "violated" or "blank" : null,
            LatencyMicroseconds = ending.Outcome != Outcome.Completed ? null : (long)(course.Meter is { IsStream: true } ? call.TimeToFirstByte ?? call.Elapsed : call.Elapsed).TotalMicroseconds,
            OutputTokens = ending.Outcome == Outcome.Completed && settled.Source is UsageSource.Provider or UsageSource.Counted ? settled.Tokens.Output : null,
            NanoUsd = settled.CostNanoUsd,
        };
        Observe(release.Channel, rollout, seen);
    }

    private RolloutTally TallyOf(Rollout rollout)
    {
        if (_tallies.TryGetValue(rollout.Id, out RolloutTally? tally))
        {
            return tally;
        }

        // A rollout begins: what is known of those that other ones took the place of is let go.
        HashSet<RolloutId> kept = [rollout.Id, .. policies.Current.Channels.Keys.Select(name => policies.Current.Routing.RoutingOf(name).Rollout?.Id).OfType<RolloutId>()];
        foreach (RolloutId old in _tallies.Keys.Where(id => !kept.Contains(id)))
        {
            _tallies.TryRemove(old, out _);
        }

        return _tallies.GetOrAdd(rollout.Id, static (_, of) => new RolloutTally(of.Off, of.Mode), (Off: rollout.Plan.GuardsOff, Mode));
    }
}
