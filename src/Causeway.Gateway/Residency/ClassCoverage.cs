using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Residency;

/// <summary>What lets data of one class go to a provider at a moment, and to how many of its models.</summary>
/// <param name="DataClass">The class, one of <see cref="DataClasses.Known"/>.</param>
/// <param name="By">What lets it go to the most models; null: nothing lets it go to any.</param>
/// <param name="Models">How many of the models that were asked for may have it.</param>
public sealed record ClassCoverage(string DataClass, Coverage? By, int Models)
{
    /// <summary>Looks at every class, the least protected first.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="models">Its models by name; a model may be bound to another place than its provider. Empty: asked as one that is not.</param>
    /// <param name="agreements">What was agreed.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<ClassCoverage> Of(Provider provider, IReadOnlyList<string> models, AgreementRegister agreements, DateTimeOffset now)
    {
        // Models are bound to few places: each is asked for once.
        (string? Region, int Models)[] places = [.. (models.Count == 0 ? [""] : models).Select(model => LegRegion.Of(provider, model)).GroupBy(region => region, StringComparer.Ordinal).Select(group => (group.Key, group.Count()))];
        long nowMs = now.ToUnixTimeMilliseconds();
        return [.. DataClasses.Known.Select((word, rank) =>
        {
            (Coverage? By, int Models)[] found = [.. places.Select(place => (agreements.Find(provider.Name, place.Region, provider.HighestData, rank, nowMs), place.Models)).Where(one => one.Item1 is not null).OrderByDescending(one => one.Models)];
            return new ClassCoverage(word, found.FirstOrDefault().By, models.Count == 0 ? 0 : found.Sum(one => one.Models));
        })];
    }
}
