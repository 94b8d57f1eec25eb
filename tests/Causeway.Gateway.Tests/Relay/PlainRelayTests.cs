using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Relay;

public sealed class PlainRelayTests
{
    public static TheoryData<string, string> Cuts { get; } = [.. from plain in Saying.Plain.Keys from how in (string[])["rst", "fin", "end"] select (plain, how)];

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Half_an_answer_does_not_look_like_a_whole_one(string plain, string how)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (int at in (int[])[1, 60, 150])
        {
            await house.Simulator.ScriptAsync($$$"""{"cut":{"at_byte":{{{at}}},"how":"{{{how}}}"}}""");

            Answer answer;
            try
            {
                answer = await house.AskAsync(Saying.Plain[plain]);
            }
            catch (HttpRequestException)
            {
                continue; // Broken before the caller saw the head.
            }

            Assert.False(answer.Whole, $"after {at} bytes");
        }

        IReadOnlyList<UsageRecord> records = await house.RecordsAsync();
        Assert.Equal(3, records.Count);
        Assert.All(records, record => Assert.Equal((Outcome.Interrupted, "upstream_truncated"), (record.Outcome, record.ErrorCode)));
    }

    [Fact]
    public async Task Half_an_answer_to_a_request_for_a_stream_does_not_look_whole_either()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"content_type":"application/json","cut":{"at_byte":100,"how":"fin"}}""");

        Answer answer = await house.AskAsync(Saying.ChatStream);

        Assert.False(answer.Whole);
        Assert.Equal(Outcome.Interrupted, (await house.OnlyRecordAsync()).Outcome);
    }

    [Fact]
    public async Task An_answer_that_stands_still_is_broken_off()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMilliseconds(100) } });
        await house.Simulator.ScriptAsync("""{"cut":{"at_byte":50,"how":"stall"}}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.False(answer.Whole);
        Assert.Equal((Outcome.Interrupted, "upstream_timeout"), ((await house.OnlyRecordAsync()).Outcome, (await house.OnlyRecordAsync()).ErrorCode));
    }

    [Fact]
    public async Task An_answer_that_says_that_it_is_beyond_the_bound_is_not_begun()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = new GatewayLimits { ReplyBytes = 1 << 20 } });
        await house.Simulator.ScriptAsync("""{"status":200,"body_bytes":1073741824,"content_type":"application/json"}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal((502, "upstream_reply_too_large"), (answer.Status, answer.Error));
        Assert.Equal(Outcome.Failed, (await house.OnlyRecordAsync()).Outcome);
    }

    [Fact]
    public async Task An_error_beyond_the_bound_is_broken_off_at_it()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Limits = new GatewayLimits { ReplyBytes = 1 << 20 } });
        await house.Simulator.ScriptAsync("""{"status":400,"body_bytes":1073741824,"content_type":"application/json"}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.False(answer.Whole);
        Assert.InRange(answer.Body.Length, 0, 1 << 20);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal(1, record.Attempts);
        Assert.DoesNotContain(house.Log.Lines, line => line.Contains("failed inside the gateway", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rst")]
    [InlineData("stall")]
    public async Task A_long_error_that_breaks_off_is_no_failure_of_the_gateway(string how)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { Idle = TimeSpan.FromMilliseconds(100) } });
        await house.Simulator.ScriptAsync($$$"""{"status":400,"body_bytes":1000000,"cut":{"at_byte":100000,"how":"{{{how}}}"},"limit_ms":15000}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal(400, answer.Status);
        Assert.False(answer.Whole);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Failed, 400), (record.Outcome, record.Status));
        Assert.DoesNotContain(house.Log.Lines, line => line.Contains("failed inside the gateway", StringComparison.Ordinal));
    }
}
