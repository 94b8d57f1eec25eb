using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>What becomes of each concept when generateContent is the target.</summary>
internal static class GenerateCarriage
{
    private const int MaxStopSequences = 5;
    private const int MaxChoices = 8;

    public static CarriageTable Table { get; } = new CarriageTable()
        .Carries(
            Concept.Text, Concept.SystemText, Concept.AssistantPrefill, Concept.ImageBytes, Concept.AudioBytes, Concept.VideoBytes,
            Concept.DocumentBytes, Concept.ReasoningState, Concept.FunctionTool, Concept.ToolCall, Concept.ToolResult, Concept.ToolError,
            Concept.ToolChoiceAuto, Concept.ToolChoiceNone, Concept.ToolChoiceRequired, Concept.ToolChoiceNamed, Concept.ToolChoiceSubset,
            Concept.MaxOutputTokens, Concept.Temperature, Concept.TopP, Concept.TopK, Concept.FrequencyPenalty, Concept.PresencePenalty,
            Concept.Seed, Concept.StopSequences, Concept.Choices, Concept.LogProbs, Concept.JsonObject,
            Concept.ReasoningEffort, Concept.ReasoningSummary, Concept.ServiceTier, Concept.Stream)
        .CarriesWhere(Concept.JsonSchema, AnswerShape.Note)
        .Emulates(Concept.SystemBetweenTurns, "moved into systemInstruction")
        .Emulates(Concept.ImageUrl, "fileData with the address, which the provider fetches; the media type is told from its ending")
        .Emulates(Concept.DocumentUrl, "fileData with the address, which the provider fetches; the media type is told from its ending")
        .Emulates(Concept.MediaUri, "fileData, where the address is one of the web or of Google's storage")
        .Emulates(Concept.DocumentText, "a part of text")
        .Emulates(Concept.ImageDetail, "mediaResolution of the part, from Gemini 3 on")
        .Emulates(Concept.Refusal, "the model's text")
        .Emulates(Concept.ToolResultImage, "inside the functionResponse from Gemini 3 on, in a content after it before that")
        .Emulates(Concept.ToolResultDocument, "inside the functionResponse from Gemini 3 on, in a content after it before that")
        .Emulates(Concept.StrictTool, "mode VALIDATED, for all tools, where the dialect can hold the schema")
        .Emulates(Concept.SingleToolCall, "the calls after the first are left out of the answer")
        .Emulates(Concept.ReasoningBudget, "the nearest thinkingLevel from Gemini 3 on")
        .Emulates(Concept.Verbosity, "a sentence in the system text");

    public static Carriage Judge(in Use use, NeutralRequest request, Target target)
    {
        GeminiModelRules rules = GeminiModelRules.Of(target.Model);
        return Refusal(use.Concept, request, rules) is { } why ? new Carriage(Verdict.Denied, why)
            : IsLeftOut(use.Concept, request, rules) ? new Carriage(Verdict.Dropped)
            : Table[use.Concept];
    }

    private static string? Refusal(Concept concept, NeutralRequest request, GeminiModelRules rules) => concept switch
    {
        Concept.StopSequences when request.StopSequences.Count > MaxStopSequences => "it takes 5 stop sequences at most",
        Concept.Choices when request.Choices > MaxChoices => "it gives 8 answers at most",
        Concept.Seed when !IsInt32(request.Seed) => "its seed is a whole number of 32 bits",
        Concept.JsonObject when !rules.FormatsWithTools && request.Tools.Exists(tool => tool.Kind == ToolKind.Function) =>
            "before Gemini 3 an answer format and tools exclude each other",
        Concept.ReasoningEffort or Concept.ReasoningBudget when rules.Thinking == ThinkingControl.None && IsThoughtWanted(request.Reasoning) =>
            "the model does not think",
        Concept.FunctionTool when request.Tools.Exists(tool => tool.Kind == ToolKind.Function && !HasName(tool.Name)) => NameTooLong,
        Concept.ToolCall when request.Turns.Exists(turn => turn.Parts.Exists(part => part is ToolCallPart call && !HasName(call.Name))) => NameTooLong,
        Concept.MediaUri when request.Turns.Exists(turn => turn.Parts.Exists(part => part is MediaPart media && !IsFetched(media))) =>
            "the address is neither of the web nor of Google's storage",
        _ => null,
    };

    private const string NameTooLong = "a tool's name must fit into 64 letters, digits and \"_.:-\"";

    /// <summary>A hint that this model, or this value, gives no place to.</summary>
    private static bool IsLeftOut(Concept concept, NeutralRequest request, GeminiModelRules rules) => concept switch
    {
        Concept.ImageDetail => !rules.TakesResolutions,
        Concept.ServiceTier => ServiceTiers.Of(request.Raw(Concept.ServiceTier)) is null,
        Concept.ReasoningSummary => rules.Thinking == ThinkingControl.None,
        _ => false,
    };

    private static bool IsThoughtWanted(ReasoningAsk? ask) => ask is { Effort: > Effort.Minimal } or { BudgetTokens: > 0 };

    private static bool HasName(JsonSlice name) => ToolNames.ToTarget(name.Text() ?? "") is not null;

    private static bool IsInt32(JsonSlice seed) => int.TryParse(seed.Raw.Span, System.Globalization.CultureInfo.InvariantCulture, out _);

    private static bool IsFetched(MediaPart media) => (media.Url.IsAbsent ? media.FileId : media.Url) is { IsAbsent: false } address
        ? MediaAddresses.IsFetched(address)
        : true;
}
