using System.Collections.Frozen;

namespace Causeway.Budgets.Agreements;

/// <summary>
/// Which regions of the large clouds lie in which geography, as data. <c>eu</c> is the European Union: London and Zurich are Europe and not in it. A region that is not
/// here lies in none but <c>global</c>: it is covered where an agreement names it.
/// </summary>
public static class Geography
{
    /// <summary>Anywhere; also what a provider is taken for that is bound to no region.</summary>
    public const string Global = "global";

    private static readonly FrozenDictionary<string, FrozenSet<string>> s_regions = new Dictionary<string, string>
    {
        ["eu"] =
            "eu-west-1 eu-west-3 eu-central-1 eu-north-1 eu-south-1 eu-south-2 europe-west1 europe-west3 europe-west4 europe-west8 europe-west9 europe-west10 europe-west12 europe-north1 "
            + "europe-north2 europe-central2 europe-southwest1 northeurope westeurope francecentral germanywestcentral italynorth polandcentral spaincentral swedencentral",
        ["us"] =
            "us-east-1 us-east-2 us-west-1 us-west-2 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 us-west2 us-west3 us-west4 eastus eastus2 centralus northcentralus "
            + "southcentralus westcentralus westus westus2 westus3",
        ["us-gov"] = "us-gov-east-1 us-gov-west-1",
        ["uk"] = "eu-west-2 europe-west2 uksouth ukwest",
        ["ch"] = "eu-central-2 europe-west6 switzerlandnorth switzerlandwest",
        ["ca"] = "ca-central-1 ca-west-1 northamerica-northeast1 northamerica-northeast2 canadacentral canadaeast",
        ["jp"] = "ap-northeast-1 ap-northeast-3 asia-northeast1 asia-northeast2 japaneast japanwest",
        ["au"] = "ap-southeast-2 ap-southeast-4 australia-southeast1 australia-southeast2 australiaeast australiasoutheast",
        ["in"] = "ap-south-1 ap-south-2 asia-south1 asia-south2 centralindia southindia westindia",
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Split(' ').ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>The geographies, <see cref="Global"/> first.</summary>
    public static IReadOnlyList<string> Known { get; } = [Global, .. s_regions.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether all of a region lies in what an agreement names.</summary>
    /// <param name="agreed">A region, or a geography.</param>
    /// <param name="region">Where data would go; null: it is bound to no region, which only <see cref="Global"/> covers.</param>
    public static bool Covers(string agreed, string? region) =>
        agreed == Global || agreed == region || (region is not null && s_regions.TryGetValue(agreed, out FrozenSet<string>? within) && within.Contains(region));

    /// <summary>The geography that a region lies in, or is; null: none that is known.</summary>
    public static string? Of(string? region) => region is null ? null
        : region == Global || s_regions.ContainsKey(region) ? region
        : s_regions.FirstOrDefault(pair => pair.Value.Contains(region)).Key;
}
