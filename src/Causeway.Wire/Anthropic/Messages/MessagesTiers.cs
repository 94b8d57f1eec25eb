using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Service tiers: this vendor sells two, and tells in which one it served.</summary>
internal static class MessagesTiers
{
    /// <summary>The tier to ask for; null where another vendor's word has no equal here.</summary>
    public static string? Asked(JsonSlice word) => word.Text() switch
    {
        "auto" => "auto",
        "default" or "standard" or "standard_only" => "standard_only",
        _ => null,
    };

    /// <summary>The tier to tell; null where another vendor's word has no equal here.</summary>
    public static string? Served(string? word) => word switch
    {
        "standard" or "default" or "flex" => "standard",
        "priority" or "fast" => "priority",
        "batch" => "batch",
        _ => null,
    };
}
