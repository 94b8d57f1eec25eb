using System.Text.Json;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>The books against the provider's own bill: every token, in every kind, in every protocol.</summary>
public sealed class UsageTests
{
    [Fact]
    public async Task What_an_answer_cost_is_told_where_it_is_known_before_the_body()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":1200,"cache_read":345,"output":678,"reasoning":90}}""");

        Answer translated = await house.AskAsync(Saying.Messages with { Body = Saying.Messages.Body.Replace("claude-sonnet-4-6", "gpt-5.4-mini", StringComparison.Ordinal) });
        Answer passed = await house.AskAsync(Saying.Messages);
        Answer streamed = await house.AskAsync(Saying.MessagesStream);

        UsageRecord record = (await house.RecordsAsync()).Single(one => one.Request.ToString("N") == translated.Header("x-causeway-request")!["req_".Length..]);
        Assert.True(record.CostNanoUsd > 0);
        Assert.Equal(Limit.Write(Meter.Usd, record.CostNanoUsd!.Value), translated.Header("x-causeway-cost-usd"));
        Assert.Equal((null, null), (passed.Header("x-causeway-cost-usd"), streamed.Header("x-causeway-cost-usd")));
    }

    public static TheoryData<string> Sayings { get; } = [.. Saying.Streams.Keys.Select(name => "stream " + name), .. Saying.Plain.Keys.Select(name => "plain " + name)];

    [Theory]
    [MemberData(nameof(Sayings))]
    public async Task What_is_booked_is_what_the_provider_bills(string name)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Saying saying = name.StartsWith("stream", StringComparison.Ordinal) ? Saying.Streams[name[7..]] : Saying.Plain[name[6..]];
        await house.Simulator.ScriptEachAsync(
        [
            "{}",
            """{"usage":{"input_uncached":1200,"cache_read":345,"output":678,"reasoning":90}}""",
            """{"usage":{"input_uncached":7,"cache_read":300000,"cache_write_5m":40,"cache_write_1h":50,"output":2,"reasoning":0}}""",
            """{"usage":{"input_uncached":999999999,"output":1000000}}""",
            """{"usage":{"input_uncached":0,"output":0}}""",
        ]);

        for (int i = 0; i < 5; i++)
        {
            await house.AskAsync(saying);
        }

        IReadOnlyList<UsageRecord> records = await house.RecordsAsync();
        JsonElement bill = await house.Simulator.BillAsync();
        long Billed(string kind) => bill.GetProperty(kind).GetInt64();
        long Booked(Func<TokenCounts, long> kind) => records.Sum(record => kind(record.Tokens));
        Assert.All(records, record => Assert.Equal((Outcome.Completed, UsageSource.Provider), (record.Outcome, record.Source)));
        Assert.Equal(Billed("cache_read"), Booked(tokens => tokens.CacheRead));
        Assert.Equal((Billed("output"), Billed("reasoning")), (Booked(tokens => tokens.Output), saying.Protocol == Wire.Protocol.Anthropic ? Billed("reasoning") : Booked(tokens => tokens.Reasoning)));
        if (saying.Protocol == Wire.Protocol.Gemini)
        {
            // Google reports no cache writes: they are plain input there.
            Assert.Equal(Billed("input_uncached") + Billed("cache_write_5m") + Billed("cache_write_1h"), Booked(tokens => tokens.Input));
            return;
        }

        Assert.Equal(Billed("input_uncached"), Booked(tokens => tokens.Input));
        Assert.Equal(Billed("cache_write_5m") + Billed("cache_write_1h"), Booked(tokens => tokens.CacheWrite));
        if (saying.Protocol == Wire.Protocol.Anthropic)
        {
            Assert.Equal((Billed("cache_write_5m"), Billed("cache_write_1h")), (Booked(tokens => tokens.CacheWrite5m), Booked(tokens => tokens.CacheWrite1h)));
        }
    }

    [Fact]
    public async Task Embeddings_are_booked_and_counting_tokens_costs_nothing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        UsageRecord embedded = await house.RecordOfAsync(await house.AskAsync(Saying.Embeddings));
        UsageRecord counted = await house.RecordOfAsync(await house.AskAsync(Saying.CountTokens));
        UsageRecord geminiCounted = await house.RecordOfAsync(await house.AskAsync(Saying.Generate with { Path = "/v1beta/models/gemini-2.5-flash:countTokens" }));

        JsonElement bill = await house.Simulator.BillAsync();
        Assert.Equal((bill.GetProperty("input_uncached").GetInt64(), UsageSource.Provider, "embeddings"), (embedded.Tokens.Input, embedded.Source, embedded.Route));
        Assert.All([counted, geminiCounted], record => Assert.Equal((UsageSource.None, null, Outcome.Completed), (record.Source, record.CostNanoUsd, record.Outcome)));
    }

    [Theory]
    [InlineData("chat", """{"omit_usage":true,"text":"aaaabbbbcccc"}""")]
    [InlineData("chat", """{"usage_json":"{\"prompt_tokens\":-5,\"completion_tokens\":1e99}","text":"aaaabbbbcccc"}""")]
    [InlineData("gemini-events", """{"omit_usage":true,"text":"aaaabbbbcccc"}""")]
    [InlineData("responses", """{"omit_usage":true,"text":"aaaabbbbcccc"}""")]
    public async Task A_report_that_is_missing_or_absurd_is_replaced_by_a_count(string stream, string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync(then);

        await house.AskAsync(Saying.Streams[stream]);
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((Outcome.Completed, UsageSource.Counted), (record.Outcome, record.Source));
        Assert.Equal((Saying.Streams[stream].Body.Length / 4, 3L), (record.Tokens.Input, record.Tokens.Output));
        Assert.True(record.CostNanoUsd > 0);
    }

    [Fact]
    public async Task A_record_says_all_there_is_to_know()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptAsync("""{"served_model":"gpt-5.4-mini-2026-03-17","usage":{"input_uncached":1000,"cache_read":200,"output":50,"reasoning":10}}""");

        Answer answer = await house.AskAsync(Saying.ChatPath, Saying.ChatStream.Body.Replace("gpt-5.4-mini", "openai/gpt-5.4-mini", StringComparison.Ordinal));
        UsageRecord record = await house.RecordOfAsync(answer);

        Assert.Equal((GatewayHouse.Attribution, Assert.Single(house.Policies.Current.Keys.All).Id), (record.Attribution, record.Key));
        Assert.Equal(("openai", "chat.completions", "openai", null), (record.Protocol, record.Route, record.Provider, record.Region));
        Assert.Equal(("openai/gpt-5.4-mini", "gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"), (record.ModelAsked, record.ModelSent, record.ModelServed));
        Assert.Equal((200, Outcome.Completed, null, "stop", 1, true), (record.Status, record.Outcome, record.ErrorCode, record.StopReason, record.Attempts, record.Streamed));
        Assert.Equal(new TokenCounts(1000, 200, 0, 0, 0, 0, 50, 10), record.Tokens);
        Assert.Equal(1000 * 750 + 200 * 75 + 50 * 4500, record.CostNanoUsd); // 0.75, 0.075 and 4.50 USD per million.
        Assert.InRange(record.TimeToFirstByte!.Value, TimeSpan.Zero, record.Total);
    }

    [Fact]
    public async Task A_model_without_a_price_is_unpriced_and_never_free()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        UsageRecord record = await house.RecordOfAsync(await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "openai/sim-small", StringComparison.Ordinal)));

        Assert.Equal((UsageSource.Provider, null), (record.Source, record.CostNanoUsd));
        Assert.True(record.Tokens.Output > 0);
    }

    [Fact]
    public async Task A_deployments_own_price_and_a_regions_premium_are_applied()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near =>
            [
                near.At("eu", Wire.Protocol.OpenAI, new Uri(near.Simulator, "/openai/v1"), region: "eu-west-1"),
                new Provider
                {
                    Name = "own",
                    Protocol = Wire.Protocol.OpenAI,
                    Endpoint = new Uri(near.Simulator, "/openai/v1"),
                    Key = "k",
                    Prices = System.Collections.Frozen.FrozenDictionary.ToFrozenDictionary(new Dictionary<string, ModelPrice> { ["mine"] = new() { List = new Rates { Input = 1_000_000, Output = 3_000_000 } } }),
                },
            ],
        });
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":1000,"output":100}}""");

        UsageRecord regional = await house.RecordOfAsync(await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "gpt-6-astra", StringComparison.Ordinal)));
        UsageRecord own = await house.RecordOfAsync(await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "own/mine", StringComparison.Ordinal)));

        Assert.Equal(("eu-west-1", (1000 * 10_000 + 100 * 50_000) * 11L / 10), (regional.Region, regional.CostNanoUsd));
        Assert.Equal(1000 + 300, own.CostNanoUsd);
    }
}
