using System.Globalization;
using System.Text.Json;
using Causeway.Budgets.Pricing;

namespace Causeway.Budgets.Tests.Pricing;

/// <summary>The catalogue that the product ships, read as the product reads it. Expected costs are worked out by hand from the vendors' lists.</summary>
public sealed class ShippedPricesTests
{
    private static readonly byte[] s_file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models.json"));

    private static readonly PriceCatalogue s_catalogue = PriceCatalogue.Parse(s_file);

    [Theory]
    [InlineData("openai", "gpt-5.6-sol", 100_000, "2026-11-20T12:00:00Z", 600_000_000)] // 4 and 20 USD: the promotion.
    [InlineData("openai", "gpt-5.6-sol", 100_000, "2026-11-21T23:59:59Z", 600_000_000)] // Its last day.
    [InlineData("openai", "gpt-5.6-sol", 100_000, "2026-11-22T00:00:00Z", 800_000_000)] // 5 and 30 USD: the list.
    [InlineData("openai", "gpt-5.6-sol", 272_000, "2026-11-22T12:00:00Z", 1_660_000_000)]
    [InlineData("openai", "gpt-5.6-sol", 272_001, "2026-11-22T12:00:00Z", 3_170_010_000)] // 10 and 45 USD above 272,000.
    [InlineData("openai", "gpt-5.6-sol", 272_001, "2026-11-20T12:00:00Z", 3_170_010_000)] // The promotion has no long-context price.
    [InlineData("gemini", "gemini-3.8-flash", 100_000, "2026-12-31T23:59:59Z", 112_500_000)]
    [InlineData("gemini", "gemini-3.8-flash", 100_000, "2027-01-01T00:00:00Z", 225_000_000)] // The promotion's scheduled end.
    [InlineData("deepseek", "deepseek-flash", 100_000, "2026-11-23T00:59:59Z", 21_000_000)]
    [InlineData("deepseek", "deepseek-flash", 100_000, "2026-11-23T01:00:00Z", 42_000_000)] // Monday's first peak.
    [InlineData("deepseek", "deepseek-flash", 100_000, "2026-11-23T04:00:00Z", 21_000_000)]
    [InlineData("deepseek", "deepseek-flash", 100_000, "2026-11-23T09:59:59Z", 42_000_000)]
    [InlineData("deepseek", "deepseek-flash", 100_000, "2026-11-22T02:00:00Z", 21_000_000)] // Sunday.
    [InlineData("xai", "grok-4.7", 199_999, "2026-11-22T12:00:00Z", 459_998_000)]
    [InlineData("xai", "grok-4.7", 200_000, "2026-11-22T12:00:00Z", 920_000_000)] // xAI's tier includes its bound.
    [InlineData("anthropic", "claude-haiku-5-5", 100_000, "2026-11-22T12:00:00Z", 15_000_000)]
    [InlineData("anthropic", "claude-haiku-5-5", 100_001, "2026-11-22T12:00:00Z", 75_000_500)]
    [InlineData("anthropic", "claude-opus-5-5", 100_000, "2026-11-22T12:00:00Z", 600_000_000)]
    [InlineData("openai", "text-embedding-3-small", 100_000, "2026-11-22T12:00:00Z", 2_000_000)]
    public void A_call_of_so_many_prompt_tokens_and_10_000_of_output_costs(string platform, string model, long input, string at, long nanoUsd)
    {
        long output = platform == "openai" && model.StartsWith("text-embedding", StringComparison.Ordinal) ? 0 : 10_000;

        long? cost = Price(platform, model).CostNanoUsd(new TokenCounts(input, 0, 0, 0, 0, 0, output, 0), Time(at));

        Assert.Equal(nanoUsd, cost);
    }

    [Theory]
    [InlineData(null, false, 800_000_000)]
    [InlineData("default", false, 800_000_000)]
    [InlineData("flex", false, 400_000_000)]
    [InlineData("priority", false, 1_600_000_000)]
    [InlineData(null, true, 880_000_000)]
    [InlineData("priority", true, 1_760_000_000)]
    public void Service_tier_and_region_of_a_vendor_multiply(string? tier, bool regional, long nanoUsd) => Assert.Equal(
        nanoUsd,
        Price("openai", "gpt-5.6-sol").CostNanoUsd(
            new TokenCounts(100_000, 0, 0, 0, 0, 0, 10_000, 0), Time("2026-11-22T12:00:00Z"), tier, regional));

    [Fact]
    public void Cache_reads_and_writes_have_rates_of_their_own() => Assert.Equal(
        // 1,000 at 4 USD, 10,000 read at 0.2, 2,000 written at 5 and 500 at 8, 1,000 out at 20.
        40_000_000,
        Price("anthropic", "claude-opus-5-5").CostNanoUsd(
            new TokenCounts(1_000, 10_000, 2_000, 0, 500, 0, 1_000, 0), Time("2026-11-22T12:00:00Z")));

    [Theory]
    [InlineData("2026-10-06T12:00:00Z", 20_000_000)]
    [InlineData("2026-10-07T12:00:00Z", 10_000_000)]
    public void A_cut_of_the_cache_price_alone_is_a_window(string at, long expected) => Assert.Equal(
        expected,
        Price("anthropic", "claude-sonnet-5-5").CostNanoUsd(new TokenCounts(0, 100_000, 0, 0, 0, 0, 0, 0), Time(at)));

    [Theory]
    [InlineData("anthropic", "claude-fable-5-2")]
    [InlineData("gemini", "gemini-4-hydrogen")]
    [InlineData("xai", "grok-latest")]
    public void A_model_without_a_published_price_costs_null_never_zero(string platform, string model) =>
        Assert.Null(Price(platform, model).CostNanoUsd(new TokenCounts(1_000, 0, 0, 0, 0, 0, 1_000, 0), Time("2026-11-22T12:00:00Z")));

    [Theory]
    [InlineData("openai", "gpt-5.6", "gpt-5.6-sol")]
    [InlineData("openai", "gpt-5", "gpt-5-2025-08-07")]
    [InlineData("openai", "gpt-5.5", "gpt-5.5-2026-04-23")]
    [InlineData("anthropic", "claude-opus-4-5", "claude-opus-4-5-20251101")]
    [InlineData("anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929")]
    [InlineData("mistral", "mistral-large-latest", "mistral-large-2512")]
    [InlineData("deepseek", "deepseek-v4-flash", "DeepSeek-V4.1-Flash-1017")]
    public void An_alias_costs_on_every_day_what_its_snapshot_costs(string platform, string alias, string snapshot)
    {
        ModelPrice one = Price(platform, alias);
        ModelPrice other = Price(platform, snapshot);

        for (DateTimeOffset day = Time("2026-08-01T02:00:00Z"); day < Time("2027-02-01T00:00:00Z"); day = day.AddHours(23))
        {
            TokenCounts tokens = new(1_000, 500, 0, 0, 0, 0, 700, 100);
            Assert.NotNull(one.CostNanoUsd(tokens, day));
            Assert.Equal(other.CostNanoUsd(tokens, day), one.CostNanoUsd(tokens, day));
        }
    }

    [Theory]
    [InlineData("openai", "gpt-99")]
    [InlineData("openai", "claude-opus-5-5")]
    [InlineData("acme", "gpt-5.6-sol")]
    [InlineData("openai", "GPT-5.6-sol")]
    public void An_unknown_pair_has_no_price(string platform, string model) => Assert.Null(s_catalogue.Find(platform, model));

    [Fact]
    public void Every_entry_of_the_file_can_be_priced_or_says_that_it_cannot()
    {
        using var document = JsonDocument.Parse(s_file);
        foreach (JsonElement model in document.RootElement.GetProperty("models").EnumerateArray())
        {
            ModelPrice price = Price(model.GetProperty("platform").GetString()!, model.GetProperty("id").GetString()!);
            bool listed = model.GetProperty("price").GetProperty("input").ValueKind == JsonValueKind.Number;

            Assert.True(!listed || price.List is { Input: > 0 }, $"{model.GetProperty("id")} is listed with a price and has none");
        }
    }

    private static ModelPrice Price(string platform, string model) =>
        s_catalogue.Find(platform, model) ?? throw new InvalidOperationException($"{platform}/{model} is not in the catalogue");

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
