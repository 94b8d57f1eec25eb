using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Why an answer ended, in this protocol's words.</summary>
internal static class ConverseStops
{
    private const string Guardrail = "guardrail_intervened";

    /// <param name="reason">The word of <c>stopReason</c>; null where there is none.</param>
    /// <param name="sequence">The stop sequence that was met, where the model was asked to tell it.</param>
    public static ReplyStop Read(string? reason, string? sequence) => reason switch
    {
        "end_turn" or null => new ReplyStop(StopKind.EndTurn),
        "stop_sequence" => new ReplyStop(StopKind.StopSequence, sequence),
        "max_tokens" => new ReplyStop(StopKind.MaxTokens),
        "model_context_window_exceeded" => new ReplyStop(StopKind.ContextWindow),
        "tool_use" => new ReplyStop(StopKind.ToolUse),
        "content_filtered" or Guardrail => new ReplyStop(StopKind.ContentFilter, Detail: reason),
        "refusal" => new ReplyStop(StopKind.Refusal, Detail: reason),
        "malformed_tool_use" or "malformed_model_output" => new ReplyStop(StopKind.MalformedToolCall, Detail: reason),
        _ => new ReplyStop(StopKind.EndTurn, Detail: reason),
    };

    /// <param name="stop">Why.</param>
    /// <param name="refused">The model declined in words, whatever the reason is called.</param>
    public static string Word(in ReplyStop stop, bool refused) => stop.Kind switch
    {
        StopKind.StopSequence => "stop_sequence",
        StopKind.MaxTokens => "max_tokens",
        StopKind.ContextWindow => "model_context_window_exceeded",
        StopKind.ToolUse => "tool_use",
        StopKind.ContentFilter when stop.Detail == Guardrail => Guardrail,
        StopKind.ContentFilter or StopKind.Refusal => "content_filtered",
        StopKind.MalformedToolCall => stop.Detail == "malformed_model_output" ? stop.Detail : "malformed_tool_use",
        _ => refused ? "content_filtered" : "end_turn",
    };
}
