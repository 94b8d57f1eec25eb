using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>vLLM: any open model behind its chat template; sampling members beyond OpenAI's, and unknown ones passed over.</summary>
internal static class VllmServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "vllm",
        CapField = "max_completion_tokens",
        OffersResponses = true,
        Efforts = [Effort.Low, Effort.Medium, Effort.High],
        ReasoningField = "reasoning",
        NotTaken = [Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.CacheKey, Concept.CacheMark, Concept.ServiceTier, Concept.DocumentBytes, Concept.ToolResultDocument],
        AlsoTaken = [Concept.TopK],
    };
}
