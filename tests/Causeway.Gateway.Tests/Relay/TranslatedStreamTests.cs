using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Relay;

public sealed class TranslatedStreamTests
{
    private static readonly Saying s_chat = new(Saying.ChatPath, """{"model":"claude-sonnet-4-6","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Tell me about bridges"}]}""");
    private static readonly Saying s_messages = Saying.MessagesStream with { Body = Saying.MessagesStream.Body.Replace("claude-sonnet-4-6", "gpt-4.1", StringComparison.Ordinal) };

    [Fact]
    public async Task What_the_caller_and_the_books_are_told_is_what_the_provider_billed()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(s_chat);
        UsageRecord record = await house.OnlyRecordAsync();

        System.Text.Json.JsonElement bill = await house.Simulator.BillAsync();
        System.Text.Json.JsonElement told = System.Text.Json.JsonElement.Parse(answer.Events[^2]).GetProperty("usage");
        Assert.Equal(bill.GetProperty("output").GetInt64(), told.GetProperty("completion_tokens").GetInt64());
        Assert.Equal((bill.GetProperty("output").GetInt64(), UsageSource.Provider, Outcome.Completed, true), (record.Tokens.Output, record.Source, record.Outcome, record.Streamed));
    }

    [Theory]
    [InlineData("""{"cut":{"at_event":3,"how":"rst"}}""")]
    [InlineData("""{"cut":{"at_event":3,"how":"fin"}}""")]
    public async Task A_stream_that_breaks_off_ends_in_the_callers_error_and_never_in_its_terminator(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        Answer chat = await house.AskAsync(s_chat);
        Answer messages = await house.AskAsync(s_messages);
        IReadOnlyList<UsageRecord> records = await house.RecordsAsync();

        Assert.Contains("upstream_truncated", chat.Events[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", chat.Text, StringComparison.Ordinal);
        Assert.Contains("event: error", messages.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", messages.Text, StringComparison.Ordinal);
        Assert.All(records, record => Assert.Equal((Outcome.Interrupted, "upstream_truncated", UsageSource.Estimated), (record.Outcome, record.ErrorCode, record.Source)));
    }

    [Fact]
    public async Task A_whole_answer_to_a_caller_that_asked_for_a_stream_becomes_a_stream()
    {
        const string Whole = """{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}""";
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {Whole.Length}\r\nconnection: close\r\n\r\n{Whole}");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.At("anthropic", Causeway.Wire.Protocol.Anthropic, upstream.Address)] });

        Answer answer = await house.AskAsync(s_chat);

        Assert.Equal((200, "text/event-stream"), (answer.Status, answer.Header("content-type")));
        Assert.Equal("[DONE]", answer.Events[^1]);
        Assert.Contains(answer.Events, data => data.Contains("\"content\":\"Hi\"", StringComparison.Ordinal));
        Assert.Equal((2L, UsageSource.Provider), ((await house.OnlyRecordAsync()).Tokens.Output, (await house.OnlyRecordAsync()).Source));
    }

    [Fact]
    public async Task A_provider_that_stands_still_is_given_up_and_the_caller_is_told()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMilliseconds(300) } });
        await house.Simulator.ScriptAsync("""{"cut":{"at_event":2,"how":"stall"}}""");

        Answer answer = await house.AskAsync(s_chat);

        Assert.Contains("upstream_timeout", answer.Events[^1], StringComparison.Ordinal);
        Assert.Equal("upstream_timeout", (await house.OnlyRecordAsync()).ErrorCode);
    }

    [Fact]
    public async Task A_silent_provider_does_not_let_the_callers_connection_go_cold()
    {
        WatchedTime time = new(TimeSpan.FromSeconds(15));
        ProviderTimeouts patient = new() { Idle = TimeSpan.FromDays(1), Total = TimeSpan.FromDays(1) };
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
            await Task.Delay(Timeout.Infinite, connection.End);
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = time, Timeouts = patient, Providers = near => [near.At("anthropic", Causeway.Wire.Protocol.Anthropic, upstream.Address)] });
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(s_chat, house.Secret));
        await caller.ReadUntilAsync("\r\n\r\n");

        await time.Waited;
        time.Advance(TimeSpan.FromSeconds(16));

        Assert.Contains(": ", await caller.ReadUntilAsync("\n\n"), StringComparison.Ordinal);
        caller.Reset();
        await house.UntilOpenAsync(0);
        Assert.Equal(Outcome.ClientGone, (await house.OnlyRecordAsync()).Outcome);
    }

    /// <summary>A clock that tells when somebody begins to wait for a certain while.</summary>
    private sealed class WatchedTime(TimeSpan watched) : FakeTimeProvider(DateTimeOffset.UtcNow)
    {
        private readonly TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waited => _waited.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == watched)
            {
                _waited.TrySetResult();
            }

            return timer;
        }
    }
}
