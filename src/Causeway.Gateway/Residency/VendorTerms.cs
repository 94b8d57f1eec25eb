using Causeway.Budgets.Agreements;
using Causeway.Gateway.Policy;
using Causeway.Wire;

namespace Causeway.Gateway.Residency;

/// <summary>What a vendor's own API has to be told so that it processes where its provider is bound to. Where it is told by address and account alone (Bedrock, Vertex, Azure) that is nothing.</summary>
/// <param name="Host">OpenAI's host of the region, in place of the configured one; null: the configured one.</param>
/// <param name="Geo">What becomes of Anthropic's <c>inference_geo</c>.</param>
internal sealed record VendorTerms(string? Host, InferenceGeo Geo)
{
    private const string OpenAIHost = "api.openai.com";

    // Hosts that terminate and infer in their region (platform.openai.com/docs/guides/your-data, read 2026-11).
    private static readonly Dictionary<string, string> s_hosts = new[] { "us", "eu", "au", "in", "jp" }.ToDictionary(region => region, region => $"{region}.{OpenAIHost}", StringComparer.Ordinal);

    public static VendorTerms Of(Provider provider)
    {
        string? geography = Geography.Of(provider.Region);
        return provider.Platform switch
        {
            Platform.OpenAI when geography is not null && (provider.Endpoint.Host == OpenAIHost || provider.Endpoint.Host.EndsWith("." + OpenAIHost, StringComparison.Ordinal)) =>
                new VendorTerms(s_hosts.GetValueOrDefault(geography), InferenceGeo.AsItCame),
            Platform.Anthropic => new VendorTerms(null, geography switch { "us" => InferenceGeo.Us, Geography.Global => InferenceGeo.Global, null when provider.Region is null => InferenceGeo.Global, _ => InferenceGeo.None }),
            _ => new VendorTerms(null, InferenceGeo.AsItCame),
        };
    }
}

/// <summary>What becomes of the member by which Anthropic is told where to infer; it knows <c>us</c> and <c>global</c>.</summary>
internal enum InferenceGeo
{
    /// <summary>It is not Anthropic's API.</summary>
    AsItCame,

    /// <summary>It is <c>us</c>.</summary>
    Us,

    /// <summary>It is <c>global</c> where the caller wrote another, and missing where it did not: models of before 4.6 refuse the member.</summary>
    Global,

    /// <summary>There is no word for the region, and none is sent.</summary>
    None,
}
