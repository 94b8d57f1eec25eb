using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>xAI: Responses is the main interface and chat is called legacy; its reasoning models refuse penalties and stop sequences.</summary>
internal static class XaiServer
{
    private static readonly Concept[] RefusedWhileReasoning = [Concept.FrequencyPenalty, Concept.PresencePenalty, Concept.StopSequences];

    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "xai",
        OffersResponses = true,
        CapField = "max_completion_tokens",
        OneSystemMessage = false,
        Efforts = [Effort.Low, Effort.Medium, Effort.High],
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.CacheMark, Concept.AudioBytes, Concept.DocumentBytes,
            Concept.ToolResultDocument,
        ],
        Models =
        [
            new ModelDeviation("*non-reasoning*") { NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },
            new ModelDeviation("grok-2*") { NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },
            new ModelDeviation("grok-3-mini*") { NotTaken = RefusedWhileReasoning },
            new ModelDeviation("grok-3*") { NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },

            // The first Grok 4 models reason and cannot be told how much.
            new ModelDeviation("grok-4-0709*") { NotTaken = [.. RefusedWhileReasoning, Concept.ReasoningEffort, Concept.ReasoningBudget] },
            new ModelDeviation("*") { NotTaken = RefusedWhileReasoning },
        ],
    };
}
