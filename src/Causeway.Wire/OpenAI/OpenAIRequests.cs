using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI;

/// <summary>What the gateway acts upon in OpenAI's requests.</summary>
internal static class OpenAIRequests
{
    private static readonly RequestField Model = new("model", FieldRole.Model, "model");
    private static readonly RequestField Tools = new("tools", FieldRole.Tools, "tools")
    {
        Entries = Entries.Tools,
        InsideTypes = [[.. "function"u8], [.. "custom"u8], [.. "namespace"u8], [.. "computer"u8], [.. "local_shell"u8], [.. "shell"u8], [.. "apply_patch"u8], [.. "tool_search"u8], [.. "programmatic_tool_calling"u8]], // A shell in a container names that (Mentions).
    };

    // The same, with what its answers count. Chat completions count nothing, and take no such types at OpenAI.
    private static readonly RequestField ResponsesTools = new("tools", FieldRole.Tools, "tools")
    {
        Entries = Tools.Entries,
        InsideTypes = Tools.InsideTypes,
        Billed = [new([.. "web_search_preview"u8], ServerTool.WebSearchPreview), new([.. "web_search"u8], ServerTool.WebSearch), new([.. "file_search"u8], ServerTool.FileSearch)],
    };

    // OpenRouter's, and what speaks as it does.
    private static readonly RequestField OtherModels = new("models", FieldRole.OtherModels, "models", "fallbacks", "fallback_models");
    private static readonly RequestField Plugins = new("plugins", FieldRole.Outside, "plugins");

    private static readonly RequestField Store = new("store", FieldRole.Store, "store");

    private static readonly RequestField Stream = new("stream", FieldRole.Stream, "stream");

    private static readonly byte[] True = [.. "true"u8];
    private static readonly byte[] Options = [.. "{\"include_usage\":true}"u8];
    private static readonly byte[] OnlyOption = [.. "\"include_usage\":true"u8];
    private static readonly byte[] FirstOption = [.. "\"include_usage\":true,"u8];
    private static readonly byte[] FirstMember = [.. "\"stream_options\":{\"include_usage\":true},"u8];

    public static RequestField[] Chat { get; } =
    [
        Model,
        Stream,
        new("stream_options", FieldRole.StreamOptions, "stream_options")
        {
            Members = [new("stream_options.include_usage", FieldRole.IncludeUsage, "include_usage")],
        },
        new("max_completion_tokens", FieldRole.OutputCap, "max_completion_tokens"),
        new("max_tokens", FieldRole.OutputCap, "max_tokens"),
        new("n", FieldRole.Choices, "n"),
        Tools,
        Store,
        new("reasoning_effort", FieldRole.Effort, "reasoning_effort"),
        new("response_format", FieldRole.AnswerShape, "response_format"),
        new("tool_choice", FieldRole.AnswerShape, "tool_choice"),
        new("function_call", FieldRole.AnswerShape, "function_call"),
        new("web_search_options", FieldRole.Outside, "web_search_options") { Billed = [new([], ServerTool.ChatSearch, Uses: 1)] },
        OtherModels,
        Plugins,
        new("messages", FieldRole.Content, "messages") { Entries = Entries.Messages },
    ];

    public static RequestField[] Responses { get; } =
    [
        Model,
        Stream,
        new("max_output_tokens", FieldRole.OutputCap, "max_output_tokens"),
        ResponsesTools,
        new("max_tool_calls", FieldRole.ToolCalls, "max_tool_calls"),
        Store,
        new("reasoning", FieldRole.Group, "reasoning") { Members = [new("reasoning.effort", FieldRole.Effort, "effort")] },
        new("text", FieldRole.AnswerShape, "text"),
        new("tool_choice", FieldRole.AnswerShape, "tool_choice"),
        new("previous_response_id", FieldRole.ProviderState, "previous_response_id"),
        new("conversation", FieldRole.ProviderState, "conversation"),
        new("prompt", FieldRole.Outside, "prompt"),
        OtherModels,
        Plugins,
        new("input", FieldRole.Content, "input") { Entries = Entries.Messages, OutsideTypes = [[.. "item_reference"u8]], RefersById = true },
        new("instructions", FieldRole.Content, "instructions"),
    ];

    public static RequestField[] Embeddings { get; } = [Model, new("input", FieldRole.Content, "input")];

    public static RequestField[] Native { get; } = [Model, Store];

    /// <summary>A chat stream tells its usage only when asked: sees to it that it is.</summary>
    public static void PlanUsage(in RequestScan scan, ReadOnlySpan<byte> body, ref BodyEdits edits)
    {
        if (scan.Operation != Operation.ChatCompletions || !scan.Stream || scan.UsageAsked)
        {
            return;
        }

        ByteRange options = scan.StreamOptionsRange;
        if (scan.IncludeUsageRange.Length > 0)
        {
            edits.Add(new BodyEdit(scan.IncludeUsageRange, True));
        }
        else if (options.Length == 0)
        {
            // A body that names a model has a member already, so a comma must follow.
            edits.Add(new BodyEdit(new ByteRange(scan.ObjectStart + 1, 0), FirstMember));
        }
        else if (body[options.Start] == '{')
        {
            bool isEmpty = body[(options.Start + 1)..].TrimStart(" \t\r\n"u8)[0] == '}';
            edits.Add(new BodyEdit(new ByteRange(options.Start + 1, 0), isEmpty ? OnlyOption : FirstOption));
        }
        else
        {
            edits.Add(new BodyEdit(options, Options));
        }
    }
}
