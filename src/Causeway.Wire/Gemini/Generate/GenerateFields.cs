using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The members of a request and what they ask for.</summary>
internal static class GenerateFields
{
    private const string Part = "contents[].parts[].";
    private const string Response = Part + "functionResponse.";
    private const string Function = "tools[].functionDeclarations[]";
    private const string Calling = "toolConfig.functionCallingConfig.";
    private const string Config = "generationConfig.";

    /// <summary>Those that are known today; the reader takes whatever is no function for one.</summary>
    private static readonly string[] HostedTools =
    [
        "googleSearch", "googleSearchRetrieval", "enterpriseWebSearch", "urlContext", "codeExecution", "fileSearch", "computerUse", "googleMaps",
        "mcpServers", "retrieval", "exaAiSearch", "parallelAiSearch",
    ];

    public static IReadOnlyList<Use> All { get; } =
    [
        new(Concept.SystemText, "systemInstruction.parts[].text"),
        new(Concept.Text, Part + "text"),
        new(Concept.AssistantPrefill, "contents[]"),
        new(Concept.ImageBytes, Part + "inlineData"),
        new(Concept.AudioBytes, Part + "inlineData"),
        new(Concept.VideoBytes, Part + "inlineData"),
        new(Concept.DocumentBytes, Part + "inlineData"),
        new(Concept.ImageUrl, Part + "fileData"),
        new(Concept.ImageFile, Part + "fileData"),
        new(Concept.DocumentUrl, Part + "fileData"),
        new(Concept.DocumentFile, Part + "fileData"),
        new(Concept.MediaUri, Part + "fileData"),
        new(Concept.ImageDetail, Part + "mediaResolution"),
        new(Concept.MediaResolution, Part + "videoMetadata"),
        new(Concept.MediaResolution, Part + "mediaProcessing"),
        new(Concept.Metadata, Part + "partMetadata"),
        new(Concept.OutputModalities, Part + "speechMetadata"),
        new(Concept.ReasoningState, Part + "thought"),
        new(Concept.ReasoningState, Part + "thoughtSignature"),
        new(Concept.ToolCall, Part + "functionCall"),
        new(Concept.ToolResult, Part + "functionResponse"),
        new(Concept.ToolError, Response + "response.error"),
        new(Concept.ToolResultImage, Response + "parts[].inlineData"),
        new(Concept.ToolResultDocument, Response + "parts[].fileData"),
        new(Concept.HostedToolItem, Response + "scheduling"),
        new(Concept.HostedToolItem, Response + "willContinue"),
        new(Concept.HostedToolItem, Part + "executableCode"),
        new(Concept.HostedToolItem, Part + "codeExecutionResult"),
        new(Concept.HostedToolItem, Part + "toolCall"),
        new(Concept.HostedToolItem, Part + "toolResponse"),
        new(Concept.HostedToolItem, Part + "audioTranscription"),
        new(Concept.FunctionTool, Function),
        new(Concept.ToolHints, Function + ".response"),
        new(Concept.ToolHints, Function + ".responseJsonSchema"),
        new(Concept.ToolHints, Function + ".behavior"),
        .. HostedTools.Select(tool => new Use(Concept.HostedTool, $"tools[].{tool}")),
        new(Concept.ToolChoiceAuto, Calling + "mode"),
        new(Concept.ToolChoiceNone, Calling + "mode"),
        new(Concept.ToolChoiceRequired, Calling + "mode"),
        new(Concept.ToolChoiceNamed, Calling + "mode"),
        new(Concept.ToolChoiceSubset, Calling + "mode"),
        new(Concept.ToolHints, Calling + "mode"),
        new(Concept.StreamOptions, Calling + "streamFunctionCallArguments"),
        new(Concept.HostedTool, "toolConfig.retrievalConfig"),
        new(Concept.HostedTool, "toolConfig.includeServerSideToolInvocations"),
        new(Concept.Temperature, Config + "temperature"),
        new(Concept.TopP, Config + "topP"),
        new(Concept.TopK, Config + "topK"),
        new(Concept.Choices, Config + "candidateCount"),
        new(Concept.MaxOutputTokens, Config + "maxOutputTokens"),
        new(Concept.StopSequences, Config + "stopSequences"),
        new(Concept.Seed, Config + "seed"),
        new(Concept.PresencePenalty, Config + "presencePenalty"),
        new(Concept.FrequencyPenalty, Config + "frequencyPenalty"),
        new(Concept.LogProbs, Config + "responseLogprobs"),
        new(Concept.LogProbs, Config + "logprobs"),
        new(Concept.JsonObject, Config + "responseMimeType"),
        new(Concept.JsonSchema, Config + "responseSchema"),
        new(Concept.JsonSchema, Config + "responseJsonSchema"),
        new(Concept.ReasoningSummary, Config + "thinkingConfig.includeThoughts"),
        new(Concept.ReasoningBudget, Config + "thinkingConfig.thinkingBudget"),
        new(Concept.ReasoningEffort, Config + "thinkingConfig.thinkingLevel"),
        .. GenerationConfigReader.KeptMembers.Select(member => new Use(member.Value, Config + member.Key)),
        new(Concept.SafetySettings, "safetySettings"),
        new(Concept.SafetySettings, "modelArmorConfig"),
        new(Concept.ProviderState, "cachedContent"),
        new(Concept.ProviderState, "continuationToken"),
        new(Concept.ProviderState, "outputConfig"),
        new(Concept.Metadata, "labels"),
        new(Concept.ServiceTier, "serviceTier"),
        new(Concept.Store, "store"),
        new(Concept.Unknown, "*"),
    ];
}
