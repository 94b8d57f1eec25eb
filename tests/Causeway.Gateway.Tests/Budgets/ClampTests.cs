using System.Globalization;
using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>A grant that clamps: what does not fit is cut to measure before it is sent, and what is sent is what is held.</summary>
public sealed class ClampTests
{
    private const string Ask = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    private const string Header = "x-causeway-budget-clamped";

    [Theory]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5000," + Ask + "}", "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":600," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\"," + Ask + "}", "{\"max_completion_tokens\":600,\"model\":\"gpt-5.4-mini\"," + Ask + "}")]
    [InlineData("/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"n\":2,\"max_completion_tokens\":5000," + Ask + "}", "{\"model\":\"gpt-5.4-mini\",\"n\":2,\"max_completion_tokens\":300," + Ask + "}")]
    [InlineData("/v1/responses", """{"model":"gpt-5.4-mini","input":"x","max_output_tokens":5000}""", """{"model":"gpt-5.4-mini","input":"x","max_output_tokens":600}""")]
    [InlineData("/v1/messages", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":5000," + Ask + "}", "{\"model\":\"claude-sonnet-4-6\",\"max_tokens\":600," + Ask + "}")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":5000}}""", """{"contents":[{"parts":[{"text":"x"}]}],"generationConfig":{"maxOutputTokens":600}}""")]
    public async Task A_cap_that_does_not_fit_is_lowered_to_what_does_and_that_is_said(string path, string body, string upstream)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = Clamping(house, "tokens_out 600");

        Answer answer = await granted.AskAsync(new Saying(path, body));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(upstream, (await house.Simulator.LastAsync()).Text);
        Assert.Equal(upstream.Contains("300", StringComparison.Ordinal) ? "300" : "600", answer.Header(Header));
        IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
        Assert.Equal([LedgerEventKind.Reserved, LedgerEventKind.Clamped, LedgerEventKind.Settled], events.Select(one => one.Kind));
        Assert.Equal(600, events[0].Held.TokensOut);
        Assert.Equal(("budget_clamped", granted.Id, "tokens_out 600"), (events[1].Code, events[1].DecidedBy, events[1].Limit));
    }

    [Theory]
    [InlineData("json_object", 402)]
    [InlineData("text", 200)]
    public async Task What_is_to_be_JSON_is_not_cut_and_what_is_to_be_text_is(string format, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await Clamping(house, "tokens_out 600").AskAsync(
            new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5000,\"response_format\":{\"type\":\"" + format + "\"}," + Ask.Replace("\"x\"", "\"Say JSON\"", StringComparison.Ordinal) + "}"));

        Assert.True(answer.Status == status, answer.Text);
        Assert.Equal(status == 200, answer.Header(Header) is not null);
    }

    [Fact]
    public async Task A_stream_says_it_as_well_and_a_request_that_fits_says_nothing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = Clamping(house, "tokens_out 600");

        Answer large = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"stream\":true," + Ask + "}"));
        Answer small = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":300," + Ask + "}"));

        Assert.Equal(("600", "[DONE]"), (large.Header(Header), large.Events[^1]));
        Assert.Equal((200, null), (small.Status, small.Header(Header)));
    }

    [Fact]
    public async Task The_nearest_limit_of_the_path_decides_whoever_clamps()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted above = house.Grant("tokens_out 400");
        Granted below = house.Grant(grant => grant with { Parent = above.Id, DepthLeft = 0, Reserve = ReserveMode.Clamp, Limits = [Granted.LimitOf("tokens_out 400")] });

        Answer answer = await below.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\"," + Ask + "}"));
        Answer strict = await above.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\"," + Ask + "}"));

        Assert.Equal((200, "400"), (answer.Status, answer.Header(Header)));
        Assert.Equal((402, null), (strict.Status, strict.Header(Header)));
    }

    [Fact]
    public async Task Money_is_held_to_the_last_token_that_it_buys()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = new(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":4000," + Ask + "}");
        long whole = (await Granted.BoundOfAsync(house, saying)).NanoUsd;
        long half = whole / 2;
        Granted limited = Clamping(house, string.Create(CultureInfo.InvariantCulture, $"usd 0.{half:D9}"));
        Granted ceiling = house.Grant(grant => grant with { Reserve = ReserveMode.Clamp, Scope = Scope.All with { MaxRequestNanoUsd = half }, Limits = [Granted.LimitOf("usd 100")] });

        foreach (Granted granted in (Granted[])[limited, ceiling])
        {
            Answer answer = await granted.AskAsync(saying);

            Assert.True(answer.Status == 200, answer.Text);
            IReadOnlyList<LedgerEvent> events = await granted.EventsOfAsync(answer);
            long cap = long.Parse(answer.Header(Header)!, CultureInfo.InvariantCulture);
            Assert.Equal((cap, cap), (events[0].Held.TokensOut, JsonElement.Parse((await house.Simulator.LastAsync()).Text).GetProperty("max_completion_tokens").GetInt64()));
            Assert.InRange(half - events[0].Held.NanoUsd, 0, (whole / 4000) + 1_000);
        }
    }

    [Theory]
    [InlineData(255, 5000)]
    [InlineData(100, 200)]
    public async Task Below_the_floor_and_below_a_smaller_cap_of_the_callers_own_it_is_denied(int left, int asked)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = Clamping(house, string.Create(CultureInfo.InvariantCulture, $"tokens_out {left}"));

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, string.Create(CultureInfo.InvariantCulture, $"{{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":{asked},") + Ask + "}"));

        Assert.Equal((402, "request_exceeds_limit"), (answer.Status, answer.Error));
        Assert.Equal(LedgerEventKind.Denied, (await granted.LastAsync()).Kind);
    }

    [Fact]
    public async Task Under_a_contract_it_is_all_or_nothing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = Clamping(house, "tokens_out 600");
        const string Schema = """{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}}}""";

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":5000,\"response_format\":" + Schema + "," + Ask + "}"));

        Assert.Equal((402, "request_exceeds_limit", null), (answer.Status, answer.Error, answer.Header(Header)));
    }

    [Fact]
    public async Task Many_at_once_never_hold_more_than_there_is()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = Clamping(house, "tokens_out 3000");

        Answer[] answers = await granted.AskAtOnceAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":1000," + Ask + "}"), 60);

        await house.RecordsAsync();
        long held = 0;
        foreach (LedgerEvent one in house.Store.Events.Where(one => one.Grant == granted.Id))
        {
            held += one.Kind == LedgerEventKind.Reserved ? one.Held.TokensOut : one.Kind == LedgerEventKind.Settled ? one.Booked.TokensOut - one.Held.TokensOut : 0;
            Assert.InRange(held, 0, 3000);
        }

        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 402 or 429, answer.Text));
        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Header(Header) is not null), answer => Assert.InRange(long.Parse(answer.Header(Header)!, CultureInfo.InvariantCulture), 256, 999));
    }

    private static Granted Clamping(GatewayHouse house, string limit) => house.Grant(grant => grant with { Reserve = ReserveMode.Clamp, Limits = [Granted.LimitOf(limit)] });
}
