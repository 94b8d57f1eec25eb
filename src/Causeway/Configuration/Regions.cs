using Causeway.Configuration.Yaml;

namespace Causeway.Configuration;

/// <summary>
/// Regions of the large platforms, to notice slips of the pen. Platforms open regions and operators name their own, so a name that is not
/// here is at most doubted, never refused.
/// </summary>
internal static class Regions
{
    private static readonly string[] Known =
    [
        "global", "us", "eu", "apac",
        "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "ca-west-1", "sa-east-1", "mx-central-1", "eu-west-1", "eu-west-2",
        "eu-west-3", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "il-central-1", "me-south-1", "me-central-1",
        "af-south-1", "ap-east-1", "ap-east-2", "ap-south-1", "ap-south-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
        "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "us-gov-east-1",
        "us-gov-west-1",
        "us-central1", "us-east1", "us-east4", "us-east5", "us-south1", "us-west1", "us-west2", "us-west3", "us-west4",
        "northamerica-northeast1", "northamerica-northeast2", "southamerica-east1", "europe-west1", "europe-west2", "europe-west3",
        "europe-west4", "europe-west6", "europe-west8", "europe-west9", "europe-west12", "europe-north1", "europe-central2",
        "europe-southwest1", "asia-east1", "asia-east2", "asia-northeast1", "asia-northeast2", "asia-northeast3", "asia-south1",
        "asia-southeast1", "asia-southeast2", "australia-southeast1", "me-west1", "me-central1", "me-central2",
        "eastus", "eastus2", "centralus", "northcentralus", "southcentralus", "westus", "westus2", "westus3", "canadacentral", "canadaeast",
        "brazilsouth", "northeurope", "westeurope", "uksouth", "ukwest", "francecentral", "germanywestcentral", "italynorth", "norwayeast",
        "polandcentral", "spaincentral", "swedencentral", "switzerlandnorth", "switzerlandwest", "uaenorth", "southafricanorth",
        "centralindia", "southindia", "japaneast", "japanwest", "koreacentral", "eastasia", "southeastasia", "australiaeast",
    ];

    /// <summary>What to say about a name that is almost one of the known; null: nothing.</summary>
    public static string? Doubt(string region) =>
        !Known.Contains(region) && NearestMatch.Find(region, Known) is { } near
            ? $"{Shown.Quoted(region)} is not a region of the large platforms; did you mean \"{near}\"?"
            : null;
}
