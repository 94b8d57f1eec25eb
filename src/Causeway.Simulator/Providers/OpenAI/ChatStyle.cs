using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>How a server's chat completions differ from OpenAI's own.</summary>
internal sealed record ChatStyle
{
    public static ChatStyle OpenAI { get; } = new();

    /// <summary>The member that shows reasoning text; null shows none.</summary>
    public string? ReasoningMember { get; init; }

    /// <summary>Whether <c>reasoning_details</c> shows it once more, signed.</summary>
    public bool ReasoningDetails { get; init; }

    /// <summary>Whether content is a list of chunks when the model reasons, the thinking among them.</summary>
    public bool ThinkingInContent { get; init; }

    public Action<Utf8JsonWriter, Ask, Answer> Usage { get; init; } = ChatUsage.Full;

    public StreamUsage StreamUsage { get; init; } = StreamUsage.OwnChunkIfAsked;

    /// <summary>Whether <c>service_tier</c> and <c>system_fingerprint</c> are written.</summary>
    public bool ShowsTier { get; init; } = true;

    /// <summary>Whether the content filter's findings are written.</summary>
    public bool ShowsFilter { get; init; }

    /// <summary>A comment line before the first event and in the middle, without the colon; null for none.</summary>
    public string? KeepAlive { get; init; }

    /// <summary>Members that the server adds to a completion and to the last chunk of a choice.</summary>
    public Action<Utf8JsonWriter, Ask, Answer>? Extras { get; init; }

    public Func<ToolCall, string> CallId { get; init; } = call => "call_" + call.Id;
}

internal enum StreamUsage
{
    /// <summary>A chunk without choices, if <c>stream_options.include_usage</c> says so.</summary>
    OwnChunkIfAsked,

    OwnChunkAlways,

    /// <summary>With the finish reason.</summary>
    LastChunk,

    /// <summary>With the finish reason, inside <c>x_groq</c>; and once more in a chunk of its own if asked.</summary>
    LastChunkInside,
}
