using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Relay;

public sealed class StreamFaultTests
{
    public static TheoryData<string, int> ErrorPlaces { get; } = [.. from stream in Saying.Streams.Keys from at in (int[])[0, 3] select (stream, at)];

    [Theory]
    [MemberData(nameof(ErrorPlaces))]
    public async Task A_providers_error_inside_a_stream_is_passed_once_and_none_is_added(string stream, int at)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync($$$"""{"error_at_event":{{{at}}},"error":{"message":"canary words"}}""");

        Answer answer = await house.AskAsync(Saying.Streams[stream]);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain("upstream_truncated", answer.Text, StringComparison.Ordinal);
        Assert.Equal(1, answer.Text.Split("canary words").Length - 1);
        Assert.Equal((Outcome.Interrupted, 1), (record.Outcome, record.Attempts));
        Assert.NotEqual("upstream_truncated", record.ErrorCode);
    }

    [Theory]
    [InlineData("rst")]
    [InlineData("fin")]
    public async Task A_connection_that_breaks_after_the_error_was_told_is_still_the_errors_story(string how)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync($$$"""{"insert":[{"at_event":2,"text":"data: {\"error\":{\"code\":\"server_on_fire\"}}\n\n"}],"event_gap_ms":5,"cut":{"at_event":4,"how":"{{{how}}}"}}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Contains("server_on_fire", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream_truncated", answer.Text, StringComparison.Ordinal);
        Assert.Equal((Outcome.Interrupted, "server_on_fire"), (record.Outcome, record.ErrorCode));
    }

    [Theory]
    [InlineData("chat", """{"huge_line":{"at_event":2,"bytes":8000000}}""")]
    [InlineData("messages", """{"huge_line":{"at_event":0,"bytes":67108864,"ended":false}}""")]
    [InlineData("gemini-events", """{"huge_line":{"at_event":1,"bytes":3000000}}""")]
    public async Task An_event_of_more_than_a_mebibyte_ends_the_stream_in_an_error(string stream, string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        Answer answer = await house.AskAsync(Saying.Streams[stream]);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Contains("upstream_event_too_large", answer.Events[^1], StringComparison.Ordinal);
        Assert.True(answer.Body.Length < 64 * 1024);
        Assert.Equal((Outcome.Interrupted, "upstream_event_too_large"), (record.Outcome, record.ErrorCode));
    }

    [Fact]
    public async Task An_event_just_below_a_mebibyte_passes()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"huge_line":{"at_event":2,"bytes":1000000}}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);

        Assert.True(answer.Body.Length > 1_000_000);
        Assert.Equal("[DONE]", answer.Events[^1]);
        Assert.Equal(Outcome.Completed, (await house.OnlyRecordAsync()).Outcome);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini-events")]
    [InlineData("gemini-array")]
    public async Task A_stream_that_stands_still_ends_in_an_error_event(string stream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMilliseconds(100) } });
        await house.Simulator.ScriptAsync("""{"cut":{"at_event":2,"how":"stall"}}""");

        Answer answer = await house.AskAsync(Saying.Streams[stream]);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Contains("upstream_timeout", answer.Text, StringComparison.Ordinal);
        Assert.True(answer.Whole);
        Assert.Equal((Outcome.Interrupted, "upstream_timeout"), (record.Outcome, record.ErrorCode));
        Assert.Equal(0, await house.Simulator.OpenStreamsAsync(until: 0)); // It learns of it when the connection ends, which may be after the caller's answer.
        Assert.Equal(1, (await house.Simulator.BillAsync()).GetProperty("streams_client_gone").GetInt32());
    }

    [Fact]
    public async Task Comments_keep_a_connection_but_are_no_progress()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMilliseconds(300) } });
        await house.Simulator.ScriptAsync("""{"endless":{"kind":"comments","from_event":1},"event_gap_ms":20}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);

        Assert.Contains(": keep-alive", answer.Text, StringComparison.Ordinal);
        Assert.Contains("upstream_timeout", answer.Events[^1], StringComparison.Ordinal);
        Assert.Equal("upstream_timeout", (await house.OnlyRecordAsync()).ErrorCode);
    }

    [Fact]
    public async Task A_stream_without_end_ends_at_the_total()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Total = TimeSpan.FromMilliseconds(400) } });
        await house.Simulator.ScriptAsync("""{"endless":{"kind":"events"},"event_gap_ms":10}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Contains("upstream_timeout", answer.Events[^1], StringComparison.Ordinal);
        Assert.Equal((Outcome.Interrupted, "upstream_timeout"), (record.Outcome, record.ErrorCode));
        Assert.InRange(record.Total, TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_stream_that_is_ended_does_not_wait_for_a_provider_that_keeps_the_connection()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string whole = (await house.AskAsync(Saying.ChatStream)).Text;
        await house.Simulator.ScriptAsync($$$"""{"cut":{"at_byte":{{{whole.Length}}},"how":"stall"}}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);

        Assert.Equal(whole, answer.Text);
        Assert.Equal(Outcome.Completed, (await house.RecordOfAsync(answer)).Outcome);
    }

    [Fact]
    public async Task Every_event_leaves_when_it_is_complete()
    {
        TaskCompletionSource more = new();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: {\"one\":1}\n\ndata: {\"tw");
            await more.Task;
            await connection.WriteAsync("o\":2}\n\ndata: [DONE]\n\n");
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream));
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);
        await caller.SendAsync(RawCaller.Request(Saying.ChatStream, house.Secret));

        string first = await caller.ReadUntilAsync("data: {\"one\":1}\n\n");
        Assert.DoesNotContain("\"tw", first, StringComparison.Ordinal);
        more.SetResult();

        Assert.Contains("data: {\"two\":2}\n\ndata: [DONE]\n\n", (await caller.ReadUntilAsync("[DONE]\n\n")).Replace("\r\n", "", StringComparison.Ordinal).Replace("17", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(Outcome.Completed, (await house.OnlyRecordAsync()).Outcome);
    }

    [Fact]
    public async Task A_caller_that_does_not_read_holds_little_memory_and_is_not_taken_for_a_stall()
    {
        long taken = 0;
        TaskCompletionSource blocked = new();
        TaskCompletionSource resume = new();
        byte[] chunk = System.Text.Encoding.ASCII.GetBytes($"data: {{\"x\":\"{new string('x', 4000)}\"}}\n\n");
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
            while (!resume.Task.IsCompleted)
            {
                Task write = connection.WriteAsync(chunk);
                if (await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(900), connection.End)) != write)
                {
                    blocked.TrySetResult(); // Well beyond the idle time-out.
                    await resume.Task;
                }

                await write;
                Interlocked.Add(ref taken, chunk.Length);
            }

            await connection.WriteAsync("data: [DONE]\n\n");
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near => [near.At("openai", Wire.Protocol.OpenAI, new Uri(upstream.Address, "/v1"))],
            Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMilliseconds(300) },
        });
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address, receiveBuffer: 4096);
        await caller.SendAsync(RawCaller.Request(Saying.ChatStream, house.Secret, "connection: close\r\n"));

        await blocked.Task.Soon();
        Assert.InRange(Interlocked.Read(ref taken), 1, 16 * 1024 * 1024); // The kernel's buffers, and little of ours.
        Assert.Equal(1, house.Gateway.OpenStreams);
        resume.SetResult();
        (string text, bool reset) = await caller.ReadToEndAsync();

        Assert.False(reset);
        Assert.Contains("data: [DONE]", text, StringComparison.Ordinal);
        Assert.Equal(Outcome.Completed, (await house.OnlyRecordAsync()).Outcome);
    }

    [Fact]
    public async Task A_stream_that_a_provider_answers_plainly_is_relayed_plainly()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"body":"{\"model\":\"gpt-5.4-mini\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}","content_type":"application/json"}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);

        Assert.Equal("{\"model\":\"gpt-5.4-mini\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}", answer.Text);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Completed, UsageSource.Provider, 3L, 4L), (record.Outcome, record.Source, record.Tokens.Input, record.Tokens.Output));
    }
}
