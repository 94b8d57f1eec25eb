using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>Together: open models with sampling members beyond OpenAI's.</summary>
internal static class TogetherServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "together",
        EndUserField = null,
        StrictMember = false,
        Efforts = [Effort.Low, Effort.Medium, Effort.High],
        ReasoningField = "reasoning",
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.EndUser, Concept.CacheKey, Concept.CacheMark, Concept.ServiceTier,
            Concept.DocumentBytes, Concept.ToolResultDocument, Concept.SingleToolCall,
        ],
        AlsoTaken = [Concept.TopK],
    };
}
