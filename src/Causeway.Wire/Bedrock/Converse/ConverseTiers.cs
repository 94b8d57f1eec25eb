using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Service tiers.</summary>
internal static class ConverseTiers
{
    /// <summary>The tier to ask for; null where another vendor's word has no equal here.</summary>
    public static string? Asked(JsonSlice word) => word.Text() switch
    {
        "default" or "standard" or "standard_only" => "default",
        "flex" => "flex",
        "priority" or "fast" => "priority",
        _ => null,
    };
}
