using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>llama.cpp's server: one model, one answer a request; what it does not know it passes over.</summary>
internal static class LlamaCppServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "llamacpp",
        OffersResponses = true,
        EndUserField = null,
        StrictMember = false,
        ReasoningField = "reasoning_content",
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.Choices, Concept.EndUser, Concept.CacheKey, Concept.CacheMark,
            Concept.ServiceTier, Concept.DocumentBytes, Concept.ToolResultDocument, Concept.ToolChoiceNamed,
        ],
        AlsoTaken = [Concept.TopK],
    };
}
