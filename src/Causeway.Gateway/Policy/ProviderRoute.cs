using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Wire;
using Causeway.Wire.Models;

namespace Causeway.Gateway.Policy;

/// <summary>A provider with the way to it and the models that it serves.</summary>
public sealed partial class ProviderRoute
{
    private readonly PriceCatalogue _prices;

    /// <summary>Joins a provider with its client and with what the catalogues know of its platform.</summary>
    public ProviderRoute(Provider provider, UpstreamClient client, ModelCatalogue models, PriceCatalogue prices)
        : this(provider, client, prices, CatalogueOf(provider, models), FrozenDictionary<string, ListedModel>.Empty)
    {
    }

    private ProviderRoute(
        Provider provider,
        UpstreamClient client,
        PriceCatalogue prices,
        FrozenDictionary<string, CatalogueModel> catalogued,
        FrozenDictionary<string, ListedModel> listed)
    {
        Provider = provider;
        Client = client;
        _prices = prices;
        Catalogued = catalogued;
        Listed = listed;
    }

    /// <summary>The account.</summary>
    public Provider Provider { get; }

    /// <summary>The way to it. Outlives a revision: streams that began on it end on it.</summary>
    public UpstreamClient Client { get; }

    /// <summary>Its platform's models as the catalogue knows them, by id; none where calls name deployments of the account's own.</summary>
    public FrozenDictionary<string, CatalogueModel> Catalogued { get; }

    /// <summary>The models that it says itself that it serves, by id; empty until it was asked.</summary>
    public FrozenDictionary<string, ListedModel> Listed { get; }

    /// <summary>True when the model is known by name. Names that are not are kept out of metric labels.</summary>
    public bool Knows(string model) => Catalogued.ContainsKey(model) || Listed.ContainsKey(model) || Provider.Prices.ContainsKey(model);

    /// <summary>
    /// The price of a call: the deployment's own price first, then the catalogue's; by the model that answered first, since an
    /// alias says nothing of what was billed, then by the one that was sent.
    /// </summary>
    public ModelPrice? PriceOf(string sent, string? served) =>
        (served is not null ? Provider.Prices.GetValueOrDefault(served) : null)
        ?? Provider.Prices.GetValueOrDefault(sent)
        ?? (Provider.Catalogue is not { } platform
            ? null
            : (served is not null ? FindPrice(platform, served) : null) ?? FindPrice(platform, sent));

    /// <summary>What a use of one of the provider's own tools costs with a model; null: nobody says, which is not free.</summary>
    public ToolFee? FeeOf(string tool, string model, DateTimeOffset at) =>
        Provider.ToolFees.Find(tool, model, at) ?? (Provider.Catalogue is { } platform ? _prices.FeesOf(platform).Find(tool, model, at) : null);

    /// <summary>What a tool costs that a model uses in every answer; null: it uses none.</summary>
    public ToolFee? FeeOfEvery(string model, DateTimeOffset at) =>
        Provider.Catalogue is { } platform && _prices.FeesOf(platform).FindAlways(model, at) is { } always ? Provider.ToolFees.Find(always.Tool, model, at) ?? always : null;

    /// <summary>This route with the provider's own list of models.</summary>
    public ProviderRoute WithListed(IReadOnlyList<ListedModel> models) => new(
        Provider,
        Client,
        _prices,
        Catalogued,
        models.DistinctBy(model => model.Id, StringComparer.Ordinal).ToFrozenDictionary(model => model.Id, StringComparer.Ordinal));

    // Azure's entries are labels, azure/NAME, since calls name deployments. Its answers name the model with the date of its version, and
    // the catalogue may know it with the date or without.
    private ModelPrice? FindPrice(string platform, string model) =>
        _prices.Find(platform, model)
        ?? (Platforms.CallsDeployments(Provider.Platform)
            ? _prices.Find(platform, $"{platform}/{model}") ?? _prices.Find(platform, $"{platform}/{WithoutDate(model)}")
            : null);

    private static string WithoutDate(string model) => DatedName().Replace(model, "");

    private static FrozenDictionary<string, CatalogueModel> CatalogueOf(Provider provider, ModelCatalogue models) =>
        provider.Catalogue is { } platform && !Platforms.CallsDeployments(provider.Platform)
            ? models.On(platform).ToFrozenDictionary(model => model.Id, StringComparer.Ordinal)
            : FrozenDictionary<string, CatalogueModel>.Empty;

    [GeneratedRegex(@"-[0-9]{4}-[0-9]{2}-[0-9]{2}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DatedName();
}
