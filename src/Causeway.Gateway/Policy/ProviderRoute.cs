using System.Collections.Frozen;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Wire.Models;

namespace Causeway.Gateway.Policy;

/// <summary>A provider with the way to it and the models that it serves.</summary>
public sealed class ProviderRoute
{
    private readonly PriceCatalogue _prices;

    /// <summary>Joins a provider with its client and with what the catalogues know of its platform.</summary>
    public ProviderRoute(Provider provider, UpstreamClient client, ModelCatalogue models, PriceCatalogue prices)
        : this(provider, client, prices, Catalogue(provider, models), FrozenDictionary<string, ListedModel>.Empty)
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

    /// <summary>Its platform's models as the catalogue knows them, by id.</summary>
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
            : (served is not null ? _prices.Find(platform, served) : null) ?? _prices.Find(platform, sent));

    /// <summary>This route with the provider's own list of models.</summary>
    public ProviderRoute WithListed(IReadOnlyList<ListedModel> models) => new(
        Provider,
        Client,
        _prices,
        Catalogued,
        models.DistinctBy(model => model.Id, StringComparer.Ordinal).ToFrozenDictionary(model => model.Id, StringComparer.Ordinal));

    private static FrozenDictionary<string, CatalogueModel> Catalogue(Provider provider, ModelCatalogue models) =>
        provider.Catalogue is { } platform
            ? models.On(platform).ToFrozenDictionary(model => model.Id, StringComparer.Ordinal)
            : FrozenDictionary<string, CatalogueModel>.Empty;
}
