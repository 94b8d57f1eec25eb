using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Books;

public sealed class JournalTests
{
    private readonly MemoryUsageStore _store = new();

    [Fact]
    public async Task Records_are_booked_in_groups_and_flushing_waits_for_them()
    {
        await using Journal journal = Start(new GatewayLimits());
        for (int i = 0; i < 5000; i++)
        {
            journal.Enqueue(NewRecord());
        }

        await journal.FlushAsync(GatewayHouse.Token).Soon();

        Assert.Equal((5000, 0L), (_store.Records.Count, journal.Unbooked));
        Assert.InRange(_store.Groups.Count, 5, 100);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_loses_nothing()
    {
        _store.Failing = true;
        await using Journal journal = Start(new GatewayLimits());
        UsageRecord[] records = [.. Enumerable.Range(0, 100).Select(_ => NewRecord())];
        foreach (UsageRecord record in records)
        {
            journal.Enqueue(record);
        }

        await _store.Refused.Soon();
        Assert.Equal(100, journal.Unbooked);
        _store.Failing = false;
        await journal.FlushAsync(GatewayHouse.Token).Soon();

        Assert.Equal(records, _store.Records);
        Assert.False(journal.Failing);
    }

    [Fact]
    public async Task A_graceful_stop_books_what_is_left()
    {
        Journal journal = Start(new GatewayLimits());
        for (int i = 0; i < 3000; i++)
        {
            journal.Enqueue(NewRecord());
        }

        await journal.DisposeAsync();

        Assert.Equal(3000, _store.Records.Count);
    }

    [Fact]
    public async Task A_stop_gives_up_on_a_store_that_never_recovers()
    {
        _store.Failing = true;
        Journal journal = Start(new GatewayLimits());
        journal.Enqueue(NewRecord());

        await journal.DisposeAsync().AsTask().Soon();

        Assert.Equal(1, journal.Unbooked);
    }

    [Fact]
    public async Task At_the_bound_nothing_new_is_started_until_the_store_recovers()
    {
        _store.Failing = true; // The grant of the key's team, and of each request what was held and what was used: seven entries.
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Store = _store, Limits = new GatewayLimits { UnbookedRecords = 7 } });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
        }

        await house.UntilOpenAsync(0);
        await _store.Refused.Soon();
        Answer refused = await house.AskAsync(Saying.Chat);
        long waiting = house.Recorder.Unbooked;
        Assert.Equal(503, (await house.AskAsync(Saying.Chat)).Status);
        await house.UntilOpenAsync(0);
        Assert.Equal((7, waiting), (waiting, house.Recorder.Unbooked)); // Whoever asks all the same fills nothing.
        bool failing = house.Recorder.Failing;
        _store.Failing = false;
        Assert.Equal((503, "books_unavailable", "1"), (refused.Status, refused.Error, refused.Header("retry-after")));
        Assert.True(failing);
        Assert.Equal(3, (await house.Simulator.RequestsAsync()).Count);

        await house.Recorder.FlushAsync(GatewayHouse.Token).Soon();
        Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
    }

    [Fact]
    public async Task Requests_go_on_on_the_journals_thread_and_whoever_else_waits_does_not()
    {
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Held = held.Task; // Until all of them wait: what is durable before it is waited for goes on where it was.
        await using Journal journal = Start(new GatewayLimits());

        Task<string?>[] requests = [.. Enumerable.Range(0, 50).Select(_ => WhereItGoesOnAsync(journal.Append(Event(LedgerEventKind.Reserved), isAwaited: true)))];
        Task<string?> other = WhereItGoesOnAsync(journal.Append(Event(LedgerEventKind.GrantChanged), isAwaited: true));
        held.SetResult();
        string?[] threads = await Task.WhenAll(requests).Soon();

        Assert.All(threads, thread => Assert.Equal("causeway journal", thread));
        Assert.NotEqual("causeway journal", await other.Soon());
    }

    [Fact]
    public async Task What_nobody_waits_for_is_booked_before_long_and_in_its_order()
    {
        await using Journal journal = Start(new GatewayLimits());
        for (int i = 0; i < 3; i++)
        {
            _ = journal.Append(Event(LedgerEventKind.Settled), isAwaited: false);
            await journal.FlushAsync(GatewayHouse.Token).Soon();
        }

        _ = journal.Append(Event(LedgerEventKind.Settled), isAwaited: false);
        await journal.Append(Event(LedgerEventKind.Reserved), isAwaited: true).Soon();

        Assert.Equal([LedgerEventKind.Settled, LedgerEventKind.Settled, LedgerEventKind.Settled, LedgerEventKind.Settled, LedgerEventKind.Reserved], _store.Events.Select(one => one.Kind));
    }

    [Fact]
    public async Task Who_waits_is_told_that_the_store_failed_and_the_entry_is_kept()
    {
        _store.Failing = true;
        await using Journal journal = Start(new GatewayLimits());

        await Assert.ThrowsAsync<IOException>(() => journal.Append(Event(LedgerEventKind.Reserved), isAwaited: true).Soon());
        _store.Failing = false;
        await journal.FlushAsync(GatewayHouse.Token).Soon();

        Assert.Equal(LedgerEventKind.Reserved, Assert.Single(_store.Events).Kind);
        await journal.Append(Event(LedgerEventKind.Reserved), isAwaited: true).Soon();
    }

    private static async Task<string?> WhereItGoesOnAsync(Task durable)
    {
        await durable.ConfigureAwait(false);
        return Thread.CurrentThread.Name;
    }

    private static JournalEntry Event(LedgerEventKind kind) => new(new LedgerEvent(kind, 0));

    private OwnedJournal Start(GatewayLimits limits) => new OwnedJournal(_store, limits, TimeProvider.System, NullLogger<Journal>.Instance);

    private static UsageRecord NewRecord() => new()
    {
        Request = Guid.CreateVersion7(),
        At = DateTimeOffset.UnixEpoch,
        Attribution = GatewayHouse.Attribution,
        Key = KeyId.New(DateTimeOffset.UnixEpoch),
        Protocol = "openai",
        Route = "chat.completions",
        ModelAsked = "gpt-5.4-mini",
        Status = 200,
        Outcome = Outcome.Completed,
    };
}
