using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>DeepSeek: text only; the V4 models refuse a tool loop whose reasoning does not come back, the older ones refuse reasoning that does.</summary>
internal static class DeepSeekServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "deepseek",
        OffersResponses = true,
        EndUserField = null,
        StrictMember = false,
        Efforts = [Effort.High, Effort.Max],
        ReasoningField = "reasoning_content",
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.Choices, Concept.Seed, Concept.LogitBias, Concept.EndUser,
            Concept.CacheKey, Concept.CacheMark, Concept.ServiceTier, Concept.ImageBytes, Concept.ImageUrl, Concept.AudioBytes, Concept.DocumentBytes,
            Concept.ToolResultImage, Concept.ToolResultDocument, Concept.SingleToolCall,
        ],
        Models =
        [
            new ModelDeviation("deepseek-v4*") { WantsReasoningOfCalls = true },
            new ModelDeviation("deepseek-flash") { WantsReasoningOfCalls = true },
            new ModelDeviation("deepseek-reasoner") { StripsReasoning = true, NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },
            new ModelDeviation("deepseek-chat") { StripsReasoning = true, NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },
            new ModelDeviation("deepseek-v3*") { StripsReasoning = true, NotTaken = [Concept.ReasoningEffort, Concept.ReasoningBudget] },
        ],
    };
}
