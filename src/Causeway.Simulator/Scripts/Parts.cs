using System.Text.Json.Serialization;

namespace Causeway.Simulator.Scripts;

/// <summary>Wording of a vendor's error; what is absent follows from the status.</summary>
internal sealed record ScriptedError
{
    /// <summary>OpenAI and Anthropic <c>type</c>, Gemini <c>status</c>.</summary>
    public string? Type { get; init; }

    /// <summary>OpenAI <c>code</c>, Gemini <c>ErrorInfo.reason</c>; Anthropic has none.</summary>
    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>Groq's <c>failed_generation</c>: what the model wrote that did not match.</summary>
    public string? FailedGeneration { get; init; }

    /// <summary>Gemini's <c>RetryInfo.retryDelay</c>, in milliseconds; the others say it in headers.</summary>
    public int? RetryDelayMs { get; init; }
}

/// <summary>One tool call; the arguments are JSON text, which only OpenAI's protocols can carry when it is broken.</summary>
internal sealed record ScriptedToolCall
{
    public string? Name { get; init; }

    public string? Arguments { get; init; }
}

/// <summary>One of several texts that an answer may be.</summary>
internal sealed record ScriptedText
{
    public string? Text { get; init; }

    /// <summary>Against the others', 1 to 1,000,000, default 1.</summary>
    public int? Weight { get; init; }
}

/// <summary>Token counts, each 0 to 10^12. Output includes reasoning, as the bill counts it.</summary>
internal sealed record ScriptedUsage
{
    public long? InputUncached { get; init; }

    public long? CacheRead { get; init; }

    [JsonPropertyName("cache_write_5m")]
    public long? CacheWrite5m { get; init; }

    [JsonPropertyName("cache_write_1h")]
    public long? CacheWrite1h { get; init; }

    public long? Output { get; init; }

    public long? Reasoning { get; init; }

    /// <summary>Searches of the web that the vendor runs itself, 0 to 100: Anthropic's, of Responses, Google's queries. Chat completions search once where the request asks for it.</summary>
    public long? WebSearches { get; init; }

    /// <summary>Searches of files that the vendor keeps, 0 to 100: those of Responses.</summary>
    public long? FileSearches { get; init; }
}

/// <summary>Where and how a reply stops before its end. A point beyond the end is never reached.</summary>
internal sealed record Cut
{
    /// <summary>Default <c>rst</c>.</summary>
    public CutHow? How { get; init; }

    /// <summary>True: before the status line, not one byte is answered. Excludes the other places.</summary>
    public bool? BeforeHead { get; init; }

    /// <summary>After this many events, 0 or more.</summary>
    public int? AtEvent { get; init; }

    /// <summary>With <c>at_event</c>: and so many bytes of the next event, which makes half events.</summary>
    public int? PlusBytes { get; init; }

    /// <summary>After this many body bytes, 0 or more.</summary>
    public long? AtByte { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnum<CutHow>))]
internal enum CutHow
{
    /// <summary>TCP reset.</summary>
    Rst,

    /// <summary>Orderly TCP close without HTTP's own end.</summary>
    Fin,

    /// <summary>HTTP ends well, the vendor's own end is missing.</summary>
    End,

    /// <summary>Silence on an open connection, until the client leaves or <c>limit_ms</c> is over.</summary>
    Stall,
}

/// <summary>Bytes put into a stream, at most one of <c>text</c> and <c>base64</c>.</summary>
internal sealed record Insert
{
    /// <summary>Before this event, 0 or more; beyond the end means after the last.</summary>
    public int? AtEvent { get; init; }

    /// <summary>Verbatim: comments, unknown events, broken lines. Blank lines are not added.</summary>
    public string? Text { get; init; }

    public byte[]? Base64 { get; init; }

    /// <summary>True drops the event at that place.</summary>
    public bool? Replace { get; init; }
}

/// <summary>A <c>data:</c> line of this many bytes put before an event.</summary>
internal sealed record HugeLine
{
    public int? AtEvent { get; init; }

    /// <summary>1 to 2^40, never held in memory.</summary>
    public long? Bytes { get; init; }

    /// <summary>False leaves the line without its end, so the next event runs into it. Default true.</summary>
    public bool? Ended { get; init; }
}

/// <summary>After <c>from_event</c> the stream repeats itself with <c>event_gap_ms</c> between (default 10 then, so that it does not burn the machine).</summary>
internal sealed record Endless
{
    public EndlessKind? Kind { get; init; }

    /// <summary>Default: after the first event that carries text.</summary>
    public int? FromEvent { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnum<EndlessKind>))]
internal enum EndlessKind
{
    /// <summary>The first text event again and again, billed each time.</summary>
    Events,

    /// <summary>SSE comments only.</summary>
    Comments,
}

internal sealed record SseStyle
{
    public SseNewline? Newline { get; init; }

    /// <summary>False writes no space after the colon.</summary>
    public bool? Space { get; init; }

    /// <summary>True starts with a byte order mark.</summary>
    public bool? Bom { get; init; }

    /// <summary>True ends the last event without its blank line.</summary>
    public bool? NoLastBlank { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnum<SseNewline>))]
internal enum SseNewline
{
    Lf,
    Crlf,
    Cr,
}

[JsonConverter(typeof(SnakeCaseEnum<BodyEncoding>))]
internal enum BodyEncoding
{
    Gzip,

    /// <summary>Compressed twice, labelled <c>gzip, gzip</c>.</summary>
    GzipTwice,

    /// <summary>Labelled gzip, not compressed.</summary>
    GzipLabelOnly,
}
