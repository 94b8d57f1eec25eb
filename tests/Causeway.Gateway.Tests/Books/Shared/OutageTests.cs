using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>The store goes away from an instance, which goes on, and then dies: what it kept in its local book is booked by the next one, once.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(5);
    private static readonly Spender s_spender = new(null, "m");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Random _random = new(1);
    private readonly SeededScheduler _scheduler;
    private readonly SharedChain _chain;
    private readonly GrantId _grant = new(Guid.CreateVersion7());
    private readonly Guid[] _requests = [.. Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7())];

    public OutageTests()
    {
        _scheduler = new SeededScheduler(_random, _time);
        _chain = new SharedChain(_time);
    }

    [Fact]
    public void What_was_done_without_the_store_is_booked_by_the_next_start_to_the_last_nano_dollar()
    {
        Instance gone = Outage();
        Kill(gone);
        Instance next = Begin();
        Doubt(next, gone); // Whoever leads takes what it held before the outage as in doubt, before or after.

        MemoryBook left = gone.Book!.Found();
        Run(() => Replay(next).RunAsync(left, CancellationToken.None));

        AssertBooked(next);
        Assert.Equal(0, left.Count);
    }

    // The control of the test above.
    [Fact]
    public void Without_a_local_book_it_is_lost()
    {
        Instance gone = Outage(keeps: false);
        Kill(gone);
        Instance next = Begin();
        Doubt(next, gone);

        LimitUse use = Use(next);
        Assert.Equal((0, 60), (use.Committed, use.InDoubt));
        Assert.Empty(_chain.Usage);
        Assert.DoesNotContain(_chain.Events, one => one.Kind is LedgerEventKind.Denied or LedgerEventKind.Settled);
    }

    [Fact]
    public void A_request_that_nobody_took_as_in_doubt_yet_is_settled_as_if_nothing_had_been()
    {
        Instance gone = Outage();
        Kill(gone);
        Instance next = Begin();

        Run(() => Replay(next).RunAsync(gone.Book!.Found(), CancellationToken.None));
        Doubt(next, gone);

        AssertBooked(next);
        Assert.DoesNotContain(_chain.Events, one => one.Code == "settled_late");
    }

    [Fact]
    public void Booked_again_it_changes_nothing()
    {
        Instance gone = Outage();
        Kill(gone);
        MemoryBook copy = gone.Book!.Copy();
        Instance next = Begin();
        Run(() => Replay(next).RunAsync(gone.Book!.Found(), CancellationToken.None));
        Doubt(next, gone);
        int events = _chain.Events.Count;

        Run(() => Replay(next).RunAsync(copy, CancellationToken.None));

        AssertBooked(next);
        Assert.Equal(events, _chain.Events.Count);
    }

    [Fact]
    public void What_ends_the_booking_in_between_doubles_nothing()
    {
        Instance gone = Outage();
        Kill(gone);
        MemoryBook copy = gone.Book!.Copy();
        Instance first = Begin();
        _ = _scheduler.Start(() => Replay(first).RunAsync(copy.Found(perRead: 3), CancellationToken.None));
        Assert.True(_scheduler.RunUntil(() => _chain.Events.Exists(one => one.Kind == LedgerEventKind.OutageBooked), TimeSpan.FromMinutes(1)));
        Kill(first);
        LedgerEvent mark = Assert.Single(_chain.Events, one => one.Kind == LedgerEventKind.OutageBooked);
        Assert.InRange(mark.Places, 1, copy.Count - 1);

        Instance next = Begin();
        Doubt(next, gone);
        Run(() => Replay(next).RunAsync(gone.Book!.Found(), CancellationToken.None));

        AssertBooked(next);
    }

    [Fact]
    public void When_the_store_comes_back_it_is_told_as_ever_and_the_local_book_is_emptied()
    {
        Instance one = Outage();
        Assert.Equal(one.Journal.KeptLocally, one.Book!.Count);
        Assert.True(one.Book.Count > 0);
        MemoryBook copy = one.Book.Copy();

        one.Store.IsCutOff = false;
        Assert.True(_scheduler.RunUntil(() => !one.Journal.Failing, TimeSpan.FromMinutes(1)), "It does not notice.");
        Run(() => one.Journal.FlushAsync(CancellationToken.None));
        Assert.True(_scheduler.RunUntil(() => one.Book.Count == 0, TimeSpan.FromMinutes(1)), "It is not emptied.");
        Assert.Equal(0, one.Journal.KeptLocally);
        Doubt(one, one); // Of the one that did not end.
        AssertBooked(one);

        // It died before it was emptied: everything stands in the ledger already.
        int events = _chain.Events.Count;
        Run(() => Replay(one).RunAsync(copy, CancellationToken.None));
        Assert.Equal(events, _chain.Events.Count);
        AssertBooked(one);
    }

    [Fact]
    public void While_the_store_is_there_nothing_is_kept_locally()
    {
        Instance one = Grown();

        Reservation held = Held(one, 0, 60);
        one.Ledger.Settle(held, new Amounts(7, 0, 0), UsageSource.Provider, Record(0));
        one.Journal.Enqueue(Record(6));
        Run(() => one.Journal.FlushAsync(CancellationToken.None));

        Assert.Equal((0, 0), (one.Book!.Count, one.Journal.KeptLocally));
        Assert.DoesNotContain(_chain.Events, happened => happened.Kind == LedgerEventKind.OutageBooked);
    }

    [Fact]
    public void A_disk_that_does_not_take_it_stops_what_is_new_and_loses_nothing()
    {
        Instance one = Grown();
        using MemoryGauge memory = new(_time, static () => { }, limit: long.MaxValue, static _ => 0);
        Admit room = new(new GatewayLimits(), one.Journal, memory);
        one.Book!.IsFull = true;
        CutOff(one);

        Reservation admitted = null!;
        Run(() =>
        {
            admitted = one.Ledger.Admit(Node(one), _requests[1], new Amounts(30, 0, 0), s_lifetime, s_spender).Reservation!;
            one.Ledger.Settle(admitted, new Amounts(11, 0, 0), UsageSource.Provider, Record(1));
            return Task.CompletedTask;
        });
        Assert.True(_scheduler.RunUntil(() => admitted.Durable.IsFaulted, TimeSpan.FromMinutes(1)), "It is not said that it is not durable.");
        Assert.True(room.Run(stream: false).Failed(out _, out GatewayError? refused));
        Assert.Equal((ErrorKind.Overloaded, "store_unavailable"), (refused.Kind, refused.Code));

        one.Book.IsFull = false; // There is room again: what waited is kept.
        Assert.True(_scheduler.RunUntil(() => one.Book.Count == one.Journal.KeptLocally && one.Journal.NotKept is null, TimeSpan.FromMinutes(1)));
        Assert.False(room.Run(stream: false).Failed(out _, out _));
        Kill(one);
        Instance next = Begin();
        Run(() => Replay(next).RunAsync(one.Book.Found(), CancellationToken.None));
        Assert.Equal((11, 0), (Use(next).Committed, Use(next).InDoubt));
    }

    // 60 are held; the store goes away; of those 7 are used. Then, without it: 30 are admitted and 11 used; 20 are admitted and nothing is heard of them; 25 are admitted and never sent;
    // a request without a grant, and a denial.
    private Instance Outage(bool keeps = true)
    {
        Instance one = Grown(keeps);
        Reservation before = Held(one, 0, 60);
        CutOff(one);
        Run(async () =>
        {
            one.Ledger.Settle(before, new Amounts(7, 0, 0), UsageSource.Provider, Record(0));
            Reservation[] admitted = [.. new long[] { 30, 20, 25 }.Select((bound, i) => one.Ledger.Admit(Node(one), _requests[i + 1], new Amounts(bound, 0, 0), s_lifetime, s_spender).Reservation!)];
            await Task.WhenAll(admitted.Select(reservation => reservation.Durable));
            one.Ledger.Settle(admitted[0], new Amounts(11, 0, 0), UsageSource.Provider, Record(1));
            one.Ledger.Void(admitted[2], "not_sent", Record(3));
            one.Journal.Enqueue(Record(6));
            one.Ledger.Denied(new LedgerEvent(LedgerEventKind.Denied, 0) { Request = _requests[7], Grant = _grant, Code = "scope_model" }, Record(7));
        });
        _scheduler.RunUntil(() => one.Book?.Count == 8, TimeSpan.FromSeconds(1));
        Assert.True(one.Journal.Failing);
        return one;
    }

    private void AssertBooked(Instance one)
    {
        LimitUse use = Use(one);
        Assert.Equal((7 + 11, 0, 20), (use.Committed, use.Held, use.InDoubt));
        Assert.Equal([.. ((int[])[0, 1, 3, 6, 7]).Select(i => _requests[i]).Order()], _chain.Usage.Order());
        Assert.Single(_chain.Events, happened => happened.Kind == LedgerEventKind.Denied);
        Assert.All(_requests[..4], request => Assert.Single(_chain.Events, happened => happened.Kind == LedgerEventKind.Reserved && happened.Request == request));
        BudgetLedger fresh = new(one.Journal, _time) { Instance = new InstanceId(Guid.NewGuid()) };
        Assert.Null(fresh.Join(_chain.Image()).Mismatch);
        Assert.Equal(fresh.Use(fresh.Find(_grant)!), one.Ledger.Use(Node(one)));
    }

    private Instance Grown(bool keeps = true)
    {
        Instance one = Begin(keeps);
        Run(() => one.Ledger.CreateAsync(new Grant
        {
            Id = _grant,
            Kind = GrantKind.Share,
            Enforcement = Enforcement.Soft,
            Holder = new Holder(IsFeature: false, "team"),
            Limits = [new Limit(Meter.Usd, 100, Window.None)],
            DepthLeft = 8,
            CreatedAt = _time.GetUtcNow(),
            CreatedBy = "test",
        }));
        return one;
    }

    private Instance Begin(bool keeps = true)
    {
        InstanceId name = new(Guid.NewGuid());
        SimulatedStore store = new(_chain, name, _random, _time);
        MemoryBook? book = keeps ? new MemoryBook(Guid.NewGuid()) : null;
        (SharedJournal? journal, BudgetLedger? ledger) = (null, null);
        Run(async () =>
        {
            journal = new SharedJournal(store, new GatewayLimits(), _time, NullLogger<Journal>.Instance, book);
            ledger = new BudgetLedger(journal, _time) { Instance = name };
            ledger.Join(await store.LoadAsync(CancellationToken.None));
            journal.Join(ledger);
        });
        return new Instance(name, store, journal!, ledger!, book);
    }

    private void CutOff(Instance one)
    {
        one.Store.IsCutOff = true;
        one.Journal.Post(static () => { });
        Assert.True(_scheduler.RunUntil(() => one.Journal.Failing, TimeSpan.FromMinutes(1)), "It does not notice.");
    }

    private static void Kill(Instance one)
    {
        one.Store.IsDead = true;
        one.Book?.IsLost = true;
    }

    private void Doubt(Instance leader, Instance gone) => Run(async () =>
    {
        await leader.Ledger.DecideAsync(() => leader.Ledger.DoubtOf(new HashSet<InstanceId> { gone.Name }));
        await leader.Journal.FlushAsync(CancellationToken.None);
    });

    private Reservation Held(Instance one, int request, long bound)
    {
        Reservation? held = null;
        Run(async () => held = (await one.Ledger.ReserveAsync(Node(one), _requests[request], new Amounts(bound, 0, 0), s_lifetime, s_spender)).Reservation);
        return held!;
    }

    private OutageReplay Replay(Instance next) => new(next.Store, next.Ledger, next.Journal, _time, NullLogger<OutageReplay>.Instance);

    private LimitUse Use(Instance one) => Assert.Single(one.Ledger.Use(Node(one)));

    private GrantNode Node(Instance one) => one.Ledger.Find(_grant)!;

    private void Run(Func<Task> act)
    {
        Task task = _scheduler.Start(act);
        Assert.True(_scheduler.RunUntil(() => task.IsCompleted, TimeSpan.FromMinutes(5)), "It never ended.");
        task.GetAwaiter().GetResult();
    }

    private UsageRecord Record(int request) => new()
    {
        Request = _requests[request],
        At = _time.GetUtcNow(),
        Attribution = new Attribution("team", "feature", "prod"),
        Key = new KeyId(Guid.NewGuid()),
        Protocol = "openai",
        Route = "chat.completions",
        ModelAsked = "m",
        Status = 200,
        Outcome = Outcome.Completed,
    };

    private sealed record Instance(InstanceId Name, SimulatedStore Store, SharedJournal Journal, BudgetLedger Ledger, MemoryBook? Book);
}
