using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Why an answer ended, in chat's words.</summary>
internal static class ChatStops
{
    /// <summary>Reads a <c>finish_reason</c>, OpenAI's or a server's.</summary>
    /// <param name="word">The word; null: the stream ended without one.</param>
    /// <param name="calls">The answer holds calls: a forced one ends with <c>stop</c>.</param>
    /// <param name="refuses">The answer holds a refusal, which ends with <c>stop</c> too.</param>
    public static StopKind Read(string? word, bool calls, bool refuses) => word switch
    {
        "length" or "max_tokens" => StopKind.MaxTokens,
        "model_length" => StopKind.ContextWindow,
        "content_filter" => StopKind.ContentFilter,
        _ when calls => StopKind.ToolUse,
        _ when refuses => StopKind.Refusal,
        _ => StopKind.EndTurn,
    };

    /// <summary>Words that say that the server gave up: Mistral's and DeepSeek's.</summary>
    public static bool IsFailure(string? word) => word is "error" or "insufficient_system_resource";

    /// <summary>Writes a reason.</summary>
    /// <param name="kind">The reason.</param>
    /// <param name="refuses">The answer holds a refusal of its own; otherwise a refusal is what a filter did.</param>
    /// <param name="firstForm">The caller's tools are <c>functions</c>.</param>
    public static ReadOnlySpan<byte> Word(StopKind kind, bool refuses, bool firstForm) => kind switch
    {
        StopKind.MaxTokens or StopKind.ContextWindow => "length"u8,
        StopKind.ToolUse => firstForm ? "function_call"u8 : "tool_calls"u8,
        StopKind.ContentFilter => "content_filter"u8,
        StopKind.Refusal when !refuses => "content_filter"u8,
        _ => "stop"u8,
    };
}
