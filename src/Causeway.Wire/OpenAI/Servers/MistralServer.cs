using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>Mistral: members that it does not know are refused with 422, so what is not taken is left out of its own callers' bodies too.</summary>
internal static class MistralServer
{
    public static ServerDeviations Deviations { get; } = new()
    {
        Name = "mistral",
        SeedField = "random_seed",
        EndUserField = null,
        RequiredChoice = "any",
        StreamOptions = false,
        PrefillMember = "prefix",
        CallIds = new CallIdPattern(9, Exact: true, Alphanumeric: true),
        Efforts = [Effort.None, Effort.High],
        NotTaken =
        [
            Concept.CustomTool, Concept.CustomToolCall, Concept.Verbosity, Concept.LogProbs, Concept.LogitBias, Concept.EndUser, Concept.CacheKey,
            Concept.CacheMark, Concept.ServiceTier, Concept.Store, Concept.Moderation, Concept.StreamOptions, Concept.AudioBytes, Concept.DocumentBytes,
            Concept.ToolResultDocument, Concept.ParticipantName,
        ],
    };
}
