using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>The members of a request, with what each asks for.</summary>
internal static class ConverseFields
{
    private const string Block = "messages[].content[]";
    private const string Inner = "messages[].content[].toolResult.content[]";

    /// <summary>Members at the top that pass raw, and the concept that decides whether they pass at all.</summary>
    public static IReadOnlyDictionary<string, Concept> Raw { get; } = new Dictionary<string, Concept>
    {
        ["guardrailConfig"] = Concept.SafetySettings,
        ["additionalModelResponseFieldPaths"] = Concept.VendorHint,
        ["performanceConfig"] = Concept.VendorHint,
        ["requestMetadata"] = Concept.Metadata,
        ["promptVariables"] = Concept.ProviderState,
    };

    public static IReadOnlyList<Use> All { get; } =
    [
        new(Concept.MaxOutputTokens, "inferenceConfig.maxTokens"),
        new(Concept.Temperature, "inferenceConfig.temperature"),
        new(Concept.TopP, "inferenceConfig.topP"),
        new(Concept.StopSequences, "inferenceConfig.stopSequences"),
        new(Concept.TopK, "additionalModelRequestFields.top_k"),
        new(Concept.ReasoningBudget, "additionalModelRequestFields.thinking"),
        new(Concept.ReasoningEffort, "additionalModelRequestFields.thinking"),
        new(Concept.ReasoningSummary, "additionalModelRequestFields.thinking.display"),
        new(Concept.VendorHint, "additionalModelRequestFields.anthropic_beta"),
        new(Concept.ReasoningEffort, "outputConfig.effort"),
        new(Concept.JsonSchema, "outputConfig.textFormat"),
        new(Concept.ServiceTier, "serviceTier.type"),
        .. Raw.Select(member => new Use(member.Value, member.Key)),
        new(Concept.SystemText, "system[]"),
        new(Concept.CacheMark, "system[].cachePoint"),
        new(Concept.SafetySettings, "system[].guardContent"),
        new(Concept.SystemText, Block),
        new(Concept.SystemBetweenTurns, Block),
        new(Concept.AssistantPrefill, "messages[]"),
        new(Concept.Text, Block),
        new(Concept.CacheMark, $"{Block}.cachePoint"),
        new(Concept.SafetySettings, $"{Block}.guardContent"),
        new(Concept.VendorHint, $"{Block}.citationsContent"),
        new(Concept.ImageBytes, $"{Block}.image.source.bytes"),
        new(Concept.ImageFile, $"{Block}.image.source.s3Location"),
        new(Concept.DocumentBytes, $"{Block}.document.source.bytes"),
        new(Concept.DocumentText, $"{Block}.document.source.text"),
        new(Concept.DocumentFile, $"{Block}.document.source.s3Location"),
        new(Concept.SearchResult, $"{Block}.document.source.content"),
        new(Concept.DocumentContext, $"{Block}.document.name"),
        new(Concept.DocumentContext, $"{Block}.document.context"),
        new(Concept.DocumentCitations, $"{Block}.document.citations"),
        new(Concept.AudioBytes, $"{Block}.audio.source.bytes"),
        new(Concept.VideoBytes, $"{Block}.video.source.bytes"),
        new(Concept.MediaUri, $"{Block}.audio.source.s3Location"),
        new(Concept.MediaUri, $"{Block}.video.source.s3Location"),
        new(Concept.SearchResult, $"{Block}.searchResult"),
        new(Concept.ReasoningState, $"{Block}.reasoningContent"),
        new(Concept.ToolCall, $"{Block}.toolUse"),
        new(Concept.HostedToolItem, $"{Block}.toolUse.type"),
        new(Concept.ToolResult, $"{Block}.toolResult"),
        new(Concept.HostedToolItem, $"{Block}.toolResult.type"),
        new(Concept.ToolError, $"{Block}.toolResult.status"),
        new(Concept.ToolResultImage, Inner),
        new(Concept.ToolResultDocument, Inner),
        new(Concept.FunctionTool, "toolConfig.tools[].toolSpec"),
        new(Concept.StrictTool, "toolConfig.tools[].toolSpec.strict"),
        new(Concept.HostedTool, "toolConfig.tools[].systemTool"),
        new(Concept.CacheMark, "toolConfig.tools[].cachePoint"),
        new(Concept.ToolChoiceAuto, "toolConfig.toolChoice"),
        new(Concept.ToolChoiceRequired, "toolConfig.toolChoice"),
        new(Concept.ToolChoiceNamed, "toolConfig.toolChoice"),
    ];
}
