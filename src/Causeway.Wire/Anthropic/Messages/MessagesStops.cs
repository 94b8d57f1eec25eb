using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Why an answer ended, in this protocol's words.</summary>
internal static class MessagesStops
{
    /// <summary>Reads <c>stop_reason</c> and what explains it, of a message or of a <c>message_delta</c>; null while there is no reason.</summary>
    public static ReplyStop? Read(JsonElement holder) => holder.Text("stop_reason") switch
    {
        null => null,
        "end_turn" => new ReplyStop(StopKind.EndTurn),
        "stop_sequence" => new ReplyStop(StopKind.StopSequence, holder.Text("stop_sequence")),
        "max_tokens" => new ReplyStop(StopKind.MaxTokens),
        "model_context_window_exceeded" => new ReplyStop(StopKind.ContextWindow),
        "tool_use" => new ReplyStop(StopKind.ToolUse),
        "pause_turn" or "compaction" => new ReplyStop(StopKind.Pause),
        "refusal" => new ReplyStop(StopKind.Refusal, Detail: Explanation(holder)),
        { } other => new ReplyStop(StopKind.EndTurn, Detail: other),
    };

    /// <summary>Writes the three members, the object being open.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="stop">Why.</param>
    /// <param name="refused">The model declined in words, whatever the reason is called.</param>
    public static void Write(Utf8JsonWriter json, in ReplyStop stop, bool refused)
    {
        bool isRefusal = stop.Kind is StopKind.Refusal or StopKind.ContentFilter || (refused && stop.Kind == StopKind.EndTurn);
        json.WriteString("stop_reason"u8, isRefusal ? "refusal"u8 : Word(stop.Kind));
        json.WriteString("stop_sequence"u8, stop.Sequence);
        if (!isRefusal)
        {
            json.WriteNull("stop_details"u8);
            return;
        }

        json.WriteStartObject("stop_details"u8);
        json.WriteString("type"u8, "refusal"u8);
        json.WriteNull("category"u8);
        json.WriteString("explanation"u8, stop.Detail);
        json.WriteEndObject();
    }

    private static string? Explanation(JsonElement holder) =>
        holder.TryGet("stop_details", out JsonElement details) ? details.Text("explanation") ?? details.Text("category") : null;

    // The protocol has no word for a call that is none; the answer simply ends there.
    private static ReadOnlySpan<byte> Word(StopKind kind) => kind switch
    {
        StopKind.StopSequence => "stop_sequence"u8,
        StopKind.MaxTokens => "max_tokens"u8,
        StopKind.ContextWindow => "model_context_window_exceeded"u8,
        StopKind.ToolUse => "tool_use"u8,
        StopKind.Pause => "pause_turn"u8,
        _ => "end_turn"u8,
    };
}
