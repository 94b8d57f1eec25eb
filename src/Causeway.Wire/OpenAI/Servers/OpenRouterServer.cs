using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>OpenRouter: any vendor's model; signed and encrypted reasoning has to come back as it was given.</summary>
internal static class OpenRouterServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "openrouter",
        CapField = "max_completion_tokens",
        OffersResponses = true,
        OneSystemMessage = false,
        Efforts = [Effort.None, Effort.Minimal, Effort.Low, Effort.Medium, Effort.High, Effort.XHigh],
        ReasoningField = "reasoning",
        ReasoningDetails = true,
        NotTaken = [Concept.CustomTool, Concept.CustomToolCall, Concept.Choices, Concept.CacheKey, Concept.CacheMark],
        AlsoTaken = [Concept.TopK],
    };
}
