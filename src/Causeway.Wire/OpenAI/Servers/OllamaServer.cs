using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>Ollama's /v1 layer: images as data URLs only, no choice among tools, one answer a request.</summary>
internal static class OllamaServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "ollama",
        OffersResponses = true,
        EndUserField = null,
        StrictMember = false,
        Efforts = [Effort.None, Effort.Low, Effort.Medium, Effort.High],
        ReasoningField = "reasoning",
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.Choices, Concept.LogitBias, Concept.EndUser, Concept.CacheKey,
            Concept.CacheMark, Concept.ServiceTier, Concept.DocumentBytes, Concept.ToolResultDocument, Concept.ImageUrl, Concept.AudioBytes,
            Concept.ToolChoiceNone, Concept.ToolChoiceRequired, Concept.ToolChoiceNamed, Concept.SingleToolCall,
        ],
    };
}
