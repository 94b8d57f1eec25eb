using System.Globalization;
using System.Text.Json;
using Causeway.Budgets.Pricing;

namespace Causeway.Budgets.Tests.Pricing;

/// <summary>Fees of tools that providers run themselves: of the catalogue that ships, and how one is found.</summary>
public sealed class ToolFeesTests
{
    private static readonly byte[] s_file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models.json"));
    private static readonly PriceCatalogue s_catalogue = PriceCatalogue.Parse(s_file);
    private static readonly DateTimeOffset s_now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("anthropic", "web_search", "claude-sonnet-4-6", 10_000_000, false)]
    [InlineData("openai", "web_search", "gpt-5.4-mini", 10_000_000, false)]
    [InlineData("openai", "web_search_preview", "gpt-5.4-mini", 10_000_000, false)]
    [InlineData("openai", "web_search_preview", "o3", 10_000_000, false)]
    [InlineData("openai", "web_search_preview", "gpt-4.1-mini", 25_000_000, false)]
    [InlineData("openai", "web_search_preview", "gpt-4o-2024-11-20", 25_000_000, false)]
    [InlineData("openai", "web_search_options", "gpt-5.4", 10_000_000, true)]
    [InlineData("openai", "web_search_options", "gpt-4o-mini-search-preview-2025-03-11", 25_000_000, true)]
    [InlineData("openai", "web_search_options", "gpt-5-search-api", 10_000_000, true)]
    [InlineData("openai", "file_search", "gpt-4o", 2_500_000, false)]
    [InlineData("gemini", "google_search", "gemini-2.5-flash", 35_000_000, true)]
    [InlineData("gemini", "google_search", "gemini-3.8-flash", 14_000_000, false)]
    [InlineData("gemini", "google_search", "gemini-4-argon", 14_000_000, false)]
    [InlineData("xai", "web_search", "grok-4.7", 5_000_000, false)]
    public void The_catalogue_has_what_vendors_ask(string platform, string tool, string model, long nanoUsd, bool isPerRequest)
    {
        ToolFee fee = s_catalogue.FeesOf(platform).Find(tool, model, s_now)!;

        Assert.Equal((nanoUsd, isPerRequest), (fee.NanoUsd, fee.IsPerRequest));
        Assert.Equal((isPerRequest ? 1 : 7, 0), (fee.BilledOf(7), fee.BilledOf(0)));
    }

    [Theory]
    [InlineData("anthropic", "web_fetch")]
    [InlineData("openai", "code_interpreter")]
    [InlineData("azure", "web_search_preview")] // Nobody could be found who says.
    [InlineData("nobody", "web_search")]
    public void What_it_does_not_have_is_unknown_and_not_free(string platform, string tool) => Assert.Null(s_catalogue.FeesOf(platform).Find(tool, "m", s_now));

    [Fact]
    public void Models_that_search_in_every_answer_are_told_apart()
    {
        ToolFees fees = s_catalogue.FeesOf("openai");

        Assert.Equal([25_000_000, 10_000_000, null, null], ((string[])["gpt-4o-search-preview", "gpt-5-search-api-2025-10-14", "gpt-5.4", "gpt-4o"]).Select(model => fees.FindAlways(model, s_now)?.NanoUsd));
        Assert.Null(ToolFees.None.FindAlways("gpt-5-search-api", s_now));
    }

    [Fact]
    public void Every_fee_says_where_it_comes_from()
    {
        using var document = JsonDocument.Parse(s_file);
        foreach (JsonElement fee in document.RootElement.GetProperty("tool_fees").EnumerateArray())
        {
            Assert.NotEmpty(fee.GetProperty("source").GetString()!);
            Assert.True(DateOnly.TryParseExact(fee.GetProperty("source_date").GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
            Assert.True(fee.GetProperty("verified").ValueKind is JsonValueKind.True or JsonValueKind.False);
            Assert.True(fee.GetProperty("usd_per_1000").GetDecimal() > 0);
        }
    }

    [Fact]
    public void Of_fees_that_fit_the_first_holds_on_its_days_and_for_its_models()
    {
        ToolFees fees = new(
        [
            new ToolFee { Tool = "s", NanoUsd = 1, Models = ["a-1", "b*"] },
            new ToolFee { Tool = "s", NanoUsd = 2, Until = new DateOnly(2026, 11, 27) },
            new ToolFee { Tool = "s", NanoUsd = 3, From = new DateOnly(2026, 11, 28), Until = new DateOnly(2026, 11, 30) },
        ]);
        long? Find(string model, int day) => fees.Find("s", model, new DateTimeOffset(2026, 11, 27, 23, 59, 59, TimeSpan.Zero).AddDays(day))?.NanoUsd;

        Assert.Equal([1, 2, 1, 1], ((string[])["a-1", "a-12", "b", "b-3"]).Select(model => Find(model, 0)));
        Assert.Equal([2, 3, 3, 3, null], Enumerable.Range(0, 5).Select(day => Find("c", day)));
        Assert.Null(fees.Find("t", "c", s_now));
    }

    [Theory]
    [InlineData("2.5", 2_500_000)]
    [InlineData("0.0000000001", 1)] // Never less than is asked.
    public void A_fee_is_whole_nano_usd(string usdPer1000, long nanoUsd) => Assert.Equal(nanoUsd, Parse(usdPer1000, "use").FeesOf("p").Find("s", "m", s_now)!.NanoUsd);

    [Fact]
    public void A_fee_for_something_else_is_refused() => Assert.Throws<FormatException>(() => Parse("1", "hour"));

    private static PriceCatalogue Parse(string usdPer1000, string per) => PriceCatalogue.Parse(
        System.Text.Encoding.UTF8.GetBytes("""{"models":[],"tool_fees":[{"platform":"p","tool":"s","models":[],"per":"@per","usd_per_1000":@usd,"effective_from":null,"effective_until":null}]}"""
            .Replace("@per", per, StringComparison.Ordinal).Replace("@usd", usdPer1000, StringComparison.Ordinal)));
}
