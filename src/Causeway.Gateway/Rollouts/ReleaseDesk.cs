using Causeway.Gateway.Alerts;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Sentinel;
using Causeway.Releases.Channels;
using Causeway.Releases.Drills;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Where routing is changed: planned on what the store holds, committed in one transaction, and put in force here by one swap of the policy. Whoever planned
/// on what has changed since plans again.
/// </summary>
public sealed partial class ReleaseDesk(
    IRoutingStore store, IReleaseStore releases, IDrillStore drills, PolicyPublisher policies, InferenceGateway gateway, InstanceName instance, InstanceBoard board, TimeProvider time, ILogger<ReleaseDesk> log)
{
    // Each time somebody else has changed something in between; more often than this nobody does.
    private const int MaxTries = 8;
    private const string Contested = "Routing was changed by others faster than it could be planned on.";
    private readonly Lock _applying = new(); // What is put in force, and what is met of it, are one step: two ways lead to each change.

    /// <summary>Who is told of what happens; null: nobody.</summary>
    public ReleaseNews? News { get; init; }

    /// <summary>Who raises budgets when a rollback is dearer; null: nobody does.</summary>
    public RollbackAllowance? Allowance { get; init; }

    /// <summary>What channels can go back to without the store; null: only what is served.</summary>
    public WaysBack? Ways { get; init; }

    /// <summary>Who knows which pins have drifted; null: nobody looks.</summary>
    public SentinelBook? Sentinel { get; init; }

    /// <summary>Puts in force what the store holds, whatever of it is in force already: at a start, and when another instance has changed something.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="anew">Is put in force in the same step, before it; null: nothing is.</param>
    public async Task LoadAsync(CancellationToken cancellation, Func<PolicyRevision, PolicyRevision>? anew = null)
    {
        (RoutingState state, IReadOnlyList<PointedChannel> channels) = await ReadAsync(cancellation);
        IReadOnlyList<Release> spokenOf = await SpokenOfAsync(state.Channels, cancellation);
        lock (_applying)
        {
            (RoutingPolicy before, RoutingPolicy after) = Publish(state.Revision, channels, state.Channels, spokenOf, anew);
            MeetElsewhere(state, before, after);
        }
    }

    // Rolled back elsewhere: what this instance runs for it is treated as what the other one ran. Told by what was in force before and is now: of what is read twice only the first is news, and of what comes late nothing.
    private void MeetElsewhere(RoutingState state, RoutingPolicy before, RoutingPolicy after)
    {
        RevokedCalls? met = null;
        HashSet<(string Channel, long Revision)> news = [];
        foreach ((ChannelRouting routing, QuarantinedRelease held) in state.Channels.SelectMany(routing => routing.Quarantine.Select(held => (routing, held))))
        {
            if (!before.Revoked.Contains((routing.Channel, held.Release)) && after.Revoked.Contains((routing.Channel, held.Release)))
            {
                met = (met ?? new()) + gateway.Revoke(serving => serving.Release.Id == held.Release && (routing.Channel == ChannelRouting.Everywhere || routing.Channel == serving.Channel), held.Streams);
                if (before.Revision > 0)
                {
                    gateway.Rollbacks.Applied(routing.Channel, held.At); // At a start it is no news.
                    news.Add((routing.Channel, routing.Revision));
                }
            }
        }

        Met = met is null || before.Revision == 0 ? Met : new MetRollback(state.Revision, met);
        if (news.Count > 0)
        {
            _ = AppliedElsewhereAsync(news, time.GetUtcNow());
        }
    }

    // Of one revision: where a channel was moved after the routing was read, what was decided with the move is read too. Put in force by its number alone it would pass for applied.
    private async Task<(RoutingState State, IReadOnlyList<PointedChannel> Channels)> ReadAsync(CancellationToken cancellation)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            IReadOnlyList<PointedChannel> channels = await releases.ListChannelsAsync(cancellation);
            if (channels.All(pointed => pointed.Channel.Revision <= state.Revision))
            {
                return (state, channels);
            }
        }
    }

    /// <summary>The number of the newest change that is in force here.</summary>
    public long Applied => policies.Current.Routing.Revision;

    /// <summary>The newest rollback that was put in force here, whoever made it; null: none since this process started.</summary>
    public MetRollback? Met { get; private set; }

    private (RoutingPolicy Before, RoutingPolicy After) Publish(long revision, IReadOnlyList<PointedChannel> channels, IEnumerable<ChannelRouting> routings, IReadOnlyList<Release> spokenOf, Func<PolicyRevision, PolicyRevision>? anew = null)
    {
        RoutingPolicy before = RoutingPolicy.None;
        PolicyRevision after = policies.Publish(policy =>
        {
            before = policy.Routing;
            return (anew?.Invoke(policy) ?? policy).WithRouting(revision, channels.Select(pointed => new ServedChannel(pointed.Channel, pointed.Release)), routings, spokenOf);
        });
        return (before, after.Routing);
    }

    // What routings name and no channel points at. Read before anything is committed: what is committed can then be put in force whatever becomes of the store.
    private async Task<IReadOnlyList<Release>> SpokenOfAsync(IReadOnlyList<ChannelRouting> routings, CancellationToken cancellation)
    {
        List<Release> spokenOf = [];
        foreach (ReleaseId id in routings.SelectMany(SpokenOf).Distinct())
        {
            spokenOf.AddRange(await releases.FindAsync(new ReleaseIdRange(id, id), cancellation));
        }

        return spokenOf;
    }

    // Planned again on what the store holds by now.
    private static int Next(int tries) => tries < MaxTries ? tries + 1 : throw new InvalidOperationException(Contested);

    private static IEnumerable<ReleaseId> SpokenOf(ChannelRouting routing) =>
        routing.Override is { } made ? [made.Release, .. routing.Active is { } both ? [both.Candidate] : Array.Empty<ReleaseId>(), .. routing.Continued is { } gone ? [gone.Release] : Array.Empty<ReleaseId>()]
        : routing.Active is { } rollout ? [rollout.Candidate]
        : [];

    private async Task<IReadOnlyList<ChannelFacts>> FactsAsync(RoutingState state, Predicate<ReleaseChannel> isOne, CancellationToken cancellation)
    {
        List<ChannelFacts> facts = [];
        foreach (PointedChannel pointed in await releases.ListChannelsAsync(cancellation))
        {
            if (isOne(pointed.Channel))
            {
                facts.Add(new ChannelFacts(pointed.Channel, state.Of(pointed.Channel.Name), await releases.HistoryAsync(pointed.Channel.Name, cancellation)));
            }
        }

        return facts;
    }

    private static Func<ReleaseId, bool> RevokedOn(RoutingState state, string channel)
    {
        ChannelRouting everywhere = state.Of(ChannelRouting.Everywhere);
        ChannelRouting here = state.Of(channel);
        return release => here.Quarantines(release) || everywhere.Quarantines(release);
    }

    // Drills tell of themselves when they are over.
    private void Tell(TimelineKind kind, string channel, string detail, string by, string? reason, ChannelRouting after)
    {
        if (kind is TimelineKind.DrillStarted or TimelineKind.DrillEnded or TimelineKind.RoutingSet || after.Rollout is not { } rollout)
        {
            return;
        }

        if (kind == TimelineKind.Held)
        {
            News?.Tell("guard.crossed", channel, $"{channel}: {detail}", time.GetUtcNow(), ("guard", reason), ("action", "hold"), ("rollout", rollout.Id.ToString()));
            return;
        }

        News?.Tell(
            "rollout.stage",
            channel,
            $"{channel}: {detail}",
            time.GetUtcNow(),
            ("rollout", rollout.Id.ToString()),
            ("step", System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString())),
            ("candidate", rollout.Candidate.ToString()),
            ("by", by),
            ("reason", reason));
    }

    /// <summary>Who acts when no person does.</summary>
    public const string Automatic = "causeway";
}

/// <summary>What this process is called among those that share its store.</summary>
/// <param name="Text">For people: the machine and the process.</param>
/// <param name="Version">Of its build.</param>
public sealed record InstanceName(string Text, string Version);
