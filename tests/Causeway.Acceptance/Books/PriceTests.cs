using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>What a request costs, worked out by hand; and what has no price is not free.</summary>
public sealed class PriceTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task A_cost_is_the_catalogues_prices_times_what_the_provider_reports()
    {
        string key = await house.Gateway.NewKeyAsync(feature: "priced");
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { usage = new { input_uncached = 1000, cache_read = 500, output = 200, reasoning = 150 } } } } });

        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("gpt-4o-mini"));

        // USD for a million tokens: 0.15 of input, 0.075 of cached input, 0.60 of output, which reasoning is a part of.
        JsonElement row = Assert.Single(await house.Gateway.SpendAsync("feature,model"), row => row.GetProperty("feature").GetString() == "priced");
        Assert.Equal((1000 * 150) + (500 * 75) + (200 * 600), row.GetProperty("cost_nano_usd").GetInt64());
        Assert.Equal("0.000307500", row.GetProperty("cost_usd").GetString());
        Assert.Equal("all", row.GetProperty("priced").GetString());
    }

    [Fact]
    public async Task A_model_without_a_price_is_unpriced_and_not_free()
    {
        string key = await house.Gateway.NewKeyAsync(feature: "unpriced");

        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("openai/sim-small"));

        JsonElement row = Assert.Single(await house.Gateway.SpendAsync("feature"), row => row.GetProperty("feature").GetString() == "unpriced");
        CommandRun table = await house.Gateway.RunAsync("spend", "--by", "feature");
        CommandRun models = await house.Gateway.RunAsync("models", "--provider", "openai", "--search", "sim-small");
        Assert.Equal(JsonValueKind.Null, row.GetProperty("cost_nano_usd").ValueKind);
        Assert.Equal("none", row.GetProperty("priced").GetString());
        Assert.Contains("unpriced", LineWith(table.Output, "unpriced ")[9..], StringComparison.Ordinal);
        Assert.Contains("unpriced", models.Output, StringComparison.Ordinal);
    }

    private static string LineWith(string text, string start) => Assert.Single(text.Split('\n'), line => line.TrimStart().StartsWith(start, StringComparison.Ordinal)).TrimStart();
}
