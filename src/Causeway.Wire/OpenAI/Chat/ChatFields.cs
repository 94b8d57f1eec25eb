using System.Collections.Frozen;
using System.Text;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The members of a chat request and what they ask for.</summary>
internal static class ChatFields
{
    /// <summary>Top-level members that the neutral form has no place for: kept raw.</summary>
    public static FrozenDictionary<string, Concept> Kept { get; } = new Dictionary<string, Concept>
    {
        ["logit_bias"] = Concept.LogitBias,
        ["prediction"] = Concept.Prediction,
        ["prompt_cache_key"] = Concept.CacheKey,
        ["prompt_cache_options"] = Concept.CacheMark,
        ["prompt_cache_retention"] = Concept.CacheMark,
        ["service_tier"] = Concept.ServiceTier,
        ["store"] = Concept.Store,
        ["metadata"] = Concept.Metadata,
        ["web_search_options"] = Concept.HostedTool,
        ["moderation"] = Concept.Moderation,
        ["modalities"] = Concept.OutputModalities,
        ["audio"] = Concept.OutputModalities,
    }.ToFrozenDictionary();

    /// <summary>Top-level members that are hints, their names in quotes.</summary>
    public static IReadOnlyList<(byte[] Member, Concept Concept)> Hints { get; } =
    [
        .. Kept.Where(kept => Concepts.IsHint(kept.Value)).Select(kept => (Quoted(kept.Key), kept.Value)),
        (Quoted("user"), Concept.EndUser),
        (Quoted("safety_identifier"), Concept.EndUser),
    ];

    /// <summary>Every path that the reader marks.</summary>
    public static IReadOnlyList<Use> All { get; } =
    [
        new(Concept.Text, "messages[].content"),
        new(Concept.SystemText, "messages[].role: system"),
        new(Concept.SystemText, "messages[].role: developer"),
        new(Concept.SystemBetweenTurns, "messages[].role: system"),
        new(Concept.AssistantPrefill, "messages[].role: assistant"),
        new(Concept.ParticipantName, "messages[].name"),
        new(Concept.ImageUrl, "messages[].content[].image_url"),
        new(Concept.ImageBytes, "messages[].content[].image_url"),
        new(Concept.ImageDetail, "messages[].content[].image_url.detail"),
        new(Concept.AudioBytes, "messages[].content[].input_audio"),
        new(Concept.DocumentBytes, "messages[].content[].file.file_data"),
        new(Concept.DocumentFile, "messages[].content[].file.file_id"),
        new(Concept.CacheMark, "messages[].content[].prompt_cache_breakpoint"),
        new(Concept.Refusal, "messages[].refusal"),
        new(Concept.ReasoningState, "messages[].reasoning_content"),
        new(Concept.ReasoningState, "messages[].reasoning"),
        new(Concept.ReasoningState, "messages[].reasoning_details"),
        new(Concept.DocumentContext, "messages[].annotations"),
        new(Concept.ProviderState, "messages[].audio"),
        new(Concept.ToolCall, "messages[].tool_calls"),
        new(Concept.ToolCall, "messages[].function_call"),
        new(Concept.CustomToolCall, "messages[].tool_calls[].custom"),
        new(Concept.ToolResult, "messages[].role: tool"),
        new(Concept.ToolResult, "messages[].role: function"),
        new(Concept.ToolResultImage, "messages[].content[].image_url"),
        new(Concept.ToolResultDocument, "messages[].content[].file"),
        new(Concept.FunctionTool, "tools"),
        new(Concept.FunctionTool, "functions"),
        new(Concept.CustomTool, "tools[].custom"),
        new(Concept.HostedTool, "tools[].type"),
        new(Concept.StrictTool, "tools[].function.strict"),
        new(Concept.ToolChoiceAuto, "tool_choice"),
        new(Concept.ToolChoiceNone, "tool_choice"),
        new(Concept.ToolChoiceRequired, "tool_choice"),
        new(Concept.ToolChoiceNamed, "tool_choice"),
        new(Concept.ToolChoiceNamed, "function_call"),
        new(Concept.ToolChoiceSubset, "tool_choice.allowed_tools"),
        new(Concept.SingleToolCall, "parallel_tool_calls"),
        new(Concept.MaxOutputTokens, "max_completion_tokens"),
        new(Concept.MaxOutputTokens, "max_tokens"),
        new(Concept.Temperature, "temperature"),
        new(Concept.TopP, "top_p"),
        new(Concept.TopK, "top_k"),
        new(Concept.FrequencyPenalty, "frequency_penalty"),
        new(Concept.PresencePenalty, "presence_penalty"),
        new(Concept.Seed, "seed"),
        new(Concept.StopSequences, "stop"),
        new(Concept.Choices, "n"),
        new(Concept.LogProbs, "logprobs"),
        new(Concept.LogProbs, "top_logprobs"),
        new(Concept.JsonObject, "response_format"),
        new(Concept.JsonSchema, "response_format"),
        new(Concept.ReasoningEffort, "reasoning_effort"),
        new(Concept.Verbosity, "verbosity"),
        new(Concept.EndUser, "safety_identifier"),
        new(Concept.EndUser, "user"),
        new(Concept.Stream, "stream"),
        new(Concept.Stream, "stream_options.include_usage"),
        new(Concept.StreamOptions, "stream_options.include_obfuscation"),
        .. Kept.Select(kept => new Use(kept.Value, kept.Key)).OrderBy(use => use.Path, StringComparer.Ordinal),
        new(Concept.Unknown, "any other member"),
    ];

    private static byte[] Quoted(string name) => Encoding.UTF8.GetBytes($"\"{name}\"");
}
