using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>The way back.</summary>
public sealed partial class ReleaseDesk
{
    /// <summary>Rolls a channel back.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="order">What is wanted.</param>
    /// <param name="dryRun">Only say what it would do.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>What came of it; null: there is no channel of that name.</returns>
    public async Task<RollbackResult?> RollBackAsync(string channel, RollbackOrder order, bool dryRun, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            if (await FactsAsync(state, one => one.Name == channel, cancellation) is not [{ } facts])
            {
                return null;
            }

            RollbackStep? step = RollbackStep.Plan(facts, order, RevokedOn(state, channel), time.GetUtcNow(), out RollbackRefusal? refusal);
            refusal ??= await UnservedAsync(facts, step!.To, cancellation) ?? await PartedAsync(facts, step, order, cancellation);
            if (refusal is not null)
            {
                return new RollbackResult { Revision = state.Revision, Refusals = [refusal] };
            }

            if (await CommitAsync(state, [step!], null, order, dryRun, cancellation) is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>Rolls every channel of a group back, in one revision. Those that are back already stay as they are.</summary>
    /// <param name="group">Its name.</param>
    /// <param name="order">What is wanted, of each channel.</param>
    /// <param name="dryRun">Only say what it would do.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>What came of it; null: no channel is in a group of that name.</returns>
    public async Task<RollbackResult?> RollBackGroupAsync(string group, RollbackOrder order, bool dryRun, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            IReadOnlyList<ChannelFacts> members = await MembersAsync(state, group, cancellation);
            if (members.Count == 0)
            {
                return null;
            }

            List<RollbackStep> steps = [];
            List<RollbackRefusal> refusals = [];
            foreach (ChannelFacts facts in members)
            {
                RollbackStep? step = RollbackStep.Plan(facts, order, RevokedOn(state, facts.Channel.Name), time.GetUtcNow(), out RollbackRefusal? refusal);
                refusal ??= await UnservedAsync(facts, step!.To, cancellation) ?? await PartedAsync(facts, step, order, cancellation);
                if (refusal is null)
                {
                    steps.Add(step!);
                }
                else if (refusal.Fault != RollbackFault.AlreadyBack || members.Count == 1)
                {
                    refusals.Add(refusal);
                }
            }

            // They go together or not at all: half of a group is what it is there to prevent.
            if (refusals.Count > 0 || steps.Count == 0)
            {
                return new RollbackResult
                {
                    Revision = state.Revision,
                    Refusals = refusals.Count > 0 ? refusals : [.. members.Select(facts => new RollbackRefusal(RollbackFault.AlreadyBack, facts.Channel.Name, "it was rolled back already", []))],
                };
            }

            if (await CommitAsync(state, steps, null, order, dryRun, cancellation) is { } result)
            {
                return result;
            }
        }
    }

    /// <summary>Takes a release back on every channel, and puts it in quarantine everywhere.</summary>
    public async Task<RollbackResult> RollBackEverywhereAsync(ReleaseId release, RollbackOrder order, bool dryRun, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            List<RollbackStep> steps = [];
            List<RollbackRefusal> refusals = [];
            foreach (ChannelFacts facts in await FactsAsync(state, static _ => true, cancellation))
            {
                if (!facts.Serves(release))
                {
                    continue;
                }

                RollbackStep? step = RollbackStep.Plan(facts, order with { Release = release }, RevokedOn(state, facts.Channel.Name), time.GetUtcNow(), out RollbackRefusal? refusal);
                refusal ??= await UnservedAsync(facts, step!.To, cancellation) ?? await PartedAsync(facts, step, order, cancellation);
                if (refusal is null)
                {
                    steps.Add(step!);
                }
                else
                {
                    refusals.Add(refusal);
                }
            }

            // A channel without a way back would answer nobody: that is for a person to want.
            if (refusals.Count > 0 && !order.Force)
            {
                return new RollbackResult { Revision = state.Revision, Refusals = refusals };
            }

            if (await CommitAsync(state, steps, release, order, dryRun, cancellation) is { } result)
            {
                return result with { Refusals = refusals };
            }
        }
    }

    /// <summary>Lets a release be dispatched again.</summary>
    /// <param name="release">Which.</param>
    /// <param name="channel">On this channel; null: on every one where it is in quarantine, and everywhere.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>Where it was lifted; empty: it is in quarantine nowhere.</returns>
    public async Task<IReadOnlyList<string>> LiftAsync(ReleaseId release, string? channel, string by, string reason, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            ChannelRouting[] held = [.. state.Channels.Where(one => one.Quarantines(release) && (channel is null || one.Channel == channel))];
            if (held.Length == 0)
            {
                return [];
            }

            DateTimeOffset at = time.GetUtcNow();
            ChannelRouting[] lifted = [.. held.Select(one => one.WithLifted(release))];
            IReadOnlyList<Release> spokenOf = await SpokenOfAsync(lifted, cancellation);
            RoutingOutcome outcome = await store.CommitAsync(
                new RoutingCommit(
                    state.Revision,
                    at,
                    lifted,
                    [],
                    [.. lifted.Select(one => new TimelineEntry { At = at, Channel = one.Channel, Kind = TimelineKind.QuarantineLifted, Actor = by, Reason = reason, Detail = $"{release} may be dispatched again" })]),
                CancellationToken.None);
            if (outcome.Committed)
            {
                Publish(outcome.Revision, outcome.Pointed, lifted.Select(one => one with { Revision = outcome.Revision }), spokenOf);
                return [.. lifted.Select(one => one.Channel)];
            }
        }
    }

    // None: what it was planned on has changed.
    private async Task<RollbackResult?> CommitAsync(
        RoutingState state, IReadOnlyList<RollbackStep> steps, ReleaseId? everywhere, RollbackOrder order, bool dryRun, CancellationToken cancellation, params IReadOnlyList<TimelineEntry> before)
    {
        DateTimeOffset at = time.GetUtcNow();
        bool IsMet(ServedRelease serving) => serving.Release.Id == everywhere || steps.Any(step => step.After.Channel == serving.Channel && step.From == serving.Release.Id);
        List<ChannelRouting> routings = [.. steps.Select(step => step.After)];
        List<TimelineEntry> entries = [.. before, .. steps.Select(step => Entry(step.After.Channel, $"from {step.From} to {step.To}{(step.After.Continued is { } gone ? $"; conversations that it answered go on with it until {gone.Until:u}" : "")}"))];
        if (everywhere is { } release)
        {
            routings.Add(state.Of(ChannelRouting.Everywhere).WithQuarantined(new QuarantinedRelease(release, at, order.By, order.Reason, order.Streams)));
            entries.Add(Entry(ChannelRouting.Everywhere, $"{release} on every channel"));
        }

        RolledBackChannel[] channels = [.. steps.Select(step => new RolledBackChannel(step.After.Channel, step.From, step.To, step.Point is not null) { ContinuesUntil = step.After.Continued?.Until })];
        (int requests, int streams) = gateway.CountCalls(IsMet);
        RollbackResult result = new() { Revision = state.Revision, Channels = channels, OpenRequests = requests, OpenStreams = streams };
        if (dryRun)
        {
            return result;
        }

        IReadOnlyList<Release> spokenOf = await SpokenOfAsync(routings, cancellation);
        cancellation.ThrowIfCancellationRequested();
        RoutingOutcome outcome;
        try
        {
            outcome = await store.CommitAsync(new RoutingCommit(state.Revision, at, routings, [.. steps.Select(step => step.Point).OfType<PlannedPoint>()], entries), CancellationToken.None);
        }
        catch
        {
            Interlocked.Exchange(ref _untaken, time.GetTimestamp()); // A store may answer and take nothing: then an instance goes back by itself.
            throw;
        }

        if (!outcome.Committed)
        {
            return null;
        }

        Committed committed = Committed.Now(time);
        RevokedCalls calls;
        lock (_applying)
        {
            // The watch may have read what was committed before this: what it met is what there was to meet.
            bool isApplied = Applied >= outcome.Revision && Met?.Revision >= outcome.Revision;
            Publish(outcome.Revision, outcome.Pointed, routings.Select(one => one with { Revision = outcome.Revision }), spokenOf);
            calls = isApplied ? Met!.Calls : gateway.Revoke(IsMet, order.Streams);
            Met = isApplied ? Met : new MetRollback(outcome.Revision, calls);
        }

        DateTimeOffset applied = time.GetUtcNow();
        Task<IReadOnlyList<AppliedBy>> spreading = SpreadAsync(outcome.Revision, committed);
        foreach (RollbackStep step in steps)
        {
            gateway.Rollbacks.Applied(step.After.Channel, at);
            LogEvents.RolledBack(log, step.After.Channel, step.From.ToString(), step.To.ToString(), order.By, order.Reason);
            News?.Tell(
                "release.revoked", step.After.Channel, $"{step.After.Channel} was rolled back from {step.From} to {step.To} by {order.By}: {order.Reason}", committed.At,
                ("release", step.From.ToString()), ("replaced_by", step.To.ToString()), ("by", order.By), ("reason", order.Reason));
        }

        Task<IReadOnlyList<RaisedLimit>> raised = RaiseAsync(steps, order);
        string[] told = [.. routings.Select(one => one.Channel)];
        await AppliedAsync(outcome.Revision, told, new AppliedBy(instance.Text, applied));
        IReadOnlyList<AppliedBy> spread = [.. (await spreading).Select(one => one.Instance == instance.Text ? one with { Calls = calls } : one)];
        await AppliedAsync(outcome.Revision, told, spread.Where(one => one.Instance != instance.Text));
        return result with
        {
            Revision = outcome.Revision,
            Channels = [.. await Task.WhenAll(channels.Select(channel => NoticedAsync(channel, outcome.Revision, committed.At, order.By == Automatic)))],
            CommittedAt = committed.At,
            Applied = spread,
            CandidateUntil = steps.All(step => step.Point is null) ? committed.At + CandidateLease.Term : null,
            Calls = spread.Aggregate(new RevokedCalls(), (all, one) => one.Calls is { } met ? all + met : all),
            Raised = await raised,
        };

        TimelineEntry Entry(string channel, string detail) =>
            new() { At = at, Channel = channel, Kind = TimelineKind.RolledBack, Actor = order.By, Reason = order.Reason, Detail = detail };
    }

    private async Task<IReadOnlyList<RaisedLimit>> RaiseAsync(IReadOnlyList<RollbackStep> steps, RollbackOrder order)
    {
        List<RaisedLimit> raised = [];
        foreach (RollbackStep step in Allowance is null ? [] : steps)
        {
            raised.AddRange(await Allowance!.GiveAsync(step.After.Channel, step.From, step.To, order.By, order.Reason));
        }

        return raised;
    }

    // A target none of whose pins can be called would answer nobody.
    private async Task<RollbackRefusal?> UnservedAsync(ChannelFacts facts, ReleaseId to, CancellationToken cancellation)
    {
        return await releases.FindAsync(new ReleaseIdRange(to, to), cancellation) is [{ } target]
            ? Unserved(facts.Channel.Name, target)
            : new RollbackRefusal(RollbackFault.Unserved, facts.Channel.Name, $"{to} is not kept here", []);
    }

    private RollbackRefusal? Unserved(string channel, Release target)
    {
        PolicyRevision policy = policies.Current;
        return target.Contract is { } contract && policy.FindContract(contract.FullName)?.Contract.Id.Text != contract.Id
            ? new RollbackRefusal(RollbackFault.Unserved, channel, $"{target.Id} answers by contract {contract}, which is not registered here", [])
            : target.Pins.Any(pin => policy.FindProvider(pin.Provider) is not null) ? null
            : new RollbackRefusal(RollbackFault.Unserved, channel, $"none of the providers of {target.Id} is configured here: {string.Join(", ", target.Pins.Select(pin => pin.Provider))}", []);
    }
}

/// <summary>What came of a rollback.</summary>
public sealed record RollbackResult
{
    /// <summary>The routing revision that it made; of a dry run or a refusal, the one in force.</summary>
    public required long Revision { get; init; }

    /// <summary>When it was committed, UTC (T0); null: it was not.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>The channels that are rolled back.</summary>
    public IReadOnlyList<RolledBackChannel> Channels { get; init; } = [];

    /// <summary>The instances that applied it.</summary>
    public IReadOnlyList<AppliedBy> Applied { get; init; } = [];

    /// <summary>Until when an instance that has not heard of it gives out the candidate, at most: its lease is over then, UTC. Null: what is taken back was no candidate, so that it goes on until it hears.</summary>
    public DateTimeOffset? CandidateUntil { get; init; }

    /// <summary>What became of the calls that the releases were answering, on every instance that has said so.</summary>
    public RevokedCalls Calls { get; init; } = new();

    /// <summary>Limits that were raised for a day, because it is dearer there.</summary>
    public IReadOnlyList<RaisedLimit> Raised { get; init; } = [];

    /// <summary>Calls that they were answering on this instance when it was planned, streams apart.</summary>
    public int OpenRequests { get; init; }

    /// <summary>Streams that they were answering then.</summary>
    public int OpenStreams { get; init; }

    /// <summary>Channels that are not rolled back, and why.</summary>
    public IReadOnlyList<RollbackRefusal> Refusals { get; init; } = [];
}

/// <summary>A channel that is rolled back.</summary>
/// <param name="Channel">Its name.</param>
/// <param name="From">What is in quarantine on it.</param>
/// <param name="To">What answers.</param>
/// <param name="WasPointed">The channel was pointed there; false: it pointed there already.</param>
public sealed record RolledBackChannel(string Channel, ReleaseId From, ReleaseId To, bool WasPointed)
{
    /// <summary>Until when conversations that it answered last go on with it, UTC; null: they do not.</summary>
    public DateTimeOffset? ContinuesUntil { get; init; }

    /// <summary>How long it took until it was noticed and decided, as far as it is known; what comes after that is not known yet.</summary>
    public RollbackTimes Times { get; init; } = new(null, null, null, null);
}
