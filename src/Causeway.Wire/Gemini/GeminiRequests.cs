using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini;

/// <summary>What the gateway acts upon in Gemini's requests. The vendor takes every member in camel case and in snake case.</summary>
internal static class GeminiRequests
{
    private static readonly RequestField Model = new("model", FieldRole.Model, "model");
    private static readonly RequestField GenerationConfig = new("generationConfig", FieldRole.Group, "generationConfig", "generation_config")
    {
        Members =
        [
            new("generationConfig.maxOutputTokens", FieldRole.OutputCap, "maxOutputTokens", "max_output_tokens"),
            new("generationConfig.candidateCount", FieldRole.Choices, "candidateCount", "candidate_count"),
            new("generationConfig.responseSchema", FieldRole.AnswerShape, "responseSchema", "response_schema"),
            new("generationConfig.responseJsonSchema", FieldRole.AnswerShape, "responseJsonSchema", "response_json_schema"),
        ],
    };

    private static readonly RequestField ToolConfig = new("toolConfig", FieldRole.AnswerShape, "toolConfig", "tool_config");

    public static RequestField[] Generate { get; } =
    [
        Model,
        GenerationConfig,
        ToolConfig,
        new("contents", FieldRole.Content, "contents") { Entries = Entries.Messages },
        new("systemInstruction", FieldRole.Content, "systemInstruction", "system_instruction"),
        new("tools", FieldRole.GroupList, "tools")
        {
            Members =
            [
                new("tools[].functionDeclarations", FieldRole.Content, "functionDeclarations", "function_declarations") { Entries = Entries.Tools },
                new("tools[].computerUse", FieldRole.Content, "computerUse", "computer_use"), // Run by the caller.
                new("tools[].googleSearch", FieldRole.Outside, "googleSearch", "google_search") { Billed = [new([], ServerTool.GoogleSearch)] },
                new("tools[].googleSearchRetrieval", FieldRole.Outside, "googleSearchRetrieval", "google_search_retrieval") { Billed = [new([], ServerTool.GoogleSearch)] },
            ],
            OthersAreOutside = true, // Searches, pages, maps, code, files: whatever Google runs.
        },
        new("continuationToken", FieldRole.Outside, "continuationToken", "continuation_token"),
    ];

    public static RequestField[] CountTokens { get; } =
    [
        Model,
        new("generateContentRequest", FieldRole.Group, "generateContentRequest", "generate_content_request")
        {
            Members = [new("generateContentRequest.model", FieldRole.InnerModel, "model")],
        },
    ];

    public static RequestField[] Embed { get; } = [Model, new("content", FieldRole.Content, "content")];

    public static RequestField[] BatchEmbed { get; } =
    [
        Model,
        new("requests", FieldRole.GroupList, "requests") { Members = [new("requests[].model", FieldRole.InnerModel, "model")] },
    ];
}
