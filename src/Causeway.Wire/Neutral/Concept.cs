namespace Causeway.Wire.Neutral;

/// <summary>What a field of a request asks for, whichever protocol spells it. Names of a mapping table, not of a wire format.</summary>
internal enum Concept : byte
{
    // What is said.
    Text,
    SystemText,
    SystemBetweenTurns,
    AssistantPrefill,
    ParticipantName,
    ImageBytes,
    ImageUrl,
    ImageFile,
    ImageDetail,
    AudioBytes,
    VideoBytes,
    MediaUri,
    DocumentBytes,
    DocumentUrl,
    DocumentText,
    DocumentFile,
    DocumentContext,
    DocumentCitations,
    SearchResult,
    Refusal,
    ReasoningState,
    MessagePhase,
    HostedToolItem,

    // Tools.
    FunctionTool,
    CustomTool,
    HostedTool,
    StrictTool,
    ToolHints,
    ToolCall,
    CustomToolCall,
    ToolResult,
    ToolResultImage,
    ToolResultDocument,
    ToolError,
    ToolChoiceAuto,
    ToolChoiceNone,
    ToolChoiceRequired,
    ToolChoiceNamed,
    ToolChoiceSubset,
    SingleToolCall,
    MaxToolCalls,

    // How the answer is made.
    MaxOutputTokens,
    Temperature,
    TopP,
    TopK,
    FrequencyPenalty,
    PresencePenalty,
    Seed,
    StopSequences,
    Choices,
    LogProbs,
    LogitBias,
    JsonObject,
    JsonSchema,
    Verbosity,
    OutputModalities,
    Prediction,
    ReasoningEffort,
    ReasoningBudget,
    ReasoningSummary,
    SafetySettings,
    MediaResolution,
    ContextManagement,

    // What lives at one provider.
    ProviderState,
    Background,
    Store,

    // Hints: an answer without them is the same answer.
    CacheMark,
    CacheKey,
    EndUser,
    Metadata,
    ServiceTier,
    Moderation,
    Stream,
    StreamOptions,

    /// <summary>A hint that one protocol alone has a word for.</summary>
    VendorHint,

    /// <summary>A member that the protocol's description does not know. It may mean anything, so it is never a hint.</summary>
    Unknown,
}

/// <summary>What is true of a concept whoever the target is.</summary>
internal static class Concepts
{
    /// <summary>Leaving it out changes cost, speed or bookkeeping at most, never the answer: it is dropped and named, not denied.</summary>
    public static bool IsHint(Concept concept) => concept
        is Concept.CacheMark or Concept.CacheKey or Concept.EndUser or Concept.Metadata or Concept.ServiceTier or Concept.Store
        or Concept.Moderation or Concept.Stream or Concept.StreamOptions or Concept.ImageDetail or Concept.ToolHints or Concept.DocumentContext
        or Concept.ReasoningState or Concept.MessagePhase or Concept.ReasoningSummary or Concept.VendorHint;

    /// <summary>
    /// It puts no more into the prompt, and hides no more of the answer, than its own bytes show. A list of what is known to be so: pictures may be
    /// packed, what is kept or fetched elsewhere has any size, a prediction that was not taken is billed and never seen.
    /// </summary>
    public static bool IsInPlainSight(Concept concept) => concept
        is Concept.Text or Concept.SystemText or Concept.SystemBetweenTurns or Concept.AssistantPrefill or Concept.ParticipantName or Concept.Refusal or Concept.MessagePhase
        or Concept.FunctionTool or Concept.CustomTool or Concept.StrictTool or Concept.ToolHints or Concept.ToolCall or Concept.CustomToolCall or Concept.ToolResult or Concept.ToolError
        or Concept.ToolChoiceAuto or Concept.ToolChoiceNone or Concept.ToolChoiceRequired or Concept.ToolChoiceNamed or Concept.ToolChoiceSubset or Concept.SingleToolCall
        or Concept.MaxOutputTokens or Concept.Temperature or Concept.TopP or Concept.TopK or Concept.FrequencyPenalty or Concept.PresencePenalty or Concept.Seed
        or Concept.StopSequences or Concept.LogProbs or Concept.LogitBias or Concept.JsonObject or Concept.JsonSchema or Concept.Verbosity
        or Concept.ReasoningEffort or Concept.ReasoningBudget or Concept.ReasoningSummary or Concept.SafetySettings
        or Concept.Store or Concept.CacheMark or Concept.CacheKey or Concept.EndUser or Concept.Metadata or Concept.ServiceTier or Concept.Stream or Concept.StreamOptions;
}
