using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>
/// Several instances of a gateway's books in one thread, over one chain, from one seed: clients that reserve and settle, people who make, raise and revoke grants,
/// and a network, machines and clocks that fail. The same seed gives the same chain (B-03).
/// </summary>
internal sealed class Simulation
{
    public const long Raise = 40;
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);
    private static readonly Limit s_small = new(Meter.Usd, 120, Window.None);
    private readonly LeaseRules? _leases;
    private readonly Random _random;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SeededScheduler _scheduler;
    private readonly List<Node> _nodes = [];
    private readonly List<GrantId> _leaves = [];
    private readonly Dictionary<Guid, (InstanceId By, long Bound, long? Used)> _provider = [];
    private readonly HashSet<InstanceId> _gone = [];

    public Simulation(int seed, LeaseRules? leases = null)
    {
        _leases = leases;
        _random = new Random(seed);
        _scheduler = new SeededScheduler(_random, _time);
        Chain = new SharedChain(_time) { Pressing = Tell };
    }

    public SharedChain Chain { get; }

    public Oracle Oracle { get; } = new();

    /// <summary>Words of commits that reached an instance.</summary>
    public int Told { get; private set; }

    public int Denied { get; private set; }

    public int Refused { get; private set; }

    /// <summary>Requests that were decided with no turn.</summary>
    public int Drawn { get; private set; }

    /// <summary>Entries that instances which were killed left in their local books.</summary>
    public int Recovered { get; private set; }

    /// <summary>Runs it to its end and checks all that must hold then.</summary>
    public Simulation Run(int instances, int requests)
    {
        for (int i = 0; i < instances; i++)
        {
            _nodes.Add(Begin());
        }

        Do(GrowAsync);
        for (int i = 0; i < requests; i++)
        {
            Node node = _nodes[_random.Next(_nodes.Count)];
            _ = _scheduler.Start(() => RequestAsync(node));
            if (_random.Next(25) == 0)
            {
                Happen();
            }

            _scheduler.RunUntil(() => false, TimeSpan.FromMilliseconds(_random.Next(_leases is null ? 3 : 30)));
            Oracle.Read(Chain.Events);
        }

        Heal();
        Judge();
        return this;
    }

    private Node Begin(params IReadOnlyList<MemoryBook> left)
    {
        InstanceId name = new(NextId());
        SkewedTime clock = new(_time, TimeSpan.FromSeconds(_random.Next(-90, 90)));
        SimulatedStore store = new(Chain, name, _random, _time) { Faults = 0.05 };
        SharedJournal? journal = null;
        BudgetLedger? ledger = null;
        MemoryBook book = new(NextId());
        Do(async () =>
        {
            journal = new SharedJournal(store, new GatewayLimits(), clock, NullLogger<Journal>.Instance, book);
            ledger = new BudgetLedger(journal, clock) { Instance = name, Leases = _leases };
            ledger.Join(await store.LoadAsync(CancellationToken.None));
            journal.Join(ledger);
        });
        foreach (MemoryBook one in left)
        {
            _ = _scheduler.Start(() => BookAsync(new OutageReplay(store, ledger!, journal!, clock, NullLogger<OutageReplay>.Instance), one));
        }

        return new Node(name, store, journal!, ledger!, clock, book, left);
    }

    private async Task BookAsync(OutageReplay replay, MemoryBook left)
    {
        Recovered += left.Count;
        await replay.RunAsync(left, CancellationToken.None);
    }

    // Word of a commit reaches each instance soon, late, twice, after later ones, or not at all.
    private void Tell()
    {
        foreach (Node node in _nodes)
        {
            for (int words = _random.Next(3); words > 0; words--)
            {
                TimeSpan travels = TimeSpan.FromMilliseconds(_random.Next(500));
                _ = _scheduler.Start(() => TellAsync(node, travels));
            }
        }
    }

    private async Task TellAsync(Node node, TimeSpan travels)
    {
        await Task.Delay(travels, _time);
        if (node.Store is { IsDead: false, IsCutOff: false })
        {
            Told++;
            node.Journal.Tell();
        }
    }

    private void Do(Func<Task> act)
    {
        Task task = _scheduler.Start(act);
        Assert.True(_scheduler.RunUntil(() => task.IsCompleted, TimeSpan.FromMinutes(5)), "It never ended.");
        task.GetAwaiter().GetResult();
    }

    private async Task GrowAsync()
    {
        BudgetLedger ledger = _nodes[0].Ledger;
        GrantId root = await MakeAsync(ledger, null, GrantKind.Share, new Limit(Meter.Usd, 2_000, Window.None));
        GrantId carve = await MakeAsync(ledger, root, GrantKind.Carve, new Limit(Meter.Usd, 500, Window.None));
        GrantId share = await MakeAsync(
            ledger, root, GrantKind.Share, new Limit(Meter.Usd, 1_800, Window.None), _leases is null ? new Limit(Meter.Concurrent, 40, Window.None) : new Limit(Meter.Requests, 120, Window.None));
        _leaves.Add(carve);
        _leaves.Add(await MakeAsync(ledger, share, GrantKind.Share));
        _leaves.Add(await MakeAsync(ledger, share, GrantKind.Share, s_small));
    }

    private async Task<GrantId> MakeAsync(BudgetLedger ledger, GrantId? parent, GrantKind kind, params Limit[] limits)
    {
        GrantId id = new(NextId());
        while (true)
        {
            try
            {
                IReadOnlyList<DelegationFault> faults = await ledger.DecideAsync(() => ledger.Create(
                    new Grant
                    {
                        Id = id,
                        Parent = parent,
                        Kind = kind,
                        Holder = new Holder(IsFeature: parent is not null, "sim"),
                        Limits = [.. limits],
                        DepthLeft = (parent is { } above ? ledger.Find(above)!.Grant.DepthLeft : 8) - 1,
                        CreatedAt = _time.GetUtcNow(),
                        CreatedBy = "sim",
                    },
                    out _));
                Assert.All(faults, fault => Assert.Equal("grant_exists", fault.Code)); // A turn that was kept though we were told that it was not.
                return id;
            }
            catch (LedgerUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time);
            }
        }
    }

    private async Task RequestAsync(Node node)
    {
        GrantNode? leaf = _leaves.Count == 0 ? null : node.Ledger.Find(_leaves[_random.Next(_leaves.Count)]);
        if (leaf is null || node.Store.IsDead)
        {
            return;
        }

        Guid id = NextId();
        long bound = _random.Next(1, 30);
        Reservation? held;
        try
        {
            held = await (_leases is null ? ReserveAsync(node, leaf, id, bound) : DrawAsync(node, leaf, id, bound));
        }
        catch (LedgerUnavailableException)
        {
            Refused++;
            return;
        }

        if (held is null)
        {
            Denied++;
            return;
        }

        _provider.Add(id, (node.Name, bound, null)); // From here on the provider may bill it.
        await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(400)), _time);
        if (node.Store.IsDead)
        {
            return;
        }

        if (_leases is not null && _random.Next(5) == 0)
        {
            bound += await GrowAsync(node, held, _random.Next(1, 10));
            if (node.Store.IsDead)
            {
                return;
            }
        }

        bool wasSent = _random.Next(10) != 0;
        long used = wasSent ? _random.NextInt64(bound + 1) : 0;
        _provider[id] = (node.Name, bound, used);
        _ = wasSent ? node.Ledger.Settle(held, new Amounts(used, 5, 5), UsageSource.Provider, null) : node.Ledger.Void(held, "not_sent", null);
    }

    private static ValueTask<Reservation?> ReserveAsync(Node node, GrantNode leaf, Guid id, long bound) => node.Ledger.DecideAsync(
        () => node.Ledger.Reserve(leaf, id, new Amounts(bound, 10, 10), s_lifetime, new Spender(null, "m"), out _),
        lost => _ = lost is null || node.Ledger.Void(lost, "refused", null));

    private async ValueTask<Reservation?> DrawAsync(Node node, GrantNode leaf, Guid id, long bound)
    {
        ValueTask<Held> asked = node.Ledger.ReserveAsync(leaf, id, new Amounts(bound, 10, 10), s_lifetime, new Spender(null, "m"));
        bool isDrawn = asked.IsCompletedSuccessfully;
        Held answer = await asked;
        if (isDrawn && answer.Reservation is { } drawn)
        {
            Drawn++;
            Assert.True(Chain.NowMs < drawn.AtMs + _leases!.Life.TotalMilliseconds, "Something was drawn after the lease's end.");
        }

        return answer.Reservation;
    }

    // Another pin: the provider may bill it from here on, but for what is refused.
    private async Task<long> GrowAsync(Node node, Reservation held, long more)
    {
        (InstanceId by, long bound, long? used) = _provider[held.Id];
        _provider[held.Id] = (by, bound + more, used);
        try
        {
            if (await node.Ledger.ExtendAsync(held, new Amounts(more, 0, 0)) is null)
            {
                return more;
            }
        }
        catch (LedgerUnavailableException)
        {
            Refused++;
        }

        _provider[held.Id] = (by, bound, used);
        return 0;
    }

    private void Happen()
    {
        Node node = _nodes[_random.Next(_nodes.Count)];
        switch (_random.Next(9))
        {
            case 0:
                node.Store.IsCutOff = !node.Store.IsCutOff;
                break;
            case 1 when _nodes.Count > 1:
                Kill(_random.Next(2) == 0 ? _nodes.Find(one => one.Store.IsCutOff) ?? node : node);
                break;
            case 2:
                node.Clock.Step(TimeSpan.FromSeconds(_random.Next(-3_600, 3_600)));
                break;
            case 3 when _leaves.Count < 12:
                _ = _scheduler.Start(async () => _leaves.Add(await MakeAsync(node.Ledger, _leaves[1], GrantKind.Share, s_small)));
                break;
            case 4 when _leaves.Count > 4:
                _ = _scheduler.Start(() => AskAsync(node, () => node.Ledger.Change(_leaves[^1], GrantStatus.Revoked, "sim", "it is over", out _)));
                break;
            case 5 when _leaves.Count > 2:
                Overlay overlay = new(NextId(), _leaves[2], 0, Raise, 0, Chain.NowMs + 86_400_000, "sim");
                _ = _scheduler.Start(() => AskAsync(node, () => node.Ledger.Raise(overlay, "sim", "more", out _)));
                break;
            case 6:
                _ = _scheduler.Start(() => AskAsync(node, () => node.Ledger.Checkpoint()));
                break;
            case 8 when _leaves.Count > 2:
                // Other amounts, with requests open, and whatever is used already.
                (GrantId set, long amount) = (_leaves[2], _random.Next(30, 240));
                _ = _scheduler.Start(() => AskAsync(node, () => node.Ledger.Set(set, grant => grant with { Limits = [.. grant.Limits.Select(limit => limit with { Amount = amount })] }, null, "sim", "again", out _)));
                break;
            case 7:
                // An instance that is only slow may be taken for dead: what it settles later is adjusted.
                HashSet<InstanceId> gone = [_nodes[_random.Next(_nodes.Count)].Name];
                node.Ledger.Post(() => node.Ledger.DoubtOf(gone));
                break;
        }
    }

    private static async Task AskAsync<T>(Node node, Func<T> decision)
    {
        try
        {
            await node.Ledger.DecideAsync(decision);
        }
        catch (LedgerUnavailableException)
        {
            // The next one will.
        }
    }

    private void Kill(Node node)
    {
        node.Store.IsDead = true;
        MemoryBook[] left = [node.Book, .. node.Left];
        foreach (MemoryBook book in left)
        {
            book.IsLost = true;
        }

        _nodes.Remove(node);
        Node next = Begin([.. left.Where(book => book.Count > 0).Select(book => book.Found(perRead: 1 + _random.Next(4)))]);
        _nodes.Add(next);
        _gone.Add(node.Name);
        HashSet<InstanceId> gone = [.. _gone];
        next.Ledger.Post(() => next.Ledger.DoubtOf(gone)); // Unless it dies before: the next one will.
    }

    private void Heal()
    {
        foreach (Node node in _nodes)
        {
            node.Store.IsCutOff = false;
            node.Store.Faults = 0;
        }

        Node leader = _nodes[0];
        leader.Ledger.Post(() => leader.Ledger.DoubtOf(_gone));

        // Until every client has ended, everything is written, and everybody has read it.
        _scheduler.RunUntil(() => false, TimeSpan.FromSeconds(30));
        Oracle.Read(Chain.Events);
    }

    private void Judge()
    {
        BudgetLedger fresh = new(_nodes[0].Journal, _time) { Instance = new InstanceId(NextId()) };
        Replay replay = fresh.Join(Chain.Image());
        Assert.Null(replay.Mismatch);
        foreach (GrantNode grant in fresh.Grants)
        {
            long used = Assert.Single(fresh.Use(grant).Where(use => use.Limit.Meter == Meter.Usd).Select(use => use.Committed + use.Held + use.InDoubt).DefaultIfEmpty(Oracle.Taken.GetValueOrDefault(grant.Grant.Id)));
            Assert.Equal(Oracle.Taken.GetValueOrDefault(grant.Grant.Id), used);
            foreach (Node node in _nodes)
            {
                Assert.Null(node.Ledger.Mismatch);
                GrantNode? there = node.Ledger.Find(grant.Grant.Id);
                Assert.True(there is not null, $"An instance does not know {grant.Grant.Id} ({grant.Grant.Kind}): {node.Journal.Unbooked} wait, failing {node.Journal.Failing}, it knows {node.Store.Known} of {Chain.Events.Count}.");
                Assert.Equal(fresh.Use(grant), node.Ledger.Use(there));
                Assert.Equal((grant.Grant.Status, grant.Grant.Version, grant.Grant.KeyGeneration), (there.Grant.Status, there.Grant.Version, there.Grant.KeyGeneration));
            }
        }

        Dictionary<InstanceId, long> lost = [];
        foreach ((Guid request, (InstanceId by, long bound, long? used)) in _provider)
        {
            if (_gone.Contains(by) && !Chain.Events.Exists(one => one.Request == request))
            {
                lost[by] = lost.GetValueOrDefault(by) + bound; // It was drawn from a lease, and died with its instance before it was told.
            }
            else if (used is { } known && !Oracle.IsDoubted(request))
            {
                Assert.Equal(known, Oracle.Booked[request]);
            }
            else
            {
                Assert.True(Oracle.IsDoubted(request), $"What became of {request:N} is not known, and its bound of {bound} is not counted: {string.Join("; ", Chain.Events.Where(one => one.Request == request).Select(one => $"{one.Seq} {one.Kind} {one.Code} {one.Actor}"))}.");
            }
        }

        Assert.Equal(0, Oracle.OpenLeases);
        Assert.All(lost, one => Assert.True(
            one.Value <= Oracle.LeasesInDoubt.GetValueOrDefault(one.Key.ToString()), $"{one.Value} were drawn by {one.Key} and never told, and {Oracle.LeasesInDoubt.GetValueOrDefault(one.Key.ToString())} of its leases are in doubt."));
    }

    private Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }

    private sealed record Node(InstanceId Name, SimulatedStore Store, SharedJournal Journal, BudgetLedger Ledger, SkewedTime Clock, MemoryBook Book, IReadOnlyList<MemoryBook> Left);
}

/// <summary>A machine whose wall clock is wrong, and steps. Its steady clock is as everybody's.</summary>
internal sealed class SkewedTime(FakeTimeProvider time, TimeSpan skew) : TimeProvider
{
    private TimeSpan _skew = skew;

    public override long TimestampFrequency => time.TimestampFrequency;

    public void Step(TimeSpan by) => _skew += by;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + _skew;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
