using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>What becomes of a call whose caller left, where its provider is not set to estimate.</summary>
public sealed class DrainTests
{
    // Long enough to be left in the middle, short enough for the bounds.
    private const string Slow = """{"event_gap_ms":10,"usage":{"input_uncached":1000,"output":321}}""";
    private const string Endless = """{"endless":{"kind":"events"},"event_chars":200,"event_gap_ms":1}""";

    public static TheoryData<string> Every => [.. Sayings.Keys];

    private static IReadOnlyDictionary<string, Saying> Sayings { get; } = new Dictionary<string, Saying>(Saying.Streams)
    {
        ["chat-to-claude"] = Saying.ChatStream with { Body = Saying.ChatStream.Body.Replace("gpt-5.4-mini", "anthropic/claude-sonnet-4-6", StringComparison.Ordinal) },
        ["messages-to-gemini"] = Saying.MessagesStream with { Body = Saying.MessagesStream.Body.Replace("claude-sonnet-4-6", "gemini/gemini-2.5-flash", StringComparison.Ordinal) },
        ["native-chat"] = Saying.ChatStream with { Path = "/passthrough/openai/v1/chat/completions" },
        ["native-messages"] = Saying.MessagesStream with { Path = "/passthrough/anthropic/v1/messages" },
        ["native-gemini"] = Saying.GenerateArray with { Path = "/passthrough/gemini" + Saying.GenerateArray.Path },
    };

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_stream_that_is_drained_is_booked_as_its_provider_bills_it(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { ClientGone = ClientGone.Drain });
        Granted granted = house.Grant("usd 1000", "tokens 1G");
        await house.Simulator.ScriptAsync(Slow);

        foreach (int bytes in (int[])[0, 1, 100, 200, 400, 600])
        {
            await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
            await caller.SendAsync(RawCaller.Request(Sayings[stream], granted.Secret));
            await caller.ReadUntilAsync("HTTP/1.1 200");
            await caller.ReadBytesAsync(bytes);
            caller.Reset();
        }

        IReadOnlyList<UsageRecord> records = await house.RecordsAsync();
        Assert.Equal(6, records.Count);
        Assert.All(records, record => Assert.Equal((Outcome.ClientGone, UsageSource.Provider, 1000L, 321L), (record.Outcome, record.Source, record.Tokens.AllInput, record.Tokens.Output)));
        await BillsAsync(house, records);
        Assert.Equal(records.Sum(record => record.CostNanoUsd), house.Ledger.Use(granted.Node)[0].Committed);
        Assert.Equal(0, (await house.Simulator.BillAsync()).GetProperty("streams_client_gone").GetInt32());
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    [InlineData("native")]
    [InlineData("translated")]
    public async Task A_plain_answer_is_read_to_its_end_though_its_caller_left_before_it_came(string plain)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { ClientGone = ClientGone.Drain });
        Saying saying = plain switch
        {
            "native" => Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions" },
            "translated" => Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "anthropic/claude-sonnet-4-6", StringComparison.Ordinal) },
            _ => Saying.Plain[plain],
        };
        await house.Simulator.ScriptAsync("""{"delay_ms":300}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(saying, house.Secret));
        while ((await house.Simulator.BillAsync()).GetProperty("requests").GetInt32() == 0)
        {
            await Task.Yield();
        }

        caller.Reset();

        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, 499, UsageSource.Provider), (record.Outcome, record.Status, record.Source));
        Assert.Equal(LedgerEventKind.Settled, house.Store.Events.Last(one => one.Request == record.Request).Kind);
        await BillsAsync(house, [record]);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("native-chat")]
    [InlineData("chat-to-claude")]
    public async Task Beyond_its_tokens_a_drained_stream_is_ended_and_estimated(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { ClientGone = ClientGone.Drain });
        await house.Simulator.ScriptAsync(Endless);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Sayings[stream], house.Secret));
        await caller.ReadUntilAsync("Hello");

        caller.Reset();

        Assert.Equal(0, await house.Simulator.OpenStreamsAsync(until: 0));
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, UsageSource.Estimated), (record.Outcome, record.Source));
        Assert.True(record.Tokens.Output >= Drain.MaxTokens, $"{record.Tokens}");
    }

    [Fact]
    public async Task After_thirty_seconds_a_drained_call_is_ended()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        TaskCompletionSource hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream upstream = RawUpstream.Start(connection => StandStillAsync(connection, hungUp));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream) with { ClientGone = ClientGone.Drain, Time = time });
        await LeaveAsync(house);

        time.Advance(Drain.MaxTime - TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0), (house.Gateway.OpenRequests, house.Gateway.OpenStreams)); // A place among the open calls, none among the streams.
        Assert.False(hungUp.Task.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1.5));

        await hungUp.Task.Soon();
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, UsageSource.Estimated, 200), (record.Outcome, record.Source, record.Status));
    }

    [Fact]
    public async Task A_process_that_is_asked_to_end_drains_nothing_any_more()
    {
        TaskCompletionSource hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int connections = 0;
        await using RawUpstream upstream = RawUpstream.Start(connection => StandStillAsync(connection, Interlocked.Increment(ref connections) == 1 ? hungUp : again));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream) with { ClientGone = ClientGone.Drain });
        await LeaveAsync(house);

        house.Gateway.EndDrains();
        await hungUp.Task.Soon();
        await house.UntilOpenAsync(0);
        await LeaveAsync(house, waits: false);

        await again.Task.Soon();
        Assert.All(await house.RecordsAsync(), record => Assert.Equal((Outcome.ClientGone, UsageSource.Estimated), (record.Outcome, record.Source)));
    }

    [Fact]
    public async Task A_caller_may_ask_again_while_its_answer_is_drained()
    {
        TaskCompletionSource hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream upstream = RawUpstream.Start(connection => StandStillAsync(connection, hungUp));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream) with { ClientGone = ClientGone.Drain });
        await LeaveAsync(house, "idempotency-key: once\r\n");

        await LeaveAsync(house, "idempotency-key: once\r\n");

        Assert.Equal(2, house.Gateway.OpenRequests);
        house.Gateway.EndDrains();
        Assert.Equal(2, (await house.RecordsAsync()).Count);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public async Task A_stream_that_is_free_when_it_is_cancelled_is_a_request_without_tokens(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { ClientGone = ClientGone.Free });
        Granted granted = house.Grant("requests 10");
        await house.Simulator.ScriptAsync("""{"endless":{"kind":"events"},"event_gap_ms":5}""");
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Sayings[stream], granted.Secret));
        await caller.ReadUntilAsync("Hello");

        caller.Reset();

        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.ClientGone, UsageSource.None, (long?)null, default), (record.Outcome, record.Source, record.CostNanoUsd, record.Tokens));
        LedgerEvent ended = await granted.LastAsync();
        Assert.Equal((LedgerEventKind.Settled, default, UsageSource.None), (ended.Kind, ended.Booked, ended.Source));
        Assert.Equal((1, 0), (granted.Use().Committed, granted.Use().InDoubt));
    }

    [Theory]
    [InlineData(true, LedgerEventKind.Settled)]
    [InlineData(false, LedgerEventKind.InDoubt)]
    public async Task Only_a_stream_is_free_before_its_answer_began(bool isStream, LedgerEventKind ended)
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            asked.SetResult();
            await connection.UntilClosedAsync();
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream) with { ClientGone = ClientGone.Free });
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(isStream ? Saying.ChatStream : Saying.Chat, house.Secret));
        await asked.Task.Soon();

        caller.Reset();

        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal(ended, house.Store.Events.Last(one => one.Request == record.Request).Kind);
    }

    private static async Task StandStillAsync(RawConnection connection, TaskCompletionSource hungUp)
    {
        await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n");
        await connection.UntilClosedAsync();
        hungUp.TrySetResult();
    }

    private static async Task LeaveAsync(GatewayHouse house, string moreHeaders = "", bool waits = true)
    {
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.ChatStream, house.Secret, moreHeaders));
        await caller.ReadUntilAsync("Hello");
        caller.Reset();
        while (waits && house.Gateway.OpenStreams > 0)
        {
            await Task.Yield();
        }
    }

    private static async Task BillsAsync(GatewayHouse house, IReadOnlyList<UsageRecord> records)
    {
        JsonElement bill = await house.Simulator.BillAsync();
        Assert.Equal(bill.GetProperty("input_uncached").GetInt64(), records.Sum(record => record.Tokens.Input));
        Assert.Equal(bill.GetProperty("output").GetInt64(), records.Sum(record => record.Tokens.Output));
    }
}
