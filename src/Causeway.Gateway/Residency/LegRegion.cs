using Causeway.Budgets.Agreements;
using Causeway.Gateway.Policy;
using Causeway.Wire;

namespace Causeway.Gateway.Residency;

/// <summary>Where a call of a model is processed, as far as its provider binds it.</summary>
internal static class LegRegion
{
    // Inference profiles of Bedrock: the prefix of the id says between which regions a request may be moved, whatever the endpoint's
    // (docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html, read 2026-11). "apac" spans several countries.
    private static readonly string[] s_profiles = ["eu", "us", "jp", "au", "in", "ca", "apac", "us-gov", Geography.Global];

    /// <summary>A region, or a geography that the call may be moved in; null: it is bound to none.</summary>
    public static string? Of(Provider provider, string model)
    {
        if (provider.Platform == Platform.Bedrock && model.IndexOf('.', StringComparison.Ordinal) is > 0 and <= 6 and int dot)
        {
            foreach (string profile in s_profiles)
            {
                if (model.AsSpan(0, dot).SequenceEqual(profile))
                {
                    return profile;
                }
            }
        }

        return provider.Platform == Platform.Vertex ? provider.Address.Location ?? provider.Region : provider.Region; // Vertex: the place in host and path is the place.
    }
}
