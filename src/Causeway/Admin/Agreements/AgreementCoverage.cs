using System.ComponentModel;
using Causeway.Admin.Providers;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Admin.Agreements;

/// <summary>What may go where now.</summary>
internal sealed record AgreementCoverage(
    [property: Description("A provider without an agreement is covered by nothing (agreements: required).")] bool Required,
    [property: Description("The classes of data, the least protected first.")] IReadOnlyList<string> Classes,
    [property: Description("In the order of the configuration.")] IReadOnlyList<CoveredProvider> Providers,
    [property: Description("Classes that no provider may have.")] IReadOnlyList<string> Nowhere,
    DateTimeOffset At)
{
    public static AgreementCoverage Of(PolicyRevision policy, DateTimeOffset now)
    {
        CoveredProvider[] providers = [.. policy.Providers.Select(route => CoveredProvider.Of(route, policy, now))];
        return new AgreementCoverage(
            policy.Agreements.IsRequired,
            DataClasses.Known,
            providers,
            [.. DataClasses.Known.Where(word => !providers.Any(one => one.Classes.Any(row => row.DataClass == word && row.By != "none")))],
            now);
    }
}

/// <summary>What may go to one provider now.</summary>
internal sealed record CoveredProvider(
    string Provider,
    [property: Description("Where it is bound to process; null: not bound.")] string? Region,
    [property: Description("agreement: an agreement was made with it, and its agreements alone count; configuration: none was, and its data in the configuration counts; none: none was, and one is required, or the configuration lets nothing go.")] string Basis,
    [property: Description("For each class, what lets it go.")] IReadOnlyList<CoveredClass> Classes,
    [property: Description("When the last of what lets something go ends; null: nothing does, or the configuration does.")] DateTimeOffset? Until,
    [property: Description("Models that it is known to serve.")] int Models,
    [property: Description("Of those, what may have data of no class at all, by name; 20 at most.")] IReadOnlyList<string> UncoveredModels,
    [property: Description("Channels whose release, or candidate, has a pin there.")] IReadOnlyList<string> Channels)
{
    private const int MaxNamed = 20;

    /// <summary>What agreements let go to a provider.</summary>
    /// <param name="route">The provider.</param>
    /// <param name="policy">What is served.</param>
    /// <param name="now">The moment.</param>
    public static CoveredProvider Of(ProviderRoute route, PolicyRevision policy, DateTimeOffset now)
    {
        AgreementRegister agreements = policy.Agreements;
        Provider provider = route.Provider;
        string[] models = [.. ServedModel.NamesAt(route)];
        IReadOnlyList<ClassCoverage> classes = ClassCoverage.Of(provider, models, agreements, now);
        bool hasAgreements = agreements.Of(provider.Name).Any();
        return new CoveredProvider(
            provider.Name,
            provider.Region,
            hasAgreements ? "agreement" : classes.Any(one => one.By is not null) ? "configuration" : "none",
            [.. classes.Select(CoveredClass.Of)],
            classes.Max(one => one.By?.Agreement?.End),
            models.Length,
            [.. models.Where(model => ClassCoverage.Of(provider, [model], agreements, now).All(one => one.By is null)).Take(MaxNamed)],
            [.. policy.Channels.Values.Where(served => PinsOf(served).Any(pin => pin.Provider == provider.Name)).Select(served => served.Channel.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The pins of what a channel serves, and of its candidate.</summary>
    public static IEnumerable<Pin> PinsOf(ServedChannel served) => new Release?[] { served.Release, served.Served.Release, served.Candidate?.Release }.OfType<Release>().DistinctBy(one => one.Id).SelectMany(release => release.Pins).Distinct();
}

/// <summary>What lets data of a class go to a provider.</summary>
internal sealed record CoveredClass(
    string DataClass,
    [property: Description("agreement, configuration, or none: it may not go.")] string By,
    [property: Description("The agreement's id; null: another thing lets it go, or nothing.")] string? Agreement,
    [property: Description("When that ends; null: it has no end, or does not let it go.")] DateTimeOffset? Until,
    [property: Description("How many of the provider's models may have it.")] int Models)
{
    public static CoveredClass Of(ClassCoverage one) =>
        new(one.DataClass, one.By is null ? "none" : one.By.Agreement is null ? "configuration" : "agreement", one.By?.Cited, one.By?.Agreement?.End, one.Models);
}
