using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Upstream;

public sealed class FailureTests
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_never_followed(int status)
    {
        await using RawUpstream canary = RawUpstream.Start("HTTP/1.1 200 OK\r\n\r\n");
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync($$$"""{"status":{{{status}}},"headers":{"location":"{{{canary.Address}}}v1/chat/completions"}}""");

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal((502, "upstream_redirected", 0), (answer.Status, answer.Error, canary.Connections));
        Assert.DoesNotContain(canary.Address.Authority, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task A_key_that_the_provider_refuses_is_not_the_callers_401(string plain)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.PutAsync("""{"required_key":"another"}""");

        Answer answer = await house.AskAsync(Saying.Plain[plain]);

        Assert.Equal((502, "upstream_key_refused", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
        Assert.Single(await house.Simulator.RequestsAsync());
        Assert.Single(house.Log.Lines, line => line.Contains("refused the configured key", StringComparison.Ordinal));
        Assert.Equal((Outcome.Failed, "upstream_key_refused"), ((await house.OnlyRecordAsync()).Outcome, (await house.OnlyRecordAsync()).ErrorCode));
    }

    [Theory]
    [InlineData("""{"status":200,"content_type":"text/html","body":"<h1>Sign in</h1>"}""")]
    [InlineData("""{"raw_reply":"hello, I am no HTTP\r\n\r\n"}""")]
    [InlineData("""{"raw_reply":"HTTP/1.1 abc\r\n\r\n"}""")]
    [InlineData("""{"extra_headers":10000}""")]
    [InlineData("""{"encoding":"gzip"}""")]
    [InlineData("""{"encoding":"gzip_twice"}""")]
    [InlineData("""{"encoding":"gzip_label_only"}""")]
    public async Task What_is_no_answer_of_an_api_is_not_passed_on(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal((502, "upstream_protocol"), (answer.Status, answer.Error));
        Assert.DoesNotContain("Sign in", answer.Text, StringComparison.Ordinal);
        Assert.Equal((Outcome.Failed, 502), ((await house.OnlyRecordAsync()).Outcome, (await house.OnlyRecordAsync()).Status));
    }

    [Theory]
    [InlineData("""{"content_length_delta":50}""")]
    [InlineData("""{"broken_chunking":true}""")]
    public async Task Broken_framing_does_not_look_like_a_whole_answer(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        bool whole;
        try
        {
            whole = (await house.AskAsync(Saying.Chat)).Whole;
        }
        catch (HttpRequestException)
        {
            whole = false; // Broken before the caller saw the head.
        }

        Assert.False(whole);
        Assert.Equal((Outcome.Interrupted, "upstream_truncated"), ((await house.OnlyRecordAsync()).Outcome, (await house.OnlyRecordAsync()).ErrorCode));
    }

    [Theory]
    [InlineData("""{"delay_ms":60000}""")]
    [InlineData("""{"head_gap_ms":200}""")]
    public async Task An_answer_that_does_not_begin_in_time_is_given_up(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Timeouts = new ProviderTimeouts { FirstByte = TimeSpan.FromMilliseconds(100) } });
        await house.Simulator.ScriptAsync(then);

        foreach (Saying saying in (Saying[])[Saying.Chat, Saying.MessagesStream])
        {
            Answer answer = await house.AskAsync(saying);

            Assert.Equal((504, "upstream_timeout", "1"), (answer.Status, answer.Error, answer.Header("x-causeway-attempts")));
        }

        Assert.All(await house.RecordsAsync(), record => Assert.Equal((Outcome.Failed, 504, "upstream_timeout"), (record.Outcome, record.Status, record.ErrorCode)));
    }

    // S-12: some servers repeat in an error what they were sent.
    [Fact]
    public async Task A_key_that_a_provider_repeats_is_not_passed_on()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync($$$"""{"status":400,"headers":{"x-request-id":"of {{{GatewayHouse.ProviderKey}}}"},"body":"{\"error\":{\"message\":\"{{{GatewayHouse.ProviderKey}}} may not: {{{GatewayHouse.ProviderKey}}}\",\"type\":\"invalid_request_error\",\"code\":\"odd\"}}"}""");
        Answer same = await house.AskAsync(Saying.Chat);
        Answer other = await house.AskAsync(Saying.Messages with { Body = Saying.Messages.Body.Replace("claude-sonnet-4-6", "gpt-5.4-mini", StringComparison.Ordinal) });

        Assert.All([same, other], answer => Assert.DoesNotContain(GatewayHouse.ProviderKey, answer.Text + string.Join('\n', answer.Headers), StringComparison.Ordinal));
        Assert.All([same, other], answer => Assert.Contains("************************ may not", answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_of_the_provider_is_in_no_answer()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        foreach (string then in (string[])["""{"status":401}""", """{"status":503}""", """{"cut":{"before_head":true}}""", """{"status":302}""", "{}"])
        {
            await house.Simulator.ScriptAsync(then);
            Answer answer = await house.AskAsync(Saying.Chat);

            Assert.DoesNotContain(GatewayHouse.ProviderKey, answer.Text + string.Join('\n', answer.Headers), StringComparison.Ordinal);
        }
    }
}
