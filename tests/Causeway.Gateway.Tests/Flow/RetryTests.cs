using System.Net;
using System.Net.Sockets;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Flow;

public sealed class RetryTests
{
    [Fact]
    public async Task A_busy_provider_is_asked_again_no_sooner_than_it_says()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync(["""{"status":429,"headers":{"retry-after":"1"}}""", """{"status":429,"headers":{"retry-after-ms":"250"}}"""]);

        Answer answer = await house.AskAsync(Saying.Chat);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "3", "openai/gpt-5.4-mini"), (answer.Status, answer.Header("x-causeway-attempts"), answer.Header("x-causeway-served-by")));
        Assert.Equal((Outcome.Completed, 3), (record.Outcome, record.Attempts));
        Assert.True(record.Total >= TimeSpan.FromMilliseconds(1240), record.Total.ToString());
        Assert.Equal(3, (await house.Simulator.RequestsAsync()).Count);
        Assert.All(await house.Simulator.RequestsAsync(), arrived => Assert.Equal(Saying.Chat.Body, arrived.Text));
        await BillEqualsAsync(house, record);
    }

    [Theory]
    [InlineData("""{"status":408}""", 3)]
    [InlineData("""{"status":429}""", 3)]
    [InlineData("""{"status":500}""", 3)]
    [InlineData("""{"status":503}""", 3)]
    [InlineData("""{"status":529}""", 3)]
    [InlineData("""{"status":400}""", 1)]
    [InlineData("""{"status":403}""", 1)]
    [InlineData("""{"status":404}""", 1)]
    [InlineData("""{"status":422}""", 1)]
    [InlineData("""{"status":400,"headers":{"x-should-retry":"true"}}""", 3)]
    [InlineData("""{"status":503,"headers":{"x-should-retry":"false"}}""", 1)]
    [InlineData("""{"status":429,"error":{"code":"insufficient_quota"}}""", 1)]
    [InlineData("""{"status":429,"error":{"type":"insufficient_quota"}}""", 1)]
    [InlineData("""{"status":429,"error":{"code":"enforced_spend_limit_reached"}}""", 1)]
    [InlineData("""{"status":429,"headers":{"retry-after":"31"}}""", 1)]
    [InlineData("""{"status":200,"cut":{"before_head":true,"how":"rst"}}""", 3)]
    [InlineData("""{"status":200,"cut":{"before_head":true,"how":"fin"}}""", 3)]
    [InlineData("""{"raw_reply":"SSH-2.0-OpenSSH\r\n"}""", 1)]
    public async Task What_may_help_is_tried_three_times_and_what_cannot_once(string then, int attempts)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        Answer answer = await house.AskAsync(Saying.Chat);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal(attempts, (await house.Simulator.RequestsAsync()).Count);
        Assert.Equal((attempts, Outcome.Failed, answer.Status), (record.Attempts, record.Outcome, record.Status));
        Assert.Equal($"{attempts}", answer.Header("x-causeway-attempts"));
        if (attempts > 1)
        {
            Assert.Equal("false", answer.Header("x-should-retry")); // The SDK's own retries would multiply with ours.
        }
    }

    // budgets.md 2.3: an error costs nothing, unless its body carries usage.
    [Fact]
    public async Task What_an_error_says_that_it_used_is_booked_with_what_answered_then()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync(
        [
            """{"status":500,"body":"{\"error\":{\"message\":\"half way\"},\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120}}"}""",
            """{"usage":{"input_uncached":10,"output":5}}""",
            """{"status":400,"body":"{\"error\":{\"message\":\"too late\"},\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}"}""",
        ]);

        UsageRecord answered = await house.RecordOfAsync(await house.AskAsync(Saying.Chat));
        UsageRecord refused = await house.RecordOfAsync(await house.AskAsync(Saying.Chat));

        Assert.Equal((Outcome.Completed, 2, UsageSource.Provider, 110L, 25L), (answered.Outcome, answered.Attempts, answered.Source, answered.Tokens.Input, answered.Tokens.Output));
        Assert.Equal((Outcome.Failed, UsageSource.Provider, 7L, 3L), (refused.Outcome, refused.Source, refused.Tokens.Input, refused.Tokens.Output));
        Assert.True(refused.CostNanoUsd > 0);
    }

    [Fact]
    public async Task A_provider_that_takes_no_connection_is_tried_three_times()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.At("openai", Protocol.OpenAI, new Uri($"http://127.0.0.1:{port}/v1"))] });

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal((503, "upstream_unreachable", "3", "false"), (answer.Status, answer.Error, answer.Header("x-causeway-attempts"), answer.Header("x-should-retry")));
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Failed, 3, UsageSource.None), (record.Outcome, record.Attempts, record.Source));
    }

    [Fact]
    public async Task No_retry_starts_beyond_the_deadline()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Retries = new ProviderRetries { Max = 5, Deadline = TimeSpan.FromMilliseconds(500), FirstBackoff = TimeSpan.FromMilliseconds(1) } });
        await house.Simulator.ScriptAsync("""{"status":503,"headers":{"retry-after-ms":"300"}}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal((503, "2"), (answer.Status, answer.Header("x-causeway-attempts")));
    }

    [Theory]
    [InlineData("""{"cut":{"at_event":1,"how":"rst"}}""")]
    [InlineData("""{"error_at_event":0}""")]
    public async Task Nothing_is_sent_twice_once_a_byte_reached_the_caller(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        await house.AskAsync(Saying.ChatStream);

        Assert.Single(await house.Simulator.RequestsAsync());
        Assert.Equal(1, (await house.OnlyRecordAsync()).Attempts);
    }

    [Fact]
    public async Task A_provider_in_trouble_gets_at_most_a_tenth_more_calls()
    {
        const int Calls = 300;
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"status":529}""");

        await Parallel.ForAsync(0, Calls, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => Assert.True((await house.AskAsync(Saying.Messages)).Status is 529 or 503)); // 503: its circuit is open.

        int arrived = (await house.Simulator.RequestsAsync()).Count;
        Assert.InRange(arrived, 20, Calls * 11 / 10);
        Assert.Equal(arrived, (await house.RecordsAsync()).Sum(record => record.Attempts));
    }

    private static async Task BillEqualsAsync(GatewayHouse house, UsageRecord record)
    {
        System.Text.Json.JsonElement bill = await house.Simulator.BillAsync();
        Assert.Equal((bill.GetProperty("input_uncached").GetInt64(), bill.GetProperty("output").GetInt64()), (record.Tokens.Input, record.Tokens.Output));
    }
}
