using System.Collections.Concurrent;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>The way back of one instance, while the store is away: only towards base or what answered before, in memory, and told when the store is back.</summary>
public sealed partial class ReleaseDesk
{
    // What can be told later: of each channel two entries, and more channels than one incident has.
    private const int MaxUntold = 1000;

    private static readonly TimeSpan s_untakenFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<TimelineEntry> _untold = new();
    private long _untaken; // When the store took a rollback not, by the steady clock; 0: it took each.
    private readonly ConcurrentDictionary<string, LocalRollback> _local = new(StringComparer.Ordinal);

    /// <summary>Rolls a channel back on this instance alone. Refused where the store answers: what can be rolled back for everybody is.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="order">What is wanted. Force passes over nothing here.</param>
    /// <param name="to">Back to the one whose id lies in this range; null: to base of the rollout under way, or else to what answered before.</param>
    /// <param name="dryRun">Only say what it would do.</param>
    /// <param name="cancellation">Ends the asking whether the store is there.</param>
    /// <returns>What came of it; null: there is no channel of that name.</returns>
    public async Task<RollbackResult?> RollBackLocallyAsync(string channel, RollbackOrder order, ReleaseIdRange? to, bool dryRun, CancellationToken cancellation)
    {
        if (policies.Current.FindChannel(channel) is null)
        {
            return null;
        }

        if (await AnswersAsync(cancellation))
        {
            return Refused(new RollbackRefusal(RollbackFault.StoreAnswers, channel, "the store answers, so it can be rolled back for everybody: leave --local out", []));
        }

        // Read after the store was asked: nothing that is awaited comes in between from here on.
        PolicyRevision policy = policies.Current;
        if (policy.FindChannel(channel) is not { } served)
        {
            return null;
        }

        if (policy.Routing.LocalOf(channel) is { } made)
        {
            return Refused(new RollbackRefusal(RollbackFault.AlreadyBack, channel, $"this instance has rolled it back to {made.To} at {made.At:u} already", []));
        }

        ChannelFacts facts = new(served.Channel, policy.Routing.RoutingOf(channel), Ways?.MovesOf(channel) is { Count: > 0 } moves ? moves : [MoveOf(served.Channel)]);
        if (to is { } range)
        {
            ReleaseId[] named = [.. facts.Moves.Select(move => move.Release).Where(range.Holds).Distinct()];
            if (named.Length != 1)
            {
                return Refused(new RollbackRefusal(RollbackFault.NeverServed, channel, "without the store it goes back only to one of those that answered it last, which this instance knows", [.. facts.LastKnownGood(id => id == facts.Served)]));
            }

            order = order with { To = named[0] };
        }

        RollbackStep? step = RollbackStep.Plan(facts, order with { Force = false }, release => policy.Routing.IsRevoked(channel, release), time.GetUtcNow(), out RollbackRefusal? refusal);
        Release? target = step is null ? null : Known(served, step.To);
        refusal ??= target is null ? new RollbackRefusal(RollbackFault.Unserved, channel, $"{step!.To} was not read before the store went away", []) : Unserved(channel, target);
        if (refusal is not null)
        {
            return Refused(refusal);
        }

        bool IsMet(ServedRelease serving) => serving.Channel == channel && serving.Release.Id == step!.From;
        (int requests, int streams) = gateway.CountCalls(IsMet);
        RollbackResult result = new() { Revision = Applied, Channels = [new RolledBackChannel(channel, step!.From, step.To, WasPointed: false)], OpenRequests = requests, OpenStreams = streams };
        return dryRun ? result : Commit(new LocalRollback(channel, step.From, step.To, time.GetUtcNow(), order.By, order.Reason), target!, result, IsMet, order.Streams);

        RollbackResult Refused(RollbackRefusal why) => new() { Revision = Applied, Refusals = [why] };
    }

    /// <summary>Tells the store what was done without it, now that it answers; and what of that is over. Nothing is lost where it does not answer after all: the next turn tells it.</summary>
    public async Task TellLocalAsync(CancellationToken cancellation)
    {
        foreach ((string channel, LocalRollback made) in _local)
        {
            if (policies.Current.Routing.LocalOf(channel) is null && _local.TryRemove(channel, out _))
            {
                LogEvents.LocalOver(log, channel, made.From.ToString());
                Note(new TimelineEntry
                {
                    At = time.GetUtcNow(),
                    Revision = Applied,
                    Channel = channel,
                    Kind = TimelineKind.LocalRollbackOver,
                    Actor = Automatic,
                    Detail = $"{instance.Text}: {made.From} answers nobody any more by revision {Applied}, which takes the place of what {made.By} rolled back here",
                });
            }
        }

        while (_untold.TryPeek(out TimelineEntry? entry))
        {
            await store.AppendAsync(entry, cancellation);
            _untold.TryDequeue(out _);
        }
    }

    private RollbackResult Commit(LocalRollback local, Release target, RollbackResult planned, Predicate<ServedRelease> isMet, StreamPolicy streams)
    {
        policies.Publish(policy => policy.WithLocal(local, target));
        if (policies.Current.Routing.LocalOf(local.Channel) != local)
        {
            return planned with { Channels = [], Refusals = [new RollbackRefusal(RollbackFault.AlreadyBack, local.Channel, "the store has come back and taken it back for everybody meanwhile", [])] };
        }

        DateTimeOffset applied = time.GetUtcNow();
        _local[local.Channel] = local;
        RevokedCalls calls = gateway.Revoke(isMet, streams);
        LogEvents.RolledBackLocally(log, local.Channel, local.From.ToString(), local.To.ToString(), local.By, local.Reason);
        Note(new TimelineEntry
        {
            At = local.At,
            Revision = Applied,
            Channel = local.Channel,
            Kind = TimelineKind.RolledBackLocally,
            Actor = local.By,
            Reason = local.Reason,
            Detail = $"{instance.Text}, and no other instance, from {local.From} to {local.To}: the store did not answer",
        });
        News?.Tell(
            "release.revoked", local.Channel, $"{local.Channel} was rolled back on {instance.Text} alone, from {local.From} to {local.To} by {local.By}: {local.Reason}", local.At,
            ("release", local.From.ToString()), ("replaced_by", local.To.ToString()), ("by", local.By), ("reason", local.Reason), ("instance", instance.Text));
        return planned with { CommittedAt = local.At, Applied = [new AppliedBy(instance.Text, applied)], Calls = calls };
    }

    private void Note(TimelineEntry entry)
    {
        if (_untold.Count < MaxUntold)
        {
            _untold.Enqueue(entry);
        }
    }

    // For as long as a lease would hold: who waits for the way back does not wait for a server that hangs.
    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        if (Interlocked.Read(ref _untaken) is not 0 and var untaken && time.GetElapsedTime(untaken) < s_untakenFor)
        {
            return false;
        }

        try
        {
            await store.RevisionAsync(cancellation).WaitAsync(CandidateLease.Term, time, cancellation); // A driver whose server hangs hears of no cancellation for some seconds.
            return true;
        }
#pragma warning disable CA1031 // Whatever keeps it from answering, it does not answer: that is what was asked.
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private Release? Known(ServedChannel served, ReleaseId id) =>
        new[] { served.Stable, served.Served, served.Candidate }.FirstOrDefault(one => one?.Release.Id == id)?.Release ?? Ways?.Find(served.Channel.Name, id);

    private static ChannelMove MoveOf(ReleaseChannel channel) => new(channel.Name, channel.Version, channel.Release, channel.Unsupported, channel.Conformance, channel.UpdatedAt);
}
