using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>Groq: probabilities and several answers are refused; the last usage of a stream may stand in <c>x_groq</c>.</summary>
internal static class GroqServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "groq",
        OffersResponses = true,
        CapField = "max_completion_tokens",
        Efforts = [Effort.Low, Effort.Medium, Effort.High],
        ReasoningField = "reasoning",
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.Choices, Concept.LogProbs, Concept.LogitBias, Concept.CacheKey,
            Concept.CacheMark, Concept.AudioBytes, Concept.DocumentBytes, Concept.ToolResultDocument, Concept.ParticipantName,
        ],
        Models =
        [
            // Only the open GPT models have levels; others take their own words.
            new ModelDeviation("*gpt-oss*") { NotTaken = [] },
            new ModelDeviation("*") { NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },
        ],
    };
}
