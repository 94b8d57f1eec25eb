using System.Text;
using System.Text.Json;
using Causeway.Releases.Pins;

namespace Causeway.Releases.Tests.Pins;

/// <summary>The catalogue that the product ships, read as the product reads it.</summary>
public sealed class ModelCatalogueTests
{
    private static readonly byte[] s_file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models.json"));

    private static readonly ModelCatalogue s_catalogue = ModelCatalogue.Parse(s_file);

    [Fact]
    public void A_model_is_found_with_its_life()
    {
        CatalogueModel model = Find("openai", "gpt-5.6-sol");

        Assert.False(model.IsAlias);
        Assert.Equal("openai", model.Vendor);
        Assert.Equal(ModelStatus.Active, model.Status);
        Assert.Equal(new DateOnly(2026, 7, 9), model.Released);
        Assert.Null(model.Retires);
        Assert.Equal(1_050_000, model.ContextWindow);
        Assert.Equal(128_000, model.MaxOutputTokens);
    }

    [Theory]
    [InlineData("openai", "gpt-5", "gpt-5-2025-08-07")]
    [InlineData("openai", "gpt-5.6", "gpt-5.6-sol")]
    [InlineData("openai", "gpt-4o", "gpt-4o-2024-08-06")]
    [InlineData("anthropic", "claude-opus-4-5", "claude-opus-4-5-20251101")]
    [InlineData("anthropic", "claude-haiku-4-5", "claude-haiku-4-5-20251001")] // Listed only as the snapshot's alias.
    [InlineData("mistral", "mistral-large-latest", "mistral-large-2512")]
    public void An_alias_says_what_it_points_at_and_that_is_a_snapshot(string platform, string alias, string snapshot)
    {
        CatalogueModel model = Find(platform, alias);

        Assert.True(model.IsAlias);
        Assert.Equal(snapshot, model.ResolvesTo);
        Assert.False(Find(platform, snapshot).IsAlias);
    }

    [Fact]
    public void An_alias_whose_target_is_unknown_says_so()
    {
        CatalogueModel model = Find("gemini", "gemini-flash-latest");

        Assert.True(model.IsAlias);
        Assert.Null(model.ResolvesTo);
    }

    [Theory]
    [InlineData("openai", "gpt-5", 2026, 12, 11)]
    [InlineData("openai", "gpt-5-2025-08-07", 2026, 12, 11)] // Behind the alias: the same end.
    [InlineData("openai", "gpt-4o-2024-08-06", 2027, 1, 14)]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", 2026, 11, 30)]
    [InlineData("anthropic", "claude-sonnet-4-5", 2026, 11, 30)]
    [InlineData("gemini", "gemini-2.5-pro", 2026, 12, 1)]
    public void An_announced_end_is_known(string platform, string model, int year, int month, int day)
    {
        Assert.Equal(new DateOnly(year, month, day), Find(platform, model).Retires);
        Assert.Equal(ModelStatus.Deprecated, Find(platform, model).Status);
    }

    [Fact]
    public void A_promised_life_is_known() =>
        Assert.Equal(new DateOnly(2026, 11, 24), Find("anthropic", "claude-opus-4-5").RetiresNotBefore);

    [Theory]
    [InlineData("openai", "gpt-99")]
    [InlineData("openai", "claude-opus-5-5")]
    [InlineData("openai", "GPT-5")]
    [InlineData("acme", "gpt-5")]
    [InlineData("", "")]
    public void An_unknown_model_is_null(string platform, string model) => Assert.Null(s_catalogue.Find(platform, model));

    [Fact]
    public void A_platform_lists_its_models_once_each()
    {
        string[] ids = [.. s_catalogue.On("anthropic").Select(model => model.Id)];

        Assert.Contains("claude-opus-5-5", ids);
        Assert.Contains("claude-sonnet-4-5", ids);
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(s_catalogue.On("anthropic"), model => Assert.Equal("anthropic", model.Platform));
    }

    [Fact]
    public void A_platform_that_is_not_known_has_no_models() => Assert.Empty(s_catalogue.On("acme"));

    [Fact]
    public void Every_entry_of_the_file_is_found_under_its_own_name()
    {
        using var document = JsonDocument.Parse(s_file);
        foreach (JsonElement entry in document.RootElement.GetProperty("models").EnumerateArray())
        {
            CatalogueModel model = Find(entry.GetProperty("platform").GetString()!, entry.GetProperty("id").GetString()!);

            Assert.Equal(entry.GetProperty("is_alias").GetBoolean(), model.IsAlias);
            Assert.Contains(model.Platform, s_catalogue.Platforms);
        }
    }

    [Fact]
    public void An_alias_that_has_an_end_does_not_hide_another_of_its_target() => Assert.All(
        s_catalogue.Platforms.SelectMany(s_catalogue.On).Where(model => model is { IsAlias: true, ResolvesTo: not null }),
        alias => Assert.Equal(Find(alias.Platform, alias.ResolvesTo!).Retires, alias.Retires));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("not json")]
    public void What_is_no_JSON_is_refused(string text) =>
        Assert.ThrowsAny<JsonException>(() => ModelCatalogue.Parse(Encoding.UTF8.GetBytes(text)));

    private static CatalogueModel Find(string platform, string model) =>
        s_catalogue.Find(platform, model) ?? throw new InvalidOperationException($"{platform}/{model} is not in the catalogue");
}
