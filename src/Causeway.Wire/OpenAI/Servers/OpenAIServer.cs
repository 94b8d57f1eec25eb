using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>OpenAI itself, and Azure, which serves the same models by the same rules.</summary>
internal static class OpenAIServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "openai",
        HasOpenAIModels = true,
        OffersResponses = true,
        CapField = "max_completion_tokens",
        EndUserField = "safety_identifier",
        DeveloperRole = true,
        OneSystemMessage = false,
        RefusalMember = true,
        SubsetChoice = true,

        // Chat refuses longer ids with "Expected a string with maximum length 40".
        CallIds = new CallIdPattern(40),

        // Which of them a model takes is said by OpenAIModelRules.
        Efforts = [Effort.None, Effort.Minimal, Effort.Low, Effort.Medium, Effort.High, Effort.XHigh, Effort.Max],
    };
}
