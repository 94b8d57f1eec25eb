using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Other vendors' words for the service tier.</summary>
internal static class ServiceTiers
{
    /// <summary>The word here; null: there is none, or the vendor chooses anyway.</summary>
    public static string? Of(JsonSlice tier) => tier.Text() switch
    {
        "flex" => "flex",
        "priority" => "priority",
        "default" or "standard" or "standard_only" => "standard",
        _ => null,
    };
}
