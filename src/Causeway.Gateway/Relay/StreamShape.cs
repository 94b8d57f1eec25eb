using System.Net.Http.Headers;
using Causeway.Gateway.Flow;
using Causeway.Wire;

namespace Causeway.Gateway.Relay;

/// <summary>How a stream is sent.</summary>
internal enum StreamShape
{
    /// <summary>Server-sent events.</summary>
    Events,

    /// <summary>One JSON array, element by element (Gemini without <c>alt=sse</c>).</summary>
    Array,

    /// <summary>Frames of <c>application/vnd.amazon.eventstream</c> (Bedrock).</summary>
    Frames,
}

/// <summary>Tells a stream from a plain answer by what the provider says that it sends, not by what was asked.</summary>
internal static class StreamShapes
{
    public static StreamShape? Of(Operation operation, HttpResponseMessage response)
    {
        string type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues value) ? value.ToString() : "";
        return type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) ? StreamShape.Events
            : type.StartsWith("application/vnd.amazon.eventstream", StringComparison.OrdinalIgnoreCase) ? StreamShape.Frames
            : operation == Operation.StreamGenerateContent ? StreamShape.Array
            : null;
    }

    /// <summary>Whether the caller wants Gemini's array: it does unless it asks for events.</summary>
    public static bool WantsArray(Call call) =>
        call.Operation == Operation.StreamGenerateContent && !string.Equals(call.Context.Request.Query["alt"], "sse", StringComparison.OrdinalIgnoreCase);
}
