using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Books;

public sealed class UsageRecorderTests
{
    private readonly MemoryUsageStore _store = new();

    [Fact]
    public async Task Records_are_booked_in_groups_and_flushing_waits_for_them()
    {
        await using UsageRecorder recorder = Start(new GatewayLimits());
        for (int i = 0; i < 5000; i++)
        {
            recorder.Enqueue(NewRecord());
        }

        await recorder.FlushAsync(GatewayHouse.Token).Soon();

        Assert.Equal((5000, 0L), (_store.Records.Count, recorder.Unbooked));
        Assert.InRange(_store.Groups.Count, 5, 100);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_loses_nothing()
    {
        _store.Failing = true;
        await using UsageRecorder recorder = Start(new GatewayLimits());
        UsageRecord[] records = [.. Enumerable.Range(0, 100).Select(_ => NewRecord())];
        foreach (UsageRecord record in records)
        {
            recorder.Enqueue(record);
        }

        await _store.Refused.Soon();
        Assert.Equal(100, recorder.Unbooked);
        _store.Failing = false;
        await recorder.FlushAsync(GatewayHouse.Token).Soon();

        Assert.Equal(records, _store.Records);
        Assert.False(recorder.Failing);
    }

    [Fact]
    public async Task A_graceful_stop_books_what_is_left()
    {
        UsageRecorder recorder = Start(new GatewayLimits());
        for (int i = 0; i < 3000; i++)
        {
            recorder.Enqueue(NewRecord());
        }

        await recorder.DisposeAsync();

        Assert.Equal(3000, _store.Records.Count);
    }

    [Fact]
    public async Task A_stop_gives_up_on_a_store_that_never_recovers()
    {
        _store.Failing = true;
        UsageRecorder recorder = Start(new GatewayLimits());
        recorder.Enqueue(NewRecord());

        await recorder.DisposeAsync().AsTask().Soon();

        Assert.Equal(1, recorder.Unbooked);
    }

    [Fact]
    public async Task At_the_bound_nothing_new_is_started_until_the_store_recovers()
    {
        _store.Failing = true;
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Store = _store, Limits = new GatewayLimits { UnbookedRecords = 3 } });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
        }

        await house.UntilOpenAsync(0);
        await _store.Refused.Soon();
        Answer refused = await house.AskAsync(Saying.Chat);
        bool failing = house.Recorder.Failing;
        _store.Failing = false;
        Assert.Equal((503, "books_unavailable", "1"), (refused.Status, refused.Error, refused.Header("retry-after")));
        Assert.True(failing);
        Assert.Equal(3, (await house.Simulator.RequestsAsync()).Count);

        await house.Recorder.FlushAsync(GatewayHouse.Token).Soon();
        Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
    }

    private UsageRecorder Start(GatewayLimits limits) => new(_store, limits, TimeProvider.System, NullLogger<UsageRecorder>.Instance);

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
