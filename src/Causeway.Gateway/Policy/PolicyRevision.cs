using System.Collections.Frozen;
using System.Collections.Immutable;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Gateway.Residency;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;
using Causeway.Wire.Models;

namespace Causeway.Gateway.Policy;

/// <summary>Everything a request needs to know, in one immutable image. A request reads it once and sees one consistent world.</summary>
public sealed class PolicyRevision
{
    private readonly FrozenDictionary<string, ProviderRoute> _byName;
    private readonly Lazy<FrozenDictionary<string, ProviderRoute[]>> _catalogued;
    private readonly Lazy<FrozenDictionary<string, ProviderRoute[]>> _listed;

    private PolicyRevision(long number, ImmutableArray<ProviderRoute> providers)
    {
        Number = number;
        Providers = providers;
        _byName = providers.ToFrozenDictionary(route => route.Provider.Name, StringComparer.Ordinal);
        _catalogued = new(() => ByModel(route => route.Catalogued.Keys.Union(route.Provider.Prices.Keys, StringComparer.Ordinal)));
        _listed = new(() => ByModel(route => route.Listed.Keys));
    }

    // What was made of the providers is shared: everything else changes more often than they do.
    private PolicyRevision(PolicyRevision before)
    {
        Number = before.Number + 1;
        Keys = before.Keys;
        Revoked = before.Revoked;
        Deployment = before.Deployment;
        Routing = before.Routing;
        Contracts = before.Contracts;
        Agreements = before.Agreements;
        Classes = before.Classes;
        Providers = before.Providers;
        _byName = before._byName;
        _catalogued = before._catalogued;
        _listed = before._listed;
    }

    /// <summary>Grows with every change.</summary>
    public long Number { get; }

    /// <summary>Every key. Not frozen: a revocation holds for the next request, whichever revision it reads.</summary>
    public KeyRing Keys { get; private init; } = new();

    /// <summary>Prefixes of capability keys that are refused. Not frozen either, for the same reason.</summary>
    public RevokedPrefixes Revoked { get; private init; } = new();

    /// <summary>What this deployment is called: keys that are narrowed to deployments name it. Null: it has no name.</summary>
    public string? Deployment { get; private init; }

    /// <summary>The channels, and what decides beside them which release answers.</summary>
    public RoutingPolicy Routing { get; private init; } = RoutingPolicy.None;

    /// <summary>The channels with the releases that answer them, by name.</summary>
    public FrozenDictionary<string, ServedChannel> Channels => Routing.Channels;

    /// <summary>The registered contracts, every version of each.</summary>
    public ServedContracts Contracts { get; private init; } = ServedContracts.None;

    /// <summary>What lets data go to which provider.</summary>
    public AgreementRegister Agreements { get; private init; } = AgreementRegister.Empty;

    /// <summary>Which class of data requests of teams and features belong to at least.</summary>
    public ClassRules Classes { get; private init; } = ClassRules.None;

    /// <summary>The providers, in the configuration's order.</summary>
    public ImmutableArray<ProviderRoute> Providers { get; }

    /// <summary>The world before anything is known.</summary>
    public static PolicyRevision Empty => new(0, []);

    /// <summary>This revision with a key added or changed.</summary>
    public PolicyRevision With(Key key)
    {
        Keys.Put(key);
        return new PolicyRevision(this);
    }

    /// <summary>This revision with all of these keys and no other.</summary>
    public PolicyRevision WithKeys(IEnumerable<Key> keys) => new(this) { Keys = KeyRing.Of(keys) };

    /// <summary>
    /// This revision with what a store holds, whatever was known of it before; routing is to be put on it in the same step. Of what was known stays what no store takes back by having forgotten it: keys
    /// that were revoked, and what this instance has rolled back by itself.
    /// </summary>
    public PolicyRevision Anew(IEnumerable<Key> keys, IEnumerable<ServedContract> contracts, IEnumerable<Agreement> agreements)
    {
        KeyRing ring = KeyRing.Of(keys);
        foreach (Key revoked in Keys.All.Where(key => key.RevokedAt is not null))
        {
            ring.Put(revoked);
        }

        return new(this)
        {
            Keys = ring,
            Routing = Routing.Unread(),
            Contracts = ServedContracts.None.With(contracts),
            Agreements = AgreementRegister.Empty.Requiring(Agreements.IsRequired).With(agreements),
        };
    }

    /// <summary>This revision under another name, or none.</summary>
    public PolicyRevision Called(string? deployment) => deployment == Deployment ? this : new(this) { Deployment = deployment };

    /// <summary>
    /// This revision with these channels made or moved. Of two states of one channel the one with the higher version stands, in whatever order
    /// they come: writers publish after their commit, and not always in the order of the commits.
    /// </summary>
    public PolicyRevision WithChannels(params IEnumerable<ServedChannel> channels) => new(this) { Routing = Routing.With(0, channels, [], []) };

    /// <summary>This revision with changes of routing and of the channels that were pointed elsewhere with it: all of them at once.</summary>
    /// <param name="revision">The store's number of the change.</param>
    /// <param name="channels">Channels that were pointed elsewhere.</param>
    /// <param name="routings">Routings that changed.</param>
    /// <param name="releases">The releases that those speak of.</param>
    public PolicyRevision WithRouting(long revision, IEnumerable<ServedChannel> channels, IEnumerable<ChannelRouting> routings, IEnumerable<Release> releases) =>
        new(this) { Routing = Routing.With(revision, channels, routings, releases) };

    /// <summary>This revision with a rollback that this instance makes by itself, since its store is away.</summary>
    public PolicyRevision WithLocal(LocalRollback local, Release to) => new(this) { Routing = Routing.With(local, to) };

    /// <summary>This revision with these versions of contracts too, in whatever order they come.</summary>
    public PolicyRevision WithContracts(params IEnumerable<ServedContract> contracts) => new(this) { Contracts = Contracts.With(contracts) };

    /// <summary>This revision with these agreements too, in whatever order they come: the higher version of one stands.</summary>
    public PolicyRevision WithAgreements(params IEnumerable<Agreement> agreements) => new(this) { Agreements = Agreements.With(agreements) };

    /// <summary>This revision where a provider without an agreement is covered by nothing, or by what the configuration says.</summary>
    public PolicyRevision RequiringAgreements(bool isRequired) =>
        isRequired == Agreements.IsRequired ? this : new(this) { Agreements = Agreements.Requiring(isRequired) };

    /// <summary>This revision with other rules for classes of data.</summary>
    public PolicyRevision WithClasses(ClassRules classes) => ReferenceEquals(classes, Classes) ? this : new(this) { Classes = classes };

    /// <summary>This revision with other providers.</summary>
    public PolicyRevision With(IEnumerable<ProviderRoute> providers) => new(Number + 1, [.. providers]) { Keys = Keys, Revoked = Revoked, Deployment = Deployment, Routing = Routing, Contracts = Contracts, Agreements = Agreements, Classes = Classes };

    /// <summary>This revision with what a provider says that it serves.</summary>
    public PolicyRevision WithListed(string provider, IReadOnlyList<ListedModel> models) =>
        With(Providers.Select(route => route.Provider.Name == provider ? route.WithListed(models) : route));

    /// <summary>The provider of that name, or null.</summary>
    public ProviderRoute? FindProvider(ReadOnlySpan<char> name) =>
        _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out ProviderRoute? route) ? route : null;

    /// <summary>The channel of that name with its release, or null.</summary>
    public ServedChannel? FindChannel(ReadOnlySpan<char> name) =>
        Channels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out ServedChannel? channel) ? channel : null;

    /// <summary>The newest version of the contract of that name, or with <c>NAME@VERSION</c> exactly that one; null: there is none.</summary>
    public ServedContract? FindContract(ReadOnlySpan<char> nameOrNameAtVersion) => Contracts.Find(nameOrNameAtVersion);

    /// <summary>The providers that serve a bare model id: by the catalogue or a price of the deployment's own, or else by their own lists.</summary>
    public IReadOnlyList<ProviderRoute> FindByModel(string model) =>
        _catalogued.Value.TryGetValue(model, out ProviderRoute[]? routes) || _listed.Value.TryGetValue(model, out routes) ? routes : [];

    private FrozenDictionary<string, ProviderRoute[]> ByModel(Func<ProviderRoute, IEnumerable<string>> models) => Providers
        .SelectMany(route => models(route).Select(model => (model, route)))
        .GroupBy(pair => pair.model, pair => pair.route, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
}
