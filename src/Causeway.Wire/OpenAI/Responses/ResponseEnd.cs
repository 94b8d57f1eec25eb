using System.Runtime.InteropServices;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>How a response ended, in this operation's words.</summary>
/// <param name="Status"><c>in_progress</c>, <c>completed</c>, <c>incomplete</c> or <c>failed</c>.</param>
/// <param name="Reason">Why it is incomplete.</param>
/// <param name="Error">Why it failed.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ResponseEnd(string Status, string? Reason = null, string? Error = null)
{
    public static ResponseEnd Running { get; } = new("in_progress");

    public string EventName => "response." + Status;

    /// <summary>The last item was not finished either.</summary>
    public bool IsBroken => Status != "completed";

    public static ResponseEnd Of(in ReplyStop stop) => stop.Kind switch
    {
        StopKind.MaxTokens or StopKind.ContextWindow => new ResponseEnd("incomplete", "max_output_tokens"),
        StopKind.ContentFilter => new ResponseEnd("incomplete", "content_filter"),
        StopKind.Pause => new ResponseEnd("incomplete", "max_messages"),
        StopKind.MalformedToolCall => new ResponseEnd("failed", Error: $"The model made a tool call that cannot be read{(stop.Detail is null ? "" : $" ({stop.Detail})")}."),
        _ => new ResponseEnd("completed"),
    };
}
