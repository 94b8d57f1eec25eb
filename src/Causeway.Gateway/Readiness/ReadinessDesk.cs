using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Conversations;
using Causeway.Releases.Drills;
using Causeway.Releases.Pins;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Sentinel;

namespace Causeway.Gateway.Readiness;

/// <summary>Finds out whether a channel can still be taken back: from the books, the catalogue, the policy, the ledger, the drills, and what providers say of their limits.</summary>
public sealed class ReadinessDesk(
    IReleaseStore releases, IDrillStore drills, IUsageStore usage, PolicyPublisher policies, BudgetLedger ledger, InstanceBoard board, PinProbe probe, TimeProvider time) : IDisposable
{
    private const int Ways = 3; // As many releases before are kept as ways back.
    private const int DrillsLookedAt = 100;
    private const double Margin = 1.2;
    private const double HoursOfADay = 24;
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_first = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_limitsHold = TimeSpan.FromMinutes(30);
    private readonly PinHealth _health = new();
    private readonly ContractCache _compiled = new(); // Every way back is looked at once a minute, and contracts hardly ever change.
    private readonly SemaphoreSlim _turn = new(1);
    private Traffic? _traffic;
    private DateTimeOffset _readAt;

    /// <summary>Where it is kept what answered conversations; null: nowhere.</summary>
    public IConversationStore? Conversations { get; init; }

    /// <summary>Who knows which pins have drifted; null: nobody looks.</summary>
    public SentinelBook? Sentinel { get; init; }

    /// <summary>What was measured of dialects; null: nothing.</summary>
    public MeasuredDialects? Measured { get; init; }

    /// <summary>Looks at a channel's ways back.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="cancellation">Ends the looking.</param>
    /// <returns>What was found; null: there is no channel of that name.</returns>
    public async Task<ReadinessReport?> ReportAsync(string channel, CancellationToken cancellation)
    {
        if (policies.Current.FindChannel(channel) is not { } served)
        {
            return null;
        }

        IReadOnlyList<Release> ways = await WaysAsync(served, cancellation);
        Seen? seen = ways.Count == 0 ? null : await SeeAsync(channel, cancellation);
        List<TargetReadiness> targets = [];
        foreach (Release way in ways)
        {
            targets.Add(await LookAsync(served, way, seen!, cancellation));
        }

        return new ReadinessReport(channel, time.GetUtcNow(), targets);
    }

    /// <summary>Looks at what a channel points at, as the base of a rollout that is to be started; null: there is no channel of that name.</summary>
    public async Task<TargetReadiness?> BaseAsync(string channel, CancellationToken cancellation) =>
        policies.Current.FindChannel(channel) is { } served ? await LookAsync(served, served.Release, await SeeAsync(channel, cancellation), cancellation) : null;

    /// <summary>Why no rollout should start from what a channel points at (<see cref="Rollouts.StartGate"/>); null: it could be gone back to, or there is no such channel.</summary>
    public async Task<RolloutRefusal?> RefusalAsync(string channel, CancellationToken cancellation) =>
        await BaseAsync(channel, cancellation) is { State: ReadinessState.NotReady, Weakest: { } weakest }
            ? new RolloutRefusal(RolloutFault.NotReady, $"there would be no way back to what it points at: {weakest.Detail}")
            : null;

    /// <summary>Looks at one release as a channel's way back; null: there is no such channel, or no such release.</summary>
    public async Task<TargetReadiness?> TargetAsync(string channel, ReleaseId target, CancellationToken cancellation) =>
        policies.Current.FindChannel(channel) is { } served && await releases.FindAsync(new ReleaseIdRange(target, target), cancellation) is [{ } release]
            ? await LookAsync(served, release, await SeeAsync(channel, cancellation), cancellation)
            : null;

    /// <summary>Asks every pin of a channel's ways back once, for a few tokens.</summary>
    /// <returns>What each said; null: there is no channel of that name.</returns>
    public async Task<IReadOnlyList<ProbedPin>?> ProbeAsync(string channel, CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        if (policy.FindChannel(channel) is not { } served)
        {
            return null;
        }

        List<ProbedPin> probed = [];
        foreach (Pin pin in (await WaysAsync(served, cancellation)).SelectMany(way => way.Pins).Distinct())
        {
            if (Resolve.Route(pin, policy) is { } route)
            {
                ProbedPin one = await probe.AskAsync(route, cancellation);
                _health.Observe(pin.Provider, pin.Model, one.Answered, time.GetUtcNow());
                probed.Add(one);
            }
        }

        return probed;
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // Base where a rollout is under way; otherwise what the channel pointed at before, newest first.
    private async Task<IReadOnlyList<Release>> WaysAsync(ServedChannel served, CancellationToken cancellation)
    {
        RoutingPolicy routing = policies.Current.Routing;
        string name = served.Channel.Name;
        List<Release> ways = routing.RoutingOf(name).Active is null ? [] : [served.Release];
        ReleaseId answers = served.Served.Release.Id;
        foreach (ReleaseId id in (await releases.HistoryAsync(name, cancellation)).Select(move => move.Release).Distinct().Where(id => id != answers && id != served.Release.Id && !routing.IsRevoked(name, id)).Take(Ways))
        {
            ways.AddRange(await releases.FindAsync(new ReleaseIdRange(id, id), cancellation));
        }

        return ways;
    }

    // What is the same for every way back of a channel.
    private async Task<Seen> SeeAsync(string channel, CancellationToken cancellation) =>
        new(await TrafficAsync(cancellation), await DrilledAsync(channel, cancellation), await BehindAsync(cancellation));

    private async Task<TargetReadiness> LookAsync(ServedChannel served, Release target, Seen seen, CancellationToken cancellation) =>
        ReadinessRules.Of(Facts(served, target, seen) with { Conversations = await ConversationsAsync(served, target, cancellation) }, time.GetUtcNow());

    private async Task<ConversationCounts?> ConversationsAsync(ServedChannel served, Release target, CancellationToken cancellation) =>
        Conversations is { } store && served.Conversations == ConversationPolicy.Migrate
            ? await store.CountAsync(
                served.Channel.Name, (served.Candidate ?? served.Served).Release.Id, ConversationTargets.Of(target, policies.Current), time.GetUtcNow() - Conversation.LiveFor, cancellation)
            : null;

    private ReadinessFacts Facts(ServedChannel served, Release target, Seen seen)
    {
        PolicyRevision policy = policies.Current;
        string name = served.Channel.Name;
        (Traffic traffic, DrillInstant? drilled, IReadOnlyList<string> behind) = seen;
        Rollout? rollout = policy.Routing.RoutingOf(name).Active;
        Pin first = target.Pins[0];
        PinHealth.Seen[] health = [.. target.Pins.Select(pin => _health.Of(pin.Provider, pin.Model)).OfType<PinHealth.Seen>()];
        (double? headroom, string source) = Headroom(name, target, rollout, policy, traffic, drilled);
        (TimeSpan? lasts, string? budget) = Budget(name, target, traffic);
        Release answering = served.Candidate?.Release ?? served.Served.Release;
        return new ReadinessFacts
        {
            Release = target.Id,
            IsBase = target.Id == served.Release.Id,
            Pins = target.Pins.Length,
            Unserved = [.. target.Pins.Where(pin => policy.FindProvider(pin.Provider) is null).Select(pin => pin.ToString())],
            MissingContract = target.Contract is { } contract && policy.FindContract(contract.FullName)?.Contract.Id.Text != contract.Id ? contract.FullName : null,
            Behind = behind,
            Floating = [.. target.Pins.Where(pin => pin.Class == PinClass.Float).Select(pin => pin.ToString())],
            Drifted = Sentinel?.DriftOf(target) ?? [],
            ComparedAt = target.Pins.Select(pin => Sentinel?.Find(pin.Provider, pin.Model)).OfType<WatchedPin>().Where(pin => pin is { Drift: null, AlarmAt: null }).Max(pin => pin.LastCycle?.At ?? pin.Baseline?.At),
            AnsweredAt = health.Max(one => one.AnsweredAt),
            FailedSince = _health.Of(first.Provider, first.Model)?.FailedSince ?? 0,
            Retires = Retires(target, policy),
            Headroom = headroom,
            HeadroomSource = source,
            ContractDifference = Difference(answering, target),
            Proof = PinProof.Of(served.Channel.Conformance, target, policy, Measured?.Latest ?? LatestConformance.None, time.GetUtcNow(), _compiled),
            BudgetLasts = lasts,
            BudgetDetail = budget,
            DrilledAt = drilled?.At,
            ExposedPpm = rollout is { State: RolloutState.Running } ? rollout.Exposure.Ppm : 0,
            IsDrillSkipped = rollout?.SkipDrill is not null,
        };
    }

    private async Task<Traffic> TrafficAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            if (_traffic is null || now - _readAt > s_fresh)
            {
                _traffic = await Traffic.ReadAsync(usage, now, _traffic is null ? s_first : Traffic.Span, _health, cancellation);
                _readAt = now;
            }

            return _traffic;
        }
        finally
        {
            _turn.Release();
        }
    }

    // Whoever is there and has not applied what everybody else has within a second.
    private async Task<IReadOnlyList<string>> BehindAsync(CancellationToken cancellation) =>
        [.. (await board.ListAsync(cancellation) ?? []).Where(one => one.Silent < InstanceWatch.GoneAfter && one.Silent > InstanceBoard.Patience && one.Beat.Revision < one.Newest).Select(one => one.Beat.Name)];

    private static (string Pin, DateOnly Day)? Retires(Release target, PolicyRevision policy)
    {
        (string Pin, DateOnly Day)? first = null;
        foreach (Pin pin in target.Pins)
        {
            if (policy.FindProvider(pin.Provider)?.Catalogued.GetValueOrDefault(pin.Model)?.Retires is { } day && (first is null || day < first.Value.Day))
            {
                first = (pin.ToString(), day);
            }
        }

        return first;
    }

    private async Task<DrillInstant?> DrilledAsync(string channel, CancellationToken cancellation)
    {
        IReadOnlyList<Drill> passed = [.. (await drills.ListAsync(channel, DrillsLookedAt, cancellation)).Where(drill => drill is { State: DrillState.Passed, EndedAt: not null })];
        Drill? way = passed.FirstOrDefault(drill => drill.Kind is DrillKind.Slice or DrillKind.Full);
        Drill? load = passed.FirstOrDefault(drill => drill.Kind == DrillKind.Capacity);
        return way is null && load is null ? null : new DrillInstant(way?.EndedAt, load);
    }

    private (double? Headroom, string Source) Headroom(string channel, Release target, Rollout? rollout, PolicyRevision policy, Traffic traffic, DrillInstant? drilled)
    {
        string answering = rollout?.Candidate.ToString() ?? policy.FindChannel(channel)!.Served.Name;
        double more = traffic.PerMinute(channel, answering) * Margin;
        if (more == 0)
        {
            return (null, "nobody has asked in the last minute: there is no load that it would have to carry");
        }

        Pin pin = target.Pins[0];
        (double requests, double tokens) = traffic.OfPin(pin.Provider, pin.Model);
        double each = traffic.EachOf(channel, target.Id.ToString())?.Tokens ?? traffic.EachOf(channel, answering)?.Tokens ?? 0;
        (double needRequests, double needTokens) = (requests + more, tokens + (more * each));
        if (policy.FindProvider(pin.Provider)?.Client.Limits.Of(pin.Model) is { } limit && time.GetUtcNow() - limit.At < s_limitsHold)
        {
            double headroom = Math.Min(limit.Requests / needRequests ?? double.MaxValue, needTokens > 0 ? limit.Tokens / needTokens ?? double.MaxValue : double.MaxValue);
            return (headroom, string.Create(CultureInfo.InvariantCulture, $"{pin} says that it takes {Words(limit)} a minute, and would be asked {needRequests:0} requests and {needTokens:0} tokens"));
        }

        return drilled?.Load is { Load: { } load, EndedAt: { } at } && time.GetUtcNow() - at < Drill.ValidFor
            ? ((requests + load.PerMinute) / needRequests, string.Create(CultureInfo.InvariantCulture, $"it carried {load.PerMinute:0} more a minute in {drilled.Load.Id}, and would be asked {more:0} more"))
            : (null, $"{pin} says nothing of its limits, and no capacity drill has shown them: causeway drill {channel} --kind capacity");
    }

    // The tightest budget of those that pay for the channel, where all of its requests cost what they cost there.
    private (TimeSpan? Lasts, string? Detail) Budget(string channel, Release target, Traffic traffic)
    {
        ServedChannel served = policies.Current.FindChannel(channel)!;
        double all = served.Candidate is { } candidate ? traffic.PerMinute(channel, candidate.Name) + traffic.PerMinute(channel, served.ReleaseName) : traffic.PerMinute(channel, served.Served.Name);
        if (traffic.GrantsOf(channel).Count == 0 || all == 0)
        {
            return (null, null);
        }

        if (traffic.EachOf(channel, target.Id.ToString()) is not { NanoUsd: > 0 } each)
        {
            return (null, "what a request costs there is not known: it has answered none in the last minute");
        }

        double perHour = all * 60 * each.NanoUsd;
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan? shortest = null;
        string? whose = null;
        foreach (GrantNode node in traffic.GrantsOf(channel).Select(ledger.Find).OfType<GrantNode>().SelectMany(node => node.Path).Distinct())
        {
            foreach (LimitUse use in ledger.Use(node).Where(use => use.Limit.Meter == Meter.Usd))
            {
                double hours = Math.Min(HoursOfADay, use.WindowEnds is { } ends ? (ends - now).TotalHours : HoursOfADay);
                TimeSpan lasts = TimeSpan.FromHours(Math.Min(use.Left / perHour, 10 * HoursOfADay));
                if (lasts.TotalHours < hours && (shortest is null || lasts < shortest))
                {
                    (shortest, whose) = (lasts, $"{use.Limit} of {node.Grant.Holder} ({node.Grant.Id})");
                }
            }
        }

        return (shortest, whose);
    }

    private static string? Difference(Release answering, Release target) =>
        answering.Contract is not { } now || answering.Contract?.Id == target.Contract?.Id ? null
        : target.Contract is { } then ? $"what answers now keeps {now.FullName}, it keeps {then.FullName}"
        : $"what answers now keeps {now.FullName}, it keeps no contract";

    private static string Words(SeenLimit limit) => string.Join(" and ", new[]
    {
        limit.Requests is { } requests ? string.Create(CultureInfo.InvariantCulture, $"{requests} requests") : null,
        limit.Tokens is { } tokens ? string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens") : null,
    }.OfType<string>());

    private sealed record Seen(Traffic Traffic, DrillInstant? Drilled, IReadOnlyList<string> Behind);

    private sealed record DrillInstant(DateTimeOffset? At, Drill? Load);
}
