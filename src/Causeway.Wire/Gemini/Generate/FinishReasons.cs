using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Why generation ended, in the vendor's words and in neutral ones. A detail is a word, or a word with its message behind a colon.</summary>
internal static class FinishReasons
{
    private static readonly string[] Blocks =
        ["SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK"];

    private static readonly Dictionary<string, StopKind> Kinds = new()
    {
        ["STOP"] = StopKind.EndTurn,
        ["FINISH_REASON_UNSPECIFIED"] = StopKind.EndTurn,
        ["MAX_TOKENS"] = StopKind.MaxTokens,
        ["SAFETY"] = StopKind.ContentFilter,
        ["RECITATION"] = StopKind.ContentFilter,
        ["LANGUAGE"] = StopKind.ContentFilter,
        ["OTHER"] = StopKind.ContentFilter,
        ["BLOCKLIST"] = StopKind.ContentFilter,
        ["PROHIBITED_CONTENT"] = StopKind.ContentFilter,
        ["SPII"] = StopKind.ContentFilter,
        ["IMAGE_SAFETY"] = StopKind.ContentFilter,
        ["IMAGE_PROHIBITED_CONTENT"] = StopKind.ContentFilter,
        ["IMAGE_RECITATION"] = StopKind.ContentFilter,
        ["IMAGE_OTHER"] = StopKind.ContentFilter,
        ["NO_IMAGE"] = StopKind.ContentFilter,
        ["MALFORMED_FUNCTION_CALL"] = StopKind.MalformedToolCall,
        ["UNEXPECTED_TOOL_CALL"] = StopKind.MalformedToolCall,
        ["TOO_MANY_TOOL_CALLS"] = StopKind.MalformedToolCall,
        ["MALFORMED_RESPONSE"] = StopKind.MalformedToolCall,
        ["CONTINUATION"] = StopKind.Pause,
    };

    /// <param name="reason">The vendor's word; a new one is taken for one that breaks the answer off.</param>
    /// <param name="message">The vendor's explanation; null: none.</param>
    /// <param name="hasCalls">The answer calls functions: that has no word of its own here.</param>
    public static ReplyStop Read(string reason, string? message, bool hasCalls)
    {
        StopKind kind = Kinds.GetValueOrDefault(reason, StopKind.ContentFilter);
        return kind == StopKind.EndTurn
            ? new ReplyStop(hasCalls ? StopKind.ToolUse : StopKind.EndTurn)
            : new ReplyStop(kind, Detail: string.IsNullOrEmpty(message) ? reason : $"{reason}: {message}");
    }

    /// <summary>The word for a candidate, with the message that goes with it.</summary>
    public static (string Reason, string? Message) Word(in ReplyStop stop)
    {
        string? detail = stop.Detail;
        int colon = detail?.IndexOf(": ", StringComparison.Ordinal) ?? -1;
        string? own = colon < 0 ? detail : detail![..colon];
        if (own is not null && Kinds.TryGetValue(own, out StopKind kind) && kind == stop.Kind && kind != StopKind.Pause)
        {
            return (own, colon < 0 ? null : detail![(colon + 2)..]);
        }

        return stop.Kind switch
        {
            StopKind.MaxTokens or StopKind.ContextWindow => ("MAX_TOKENS", null),
            StopKind.ContentFilter or StopKind.Refusal => ("SAFETY", detail),
            StopKind.MalformedToolCall => ("MALFORMED_FUNCTION_CALL", detail),
            StopKind.Pause => ("OTHER", detail ?? "The answer is to be gone on with."), // CONTINUATION would promise a token to go on with.
            _ => ("STOP", null),
        };
    }

    /// <summary>The word for a prompt to which nothing at all was answered.</summary>
    public static (string Reason, string? Message) Block(in ReplyStop stop) =>
        Array.IndexOf(Blocks, stop.Detail) >= 0 ? (stop.Detail!, null) : ("SAFETY", stop.Detail);

    /// <summary>The provider or the model declined to say anything.</summary>
    public static bool IsBlock(in ReplyStop stop) => stop.Kind is StopKind.ContentFilter or StopKind.Refusal;
}
