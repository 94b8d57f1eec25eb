using System.Net.Http.Headers;
using Causeway.Gateway.Flow;
using Causeway.Wire;

namespace Causeway.Gateway.Relay;

/// <summary>How a provider sends a stream.</summary>
internal enum StreamShape
{
    /// <summary>Server-sent events.</summary>
    Events,

    /// <summary>One JSON array, element by element (Gemini without <c>alt=sse</c>).</summary>
    Array,
}

/// <summary>Tells a stream from a plain answer by what the provider says that it sends, not by what was asked.</summary>
internal static class StreamShapes
{
    public static StreamShape? Of(Call call, HttpResponseMessage response)
    {
        string type = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues value) ? value.ToString() : "";
        return type.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) ? StreamShape.Events
            : call.Operation == Operation.StreamGenerateContent ? StreamShape.Array
            : null;
    }
}
