using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The members of a request, with what each asks for.</summary>
internal static class MessagesFields
{
    private const string Block = "messages[].content[]";
    private const string Inner = "messages[].content[].content[]";

    /// <summary>Members at the top that pass raw, and the concept that decides whether they pass at all.</summary>
    public static IReadOnlyDictionary<string, Concept> Raw { get; } = new Dictionary<string, Concept>
    {
        ["service_tier"] = Concept.ServiceTier,
        ["anthropic_version"] = Concept.VendorHint,
        ["speed"] = Concept.VendorHint,
        ["diagnostics"] = Concept.VendorHint,
        ["billing_policy"] = Concept.VendorHint,
        ["fallback_credit_token"] = Concept.VendorHint,
        ["inference_geo"] = Concept.ProviderState,
        ["container"] = Concept.ProviderState,
        ["thread"] = Concept.ProviderState,
        ["fallbacks"] = Concept.ProviderState,
        ["compaction"] = Concept.ContextManagement,
        ["context_management"] = Concept.ContextManagement,
        ["mcp_servers"] = Concept.HostedTool,
    };

    public static IReadOnlyList<Use> All { get; } =
    [
        new(Concept.Stream, "stream"),
        new(Concept.MaxOutputTokens, "max_tokens"),
        new(Concept.Temperature, "temperature"),
        new(Concept.TopP, "top_p"),
        new(Concept.TopK, "top_k"),
        new(Concept.StopSequences, "stop_sequences"),
        new(Concept.EndUser, "metadata.user_id"),
        new(Concept.ReasoningBudget, "thinking"),
        new(Concept.ReasoningEffort, "thinking"),
        new(Concept.ReasoningSummary, "thinking.display"),
        new(Concept.ProviderState, "thinking.block_binding"),
        new(Concept.ReasoningEffort, "output_config.effort"),
        new(Concept.JsonSchema, "output_config.format"),
        new(Concept.JsonSchema, "output_format"),
        new(Concept.ContextManagement, "output_config.task_budget"),
        new(Concept.CacheMark, "cache_control"),
        .. Raw.Select(member => new Use(member.Value, member.Key)),
        new(Concept.SystemText, "system"),
        new(Concept.CacheMark, "system[].cache_control"),
        new(Concept.SystemText, "messages[]"),
        new(Concept.SystemBetweenTurns, "messages[]"),
        new(Concept.AssistantPrefill, "messages[]"),
        new(Concept.Text, "messages[].content"),
        new(Concept.Text, Block),
        new(Concept.CacheMark, $"{Block}.cache_control"),
        new(Concept.VendorHint, $"{Block}.citations"),
        new(Concept.ImageBytes, $"{Block}.source.data"),
        new(Concept.ImageUrl, $"{Block}.source.url"),
        new(Concept.ImageFile, $"{Block}.source.file_id"),
        new(Concept.VendorHint, $"{Block}.transformations"),
        new(Concept.DocumentBytes, $"{Block}.source.data"),
        new(Concept.DocumentText, $"{Block}.source.data"),
        new(Concept.DocumentUrl, $"{Block}.source.url"),
        new(Concept.DocumentFile, $"{Block}.source.file_id"),
        new(Concept.SearchResult, $"{Block}.source.content"),
        new(Concept.DocumentContext, $"{Block}.title"),
        new(Concept.DocumentContext, $"{Block}.context"),
        new(Concept.DocumentCitations, $"{Block}.citations"),
        new(Concept.SearchResult, Block),
        new(Concept.ReasoningState, Block),
        new(Concept.HostedToolItem, Block),
        new(Concept.ProviderState, Block),
        new(Concept.ContextManagement, Block),
        new(Concept.VendorHint, Block),
        new(Concept.ToolCall, Block),
        new(Concept.HostedToolItem, $"{Block}.caller"),
        new(Concept.HostedToolItem, $"{Block}.toolset_name"),
        new(Concept.ToolResult, Block),
        new(Concept.ToolError, $"{Block}.is_error"),
        new(Concept.ToolResultImage, Inner),
        new(Concept.ToolResultDocument, Inner),
        new(Concept.SearchResult, Inner),
        new(Concept.HostedToolItem, Inner),
        new(Concept.FunctionTool, "tools[]"),
        new(Concept.HostedTool, "tools[]"),
        new(Concept.StrictTool, "tools[].strict"),
        new(Concept.CacheMark, "tools[].cache_control"),
        new(Concept.ToolHints, "tools[].input_examples"),
        new(Concept.ToolHints, "tools[].defer_loading"),
        new(Concept.ToolHints, "tools[].eager_input_streaming"),
        new(Concept.HostedTool, "tools[].allowed_callers"),
        new(Concept.ToolChoiceAuto, "tool_choice"),
        new(Concept.ToolChoiceRequired, "tool_choice"),
        new(Concept.ToolChoiceNamed, "tool_choice"),
        new(Concept.ToolChoiceNone, "tool_choice"),
        new(Concept.SingleToolCall, "tool_choice.disable_parallel_tool_use"),
    ];
}
