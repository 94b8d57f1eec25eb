using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Pins;
using Causeway.Wire.Models;

namespace Causeway.Admin.Providers;

/// <summary>A model at a provider.</summary>
internal sealed record ServedModel
{
    [Description("What a request writes as its model: the bare name where one provider serves it, else provider/model.")]
    public required string Id { get; init; }

    [Description("The provider's name for it.")]
    public required string Model { get; init; }

    public required string Provider { get; init; }

    [Description("openai, anthropic, gemini or bedrock: in which of them it is called at the provider.")]
    public required string Protocol { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<ModelKind>)), Description("An alias floats, a snapshot does not; of an unlisted model the catalogue knows neither.")]
    public required ModelKind Kind { get; init; }

    [Description("What the alias points at today; null: not known, or no alias.")]
    public required string? ResolvesTo { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<ModelStatus>)), Description("Where it stands in its vendor's life cycle; null: the catalogue does not know it.")]
    public required ModelStatus? Status { get; init; }

    [Description("The day from which it no longer answers; null: none announced.")]
    public required DateOnly? Retires { get; init; }

    [Description("The day before which it does not retire; null: not promised.")]
    public required DateOnly? RetiresNotBefore { get; init; }

    [Description("Tokens; null: not published.")]
    public required long? ContextWindow { get; init; }

    [Description("Tokens; null: not published.")]
    public required long? MaxOutputTokens { get; init; }

    [Description("List price as of today, USD per million tokens; null: the model is unpriced.")]
    public required ModelRates? Price { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<ModelSource>)), Description("Who says that it is served: the provider's own list before the catalogue, the catalogue before a price in the configuration.")]
    public required ModelSource Source { get; init; }

    /// <summary>Every model that is known by name at a provider.</summary>
    public static IEnumerable<string> NamesAt(ProviderRoute route) => route.Listed.Keys.Concat(route.Catalogued.Keys).Concat(route.Provider.Prices.Keys).Distinct(StringComparer.Ordinal);

    public static ServedModel Of(ProviderRoute route, string model, PolicyRevision policy, DateTimeOffset now)
    {
        CatalogueModel? known = route.Catalogued.GetValueOrDefault(model);
        ListedModel? listed = route.Listed.GetValueOrDefault(model);
        return new ServedModel
        {
            Id = policy.FindByModel(model) is [ProviderRoute only] && only.Provider.Name == route.Provider.Name ? model : $"{route.Provider.Name}/{model}",
            Model = model,
            Provider = route.Provider.Name,
            Protocol = ProtocolNames.Of(route.Provider.ProtocolOf(model)),
            Kind = known is null ? ModelKind.Unlisted : known.IsAlias ? ModelKind.Alias : ModelKind.Snapshot,
            ResolvesTo = known?.ResolvesTo,
            Status = known?.Status,
            Retires = listed?.Retires ?? known?.Retires,
            RetiresNotBefore = known?.RetiresNotBefore,
            ContextWindow = listed?.ContextWindow ?? known?.ContextWindow,
            MaxOutputTokens = listed?.MaxOutputTokens ?? known?.MaxOutputTokens,
            Price = route.PriceOf(model, served: null)?.RatesAt(inputTokens: 0, now) is { } rates ? ModelRates.Of(rates) : null,
            Source = listed is not null ? ModelSource.Provider : known is not null ? ModelSource.Catalogue : ModelSource.Configuration,
        };
    }
}

/// <summary>Rates in USD per million tokens, exact. A rate that is null is not priced apart: caches then bill as input.</summary>
internal sealed record ModelRates(
    string Input,
    string? CachedInput,
    [property: JsonPropertyName("cache_write_5m")] string? CacheWrite5m,
    [property: JsonPropertyName("cache_write_1h")] string? CacheWrite1h,
    string Output)
{
    public static ModelRates Of(Rates rates) => new(
        Money.Rate(rates.Input),
        Optional(rates.CacheRead),
        Optional(rates.CacheWrite5m),
        Optional(rates.CacheWrite1h),
        Money.Rate(rates.Output));

    private static string? Optional(long? rate) => rate is { } nano ? Money.Rate(nano) : null;
}

/// <summary>How firmly a name holds on to its weights.</summary>
internal enum ModelKind
{
    /// <summary>It floats.</summary>
    Alias,

    /// <summary>Dated and immutable.</summary>
    Snapshot,

    /// <summary>Served and unknown to the catalogue.</summary>
    Unlisted,
}

/// <summary>Who says that a model is served.</summary>
internal enum ModelSource
{
    /// <summary>The provider's own list.</summary>
    Provider,

    /// <summary>The shipped catalogue.</summary>
    Catalogue,

    /// <summary>A price in the configuration.</summary>
    Configuration,
}
