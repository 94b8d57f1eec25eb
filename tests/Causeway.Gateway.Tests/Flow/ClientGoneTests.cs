using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Flow;

public sealed class ClientGoneTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_leaves_before_the_first_byte_cancels_the_call(bool halfClose)
    {
        TaskCompletionSource asked = new();
        TaskCompletionSource hungUp = new();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            asked.SetResult();
            await connection.UntilClosedAsync();
            hungUp.SetResult();
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream));
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.Chat, house.Secret));
        await asked.Task.Soon();

        if (halfClose)
        {
            caller.HalfClose();
        }
        else
        {
            caller.Reset();
        }

        await hungUp.Task.Soon();
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, 499, "client_gone", 1), (record.Outcome, record.Status, record.ErrorCode, record.Attempts));
        Assert.Equal((UsageSource.None, (long?)null), (record.Source, record.CostNanoUsd)); // The provider may go on with it: what it used is not known.
        LedgerEvent ended = house.Store.Events.Last(one => one.Request == record.Request);
        Assert.Equal((LedgerEventKind.InDoubt, ended.Held), (ended.Kind, ended.Booked));
        Assert.Null(record.TimeToFirstByte);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini-events")]
    [InlineData("gemini-array")]
    public async Task A_caller_that_leaves_in_the_middle_of_a_stream_cancels_it(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"endless":{"kind":"events"},"event_gap_ms":5}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.Streams[stream], house.Secret));
        await caller.ReadUntilAsync("Hello");
        Assert.Equal(1, await house.Simulator.OpenStreamsAsync(until: 1));

        caller.Reset();

        Assert.Equal(0, await house.Simulator.OpenStreamsAsync(until: 0));
        Assert.Equal(1, (await house.Simulator.BillAsync()).GetProperty("streams_client_gone").GetInt32());
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, 200, "client_gone"), (record.Outcome, record.Status, record.ErrorCode));
        Assert.Equal(UsageSource.Estimated, record.Source);
        Assert.True(record.Tokens.Output > 0);
    }

    [Fact]
    public async Task A_caller_that_leaves_while_a_retry_waits_ends_the_waiting()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"status":429,"headers":{"retry-after":"20"}}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.Chat, house.Secret));
        while ((await house.Simulator.BillAsync()).GetProperty("requests").GetInt32() == 0)
        {
            await Task.Yield();
        }

        caller.Reset();

        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, 499, 1), (record.Outcome, record.Status, record.Attempts));
    }

    [Fact]
    public async Task A_caller_that_leaves_before_its_body_is_whole_is_booked_as_gone()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync($"POST {Saying.ChatPath} HTTP/1.1\r\nhost: gateway\r\nx-api-key: {house.Secret}\r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n");
        await caller.ReadUntilAsync("100 Continue");

        caller.Reset();

        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, 499, "client_gone", 0), (record.Outcome, record.Status, record.ErrorCode, record.Attempts));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_thousand_random_cancels_leave_nothing_open()
    {
        const int Callers = 1000;
        const int Seed = 20260117;
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"event_gap_ms":2}""");
        Saying[] sayings = [.. Saying.Streams.Values, .. Saying.Plain.Values];
        Random random = new(Seed);
        (Saying Saying, int Patience)[] plans = [.. Enumerable.Range(0, Callers).Select(_ => (sayings[random.Next(sayings.Length)], random.Next(0, 40)))];

        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = GatewayHouse.Token }, async (plan, _) =>
        {
            await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
            await caller.SendAsync(RawCaller.Request(plan.Saying, house.Secret));
            using CancellationTokenSource patience = new(plan.Patience);
            await caller.ReadUntilCancelledAsync(patience.Token);
            caller.Reset();
        });

        // Closing the house checks the rest: nothing open here or at the provider, one record each.
        IReadOnlyList<UsageRecord> records = await house.RecordsAsync();
        Assert.True(records.Count > Callers / 2, $"seed {Seed}: {records.Count} records");
        Assert.Contains(records, record => record.Outcome == Outcome.ClientGone);
        Assert.DoesNotContain(records, record => record.Outcome is Outcome.Interrupted or Outcome.Failed);
        Assert.DoesNotContain(house.Log.Lines, line => line.Contains("failed inside the gateway", StringComparison.Ordinal));
    }
}
