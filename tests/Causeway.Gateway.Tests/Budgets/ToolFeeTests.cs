using System.Collections.Frozen;
using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.Batches;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Budgets;

/// <summary>Tools that a provider runs itself and bills by the use: their fees are held before a call and booked after it, to the nano-USD.</summary>
public sealed class ToolFeeTests
{
    private const long Cent = 10_000_000; // Nano-USD of one search at 10 USD for 1,000.
    private const string Said = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    public static TheoryData<string, string, int, long> Used => new()
    {
        { Saying.MessagesPath, Messages("web_search_20250305"), 3, 3 * Cent },
        { Saying.MessagesPath, Messages("web_search_20250305", "\"stream\":true,"), 3, 3 * Cent },
        { "/passthrough/anthropic/v1/messages", Messages("web_search_20250305"), 3, 3 * Cent },
        { "/passthrough/anthropic/v1/messages", Messages("web_search_20250305", "\"stream\":true,"), 3, 3 * Cent },
        { Saying.ResponsesPath, Responses("web_search", "file_search"), 5, (3 * Cent) + (2 * Cent / 4) },
        { Saying.ResponsesPath, Responses("web_search", "file_search").Replace("{\"model\"", "{\"stream\":true,\"model\"", StringComparison.Ordinal), 5, (3 * Cent) + (2 * Cent / 4) },
        { "/passthrough/openai/v1/responses", Responses("web_search", "file_search"), 5, (3 * Cent) + (2 * Cent / 4) },
        { Saying.ResponsesPath, Responses("web_search_preview"), 5, (3 * Cent) + (2 * Cent / 4) }, // Of a model that reasons.
        { Saying.ResponsesPath, Responses("web_search_preview").Replace("gpt-5.4-mini", "gpt-4.1", StringComparison.Ordinal), 5, (3 * 25_000_000) + (2 * Cent / 4) },
        { Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"web_search_options\":{}," + Said + "}", 1, Cent },
        { Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"stream\":true,\"web_search_options\":{}," + Said + "}", 1, Cent },
        { "/passthrough/openai/v1/chat/completions", "{\"model\":\"gpt-5.4-mini\",\"web_search_options\":{}," + Said + "}", 1, Cent },
        { Generate("gemini-2.5-flash"), Grounded, 1, 35_000_000 }, // A grounded prompt, however often it asked.
        { Generate("gemini-3.5-flash"), Grounded, 3, 3 * 14_000_000 },
        { Generate("gemini-3.5-flash").Replace(":generateContent", ":streamGenerateContent?alt=sse", StringComparison.Ordinal), Grounded, 3, 3 * 14_000_000 },
    };

    [Theory]
    [MemberData(nameof(Used))]
    public async Task What_was_used_is_booked_beside_the_tokens(string path, string body, int uses, long fee)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":1000,"output":10,"reasoning":0,"web_searches":3,"file_searches":2}}""");
        Granted granted = house.Grant("usd 1000000");

        Answer answer = await granted.AskAsync(new Saying(path, body));

        Assert.True(answer.Status == 200, answer.Text);
        UsageRecord record = await house.RecordOfAsync(answer);
        (Rates rates, long ppm) = Rates.Parse(record.Price!);
        Assert.Equal((uses, fee), (record.ToolUses, record.ToolFeeNanoUsd));
        Assert.Equal((rates.CostNanoUsd(record.Tokens, ppm) + fee, 0L), (record.CostNanoUsd!.Value, record.OverrunNanoUsd));
        Assert.Equal((record.CostNanoUsd!.Value, 0, 0), (granted.Use().Committed, granted.Use().Held, granted.Use().InDoubt));
        Assert.Equal(path.Contains("chat", StringComparison.Ordinal) ? 1 : 3, (await house.Simulator.BillAsync()).GetProperty("web_searches").GetInt32());
    }

    [Theory]
    [InlineData("web_search_20250305\",\"max_uses\":5,\"x\":\"", 5 * Cent)]
    [InlineData("web_search_20250305\",\"max_uses\":50,\"x\":\"", 50 * Cent)]
    [InlineData("web_search_20250305", 10 * Cent)]
    [InlineData("web_search_20250305\",\"max_uses\":0,\"x\":\"", 0)]
    public async Task What_Claude_may_search_is_held(string tool, long fee) =>
        Assert.Equal(fee, await HeldAsync(Saying.MessagesPath, Messages(tool)) - await HeldAsync(Saying.MessagesPath, Messages("web_fetch_20250910")));

    [Theory]
    [InlineData("gpt-5.4-mini", 10 * Cent, "web_search")]
    [InlineData("gpt-5.4-mini", 4 * Cent, "web_search\"}],\"max_tool_calls\":4,\"x\":[{\"type\":\"x")]
    [InlineData("gpt-5.4-mini", 10 * Cent * 5 / 4, "web_search", "file_search")]
    [InlineData("gpt-5.4-mini", 4 * Cent, "web_search", "file_search\"}],\"max_tool_calls\":4,\"x\":[{\"type\":\"x")] // All four may be the dearer ones.
    [InlineData("gpt-4.1", 250_000_000, "web_search_preview")]
    public async Task What_a_response_may_search_is_held(string model, long fee, params string[] tools) =>
        Assert.Equal(fee, await HeldAsync(Saying.ResponsesPath, Responses(model, tools)) - await HeldAsync(Saying.ResponsesPath, Responses(model, ["code_interpreter"])));

    [Theory]
    [InlineData("gemini-2.5-flash", 35_000_000)]
    [InlineData("gemini-3.5-flash", 140_000_000)]
    public async Task What_Gemini_may_ask_is_held(string model, long fee) =>
        Assert.Equal(fee, await HeldAsync(Generate(model), Grounded) - await HeldAsync(Generate(model), Grounded.Replace("google_search", "url_context", StringComparison.Ordinal)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task As_many_calls_are_made_as_the_limit_pays_with_their_fees(bool stream)
    {
        const int Worth = 10;
        Saying saying = new(Saying.MessagesPath, Messages("web_search_20250305\",\"max_uses\":3,\"x\":\"", stream ? "\"stream\":true," : ""));
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Amounts bound = await Granted.BoundOfAsync(house, saying);
        await house.Simulator.ScriptAsync($$$"""{"usage":{"input_uncached":0,"cache_write_1h":{{{bound.TokensIn}}},"output":{{{bound.TokensOut}}},"web_searches":3}}""");
        Granted granted = house.Grant(string.Create(CultureInfo.InvariantCulture, $"usd {bound.NanoUsd * Worth / 1_000_000_000m:0.#########}"));

        Answer[] answers = await granted.AskAtOnceAsync(saying, 60);
        await house.RecordsAsync();

        Assert.Equal(Worth, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Contains(answer.Error, (string[])["limit_spent", "limit_held"]));
        Assert.Equal((granted.Use().Amount, 0), (granted.Use().Committed, granted.Use().Held));
        Assert.Equal(3 * Worth, (await house.Simulator.BillAsync()).GetProperty("web_searches").GetInt32());
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_booked_with_what_it_was_seen_to_search()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"usage":{"web_searches":2},"cut":{"how":"end","at_event":12}}"""); // After the block of the second search began.

        UsageRecord record = await house.RecordOfAsync(await house.AskAsync(new Saying(Saying.MessagesPath, Messages("web_search_20250305", "\"stream\":true,"))));

        Assert.Equal((Outcome.Interrupted, UsageSource.Estimated, 2, 2 * Cent), (record.Outcome, record.Source, record.ToolUses, record.ToolFeeNanoUsd!.Value));
    }

    // The tool is left out on the way, so nothing is held for it, and nothing of it can be used.
    [Fact]
    public async Task A_tool_that_does_not_travel_costs_nothing_there()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini"], unsupported: UnsupportedFields.Drop)));
        string body = Messages("web_search_20250305").Replace("claude-sonnet-4-6", "support", StringComparison.Ordinal);
        Granted granted = house.Grant("usd 1000000");

        Answer answer = await granted.AskAsync(new Saying(Saying.MessagesPath, body));
        Answer control = await granted.AskAsync(new Saying(Saying.MessagesPath, body.Replace("web_search_20250305", "web_fetch_20250910", StringComparison.Ordinal)));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal((await granted.EventsOfAsync(control))[0].Held, (await granted.EventsOfAsync(answer))[0].Held);
        Assert.Equal((0, null), await house.RecordOfAsync(answer) is { } record ? (record.ToolUses, record.ToolFeeNanoUsd) : default);
    }

    [Fact]
    public async Task A_tool_without_a_fee_is_denied_where_money_is_limited_and_unpriced_elsewhere()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(Own(ToolFees.None));
        await house.Simulator.ScriptAsync("""{"usage":{"web_searches":3}}""");
        Saying saying = new(Saying.ResponsesPath, Responses("web_search"));

        Answer denied = await house.Grant("usd 5").AskAsync(saying);
        UsageRecord record = await house.RecordOfAsync(await house.Grant("requests 5").AskAsync(saying));

        Assert.Equal((403, "price_unknown"), (denied.Status, denied.Error));
        Assert.Contains("web_search has no fee", denied.Text, StringComparison.Ordinal);
        Assert.Equal((3, null, null), (record.ToolUses, record.ToolFeeNanoUsd, record.CostNanoUsd));
        Assert.True(record.Tokens.Output > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_234_567)]
    public async Task The_operators_own_fee_holds(long nanoUsd)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(Own(new ToolFees([new ToolFee { Tool = "web_search", NanoUsd = nanoUsd }])));
        await house.Simulator.ScriptAsync("""{"usage":{"web_searches":3}}""");

        UsageRecord record = await house.RecordOfAsync(await house.Grant("usd 1000").AskAsync(new Saying(Saying.ResponsesPath, Responses("web_search"))));

        Assert.Equal((3, 3 * nanoUsd), (record.ToolUses, record.ToolFeeNanoUsd));
        Assert.True(record.CostNanoUsd > 3 * nanoUsd);
    }

    [Fact]
    public async Task A_model_that_searches_in_every_answer_is_held_for_and_booked_so()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(Own(ToolFees.None, "openai"));
        Granted granted = house.Grant("usd 5");

        Answer answer = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5-search-api\",\"max_completion_tokens\":10," + Said + "}"));
        Answer control = await granted.AskAsync(new Saying(Saying.ChatPath, "{\"model\":\"gpt-5.4-mini\",\"max_completion_tokens\":10," + Said + "}"));

        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((1, Cent), (record.ToolUses, record.ToolFeeNanoUsd));
        Assert.Equal(0, (await house.RecordOfAsync(control)).ToolUses);
        Assert.InRange((await granted.EventsOfAsync(answer))[0].Held.NanoUsd - (await granted.EventsOfAsync(control))[0].Held.NanoUsd, Cent - 1_000, Cent + 1_000);
    }

    [Fact]
    public async Task A_fallback_is_held_for_at_its_own_fee()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(policy => policy.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini", "openai/gpt-4.1"])));
        await house.Simulator.PutAsync("""{"rules":[{"match":{"model":"gpt-5.4-mini"},"then":{"status":404}},{"then":{"usage":{"input_uncached":0,"output":1,"web_searches":10}}}]}""");
        Granted granted = house.Grant("usd 1000");

        Answer answer = await granted.AskAsync(new Saying(Saying.ResponsesPath, Responses("support", ["web_search_preview"])));

        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal(("openai/gpt-4.1", 10, 250_000_000L, 0L), (answer.Header("x-causeway-served-by"), record.ToolUses, record.ToolFeeNanoUsd!.Value, record.OverrunNanoUsd));
        Assert.InRange(record.HeldNanoUsd!.Value, 250_000_000, long.MaxValue);
    }

    [Theory]
    [InlineData("0.04", 402)] // Less than five searches cost: no cap on what is generated makes that fit.
    [InlineData("1000", 200)]
    public async Task A_lowered_cap_leaves_the_fee(string usd, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant(grant => grant with { Reserve = ReserveMode.Clamp, Limits = [Granted.LimitOf("usd " + usd)] });

        Answer answer = await granted.AskAsync(new Saying(Saying.MessagesPath, Messages("web_search_20250305\",\"max_uses\":5,\"x\":\"").Replace("\"max_tokens\":100", "\"max_tokens\":4000", StringComparison.Ordinal)));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_batch_holds_the_fee_and_is_settled_with_it()
    {
        string one = Messages("web_search_20250305\",\"max_uses\":4,\"x\":\"");
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"then":{"usage":{"input_uncached":1000,"output":10,"web_searches":2}}}]}""" });
        await house.TakeAsync(one);
        long held = house.Granted.Use().InDoubt;

        await house.TurnAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(held, await HeldAsync(Saying.MessagesPath, one));
        Assert.Equal((await house.BillAsync()).NanoUsd + (2 * Cent), house.Granted.Use().Committed);
    }

    [Fact]
    public async Task A_later_word_on_the_tokens_leaves_the_fee()
    {
        await using BatchHouse house = await BatchHouse.OpenAsync(new HouseOptions { Script = """{"rules":[{"then":{"usage":{"input_uncached":1000,"output":10,"web_searches":2}}}]}""" });
        UsageRecord record = await house.House.RecordOfAsync(await house.Granted.AskAsync(new Saying(Saying.MessagesPath, Messages("web_search_20250305\",\"max_uses\":4,\"x\":\""))));
        TokenCounts tokens = new(500, 0, 0, 0, 0, 0, 5, 0);

        Assert.Empty((await house.Late.TakeAsync([new LateWord(0, null, record.Request, null, tokens, "invoice", "line 1")], "clerk", GatewayHouse.Token)).Problems);

        (Rates rates, long ppm) = Rates.Parse(record.Price!);
        Assert.Equal(rates.CostNanoUsd(tokens, ppm) + (2 * Cent), house.Granted.Use().Committed);
    }

    private const string Grounded = """{"contents":[{"parts":[{"text":"x"}]}],"tools":[{"google_search":{}}],"generationConfig":{"maxOutputTokens":100}}""";

    private static string Messages(string tool, string more = "") => "{\"model\":\"claude-sonnet-4-6\"," + more + "\"max_tokens\":100,\"tools\":[{\"name\":\"web_search\",\"type\":\"" + tool + "\"}]," + Said + "}";

    private static string Responses(params string[] tools) => Responses("gpt-5.4-mini", tools);

    private static string Responses(string model, string[] tools) =>
        "{\"model\":\"" + model + "\",\"max_output_tokens\":100,\"input\":\"x\",\"tools\":[" + string.Join(',', tools.Select(tool => "{\"type\":\"" + tool + "\"}")) + "]}";

    private static string Generate(string model) => $"/v1beta/models/{model}:generateContent";

    private static HouseOptions Own(ToolFees fees, string? catalogue = null) => new()
    {
        Providers = near =>
        [
            new Provider
            {
                Name = "own",
                Protocol = Protocol.OpenAI,
                Endpoint = new Uri(near.Simulator, "/openai/v1"),
                Key = GatewayHouse.ProviderKey,
                Server = "openai",
                Catalogue = catalogue,
                Prices = ((string[])["gpt-5.4-mini", "gpt-5-search-api"]).ToFrozenDictionary(model => model, _ => new ModelPrice { List = new Rates { Input = 1_000_000, Output = 2_000_000 } }),
                ToolFees = fees,
            },
        ],
    };

    private static async Task<long> HeldAsync(string path, string body)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("usd 1000000");
        return (await granted.EventsOfAsync(await granted.AskAsync(new Saying(path, body))))[0].Held.NanoUsd;
    }
}
