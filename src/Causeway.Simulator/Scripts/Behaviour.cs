namespace Causeway.Simulator.Scripts;

/// <summary>What happens to one request. Every field is optional; an empty behaviour is the ordinary answer.</summary>
/// <remarks>Events are counted from 0 and are SSE events (or array elements of Gemini without <c>alt=sse</c>). Bytes are body bytes, before chunked framing.</remarks>
internal sealed record Behaviour
{
    public static Behaviour Ordinary { get; } = new();

    /// <summary>Milliseconds before the status line, 0 to 3,600,000. A client that leaves meanwhile is not billed.</summary>
    public int? DelayMs { get; init; }

    /// <summary>Milliseconds between two bytes of the status line and headers, 0 to 60,000: the slow loris.</summary>
    public int? HeadGapMs { get; init; }

    /// <summary>Milliseconds between headers and the first body byte, 0 to 3,600,000.</summary>
    public int? FirstByteDelayMs { get; init; }

    /// <summary>Milliseconds between two stream events, 0 to 3,600,000.</summary>
    public int? EventGapMs { get; init; }

    /// <summary>Characters of text per stream event, 1 to 1,000,000; without it one word each.</summary>
    public int? EventChars { get; init; }

    /// <summary>The body leaves in pieces of exactly this many bytes whatever the event borders, 1 to 1,048,576; <c>event_gap_ms</c> is then unused.</summary>
    public int? ChunkBytes { get; init; }

    /// <summary>Milliseconds between two such pieces, 0 to 60,000.</summary>
    public int? ChunkGapMs { get; init; }

    /// <summary>200 to 599. From 400 on the body is the vendor's error unless <c>body</c> is given; from 300 on nothing is billed.</summary>
    public int? Status { get; init; }

    /// <summary>Headers set last, so they also replace: <c>retry-after</c>, <c>retry-after-ms</c>, <c>x-should-retry</c>, <c>location</c>; a null value removes one.</summary>
    public IReadOnlyDictionary<string, string?>? Headers { get; init; }

    /// <summary>Wording of the vendor's error; what is absent follows from the status.</summary>
    public ScriptedError? Error { get; init; }

    /// <summary>The body as text instead of an answer; not billed. At most one of <c>body</c>, <c>body_base64</c>, <c>body_bytes</c>.</summary>
    public string? Body { get; init; }

    /// <summary>The body as base64 instead of an answer; not billed.</summary>
    public byte[]? BodyBase64 { get; init; }

    /// <summary>A body of this many spaces, 0 to 2^40, never held in memory; not billed.</summary>
    public long? BodyBytes { get; init; }

    /// <summary>Replaces the content type, as in HTML with 200.</summary>
    public string? ContentType { get; init; }

    /// <summary>Compression of the body, or a label that lies about it.</summary>
    public BodyEncoding? Encoding { get; init; }

    /// <summary>The answer's text, still cut to the request's token limit.</summary>
    public string? Text { get; init; }

    /// <summary>The answer's text is drawn from these, by <see cref="TextSeed"/> and the request's number: a model that is undecided. Up to 64.</summary>
    public IReadOnlyList<ScriptedText>? Texts { get; init; }

    /// <summary>Draws another sequence of <see cref="Texts"/>. Default 0.</summary>
    public int? TextSeed { get; init; }

    /// <summary>The text comes in so many parts, 1 to 64, cut anywhere: blocks of Anthropic and Bedrock, parts of Gemini and Responses; chat completions have one.</summary>
    public int? TextParts { get; init; }

    /// <summary>Text of the model's reasoning, shown where the vendor shows it.</summary>
    public string? ReasoningText { get; init; }

    /// <summary>True hands the reasoning out as an opaque block (Anthropic and Bedrock); elsewhere it changes nothing.</summary>
    public bool? RedactReasoning { get; init; }

    /// <summary>True answers well with nothing: no choice, no candidate, no content.</summary>
    public bool? Empty { get; init; }

    /// <summary>The model says no in these words, in the vendor's way of saying so.</summary>
    public string? Refusal { get; init; }

    /// <summary>Tool calls answered whatever the request offers, at most 64.</summary>
    public IReadOnlyList<ScriptedToolCall>? ToolCalls { get; init; }

    /// <summary>The vendor's stop word verbatim (<c>content_filter</c>, <c>pause_turn</c>, <c>SAFETY</c>).</summary>
    public string? FinishReason { get; init; }

    /// <summary>The model that the answer names; default the requested one.</summary>
    public string? ServedModel { get; init; }

    /// <summary>The backend that the answer names, where the vendor names one: OpenAI's <c>system_fingerprint</c>.</summary>
    public string? SystemFingerprint { get; init; }

    /// <summary>Numbers both reported and billed; what is absent is counted as usual.</summary>
    public ScriptedUsage? Usage { get; init; }

    /// <summary>JSON text (or anything else) reported where the usage object belongs; the bill keeps the true numbers.</summary>
    public string? UsageJson { get; init; }

    /// <summary>True leaves usage out of the answer; it is billed all the same.</summary>
    public bool? OmitUsage { get; init; }

    /// <summary>Where and how the body stops before its end.</summary>
    public Cut? Cut { get; init; }

    /// <summary>This stream event is the vendor's error (worded by <c>error</c>), and the last one.</summary>
    public int? ErrorAtEvent { get; init; }

    /// <summary>The JSON of this stream event breaks off in its middle; its framing stays whole.</summary>
    public int? MalformedAtEvent { get; init; }

    /// <summary>True: a look at a batch finds it still being worked on; without it the first look finds it ended.</summary>
    public bool? BatchInProgress { get; init; }

    /// <summary>Bytes put between (or in place of) stream events, at most 1,000.</summary>
    public IReadOnlyList<Insert>? Insert { get; init; }

    /// <summary>One SSE line of absurd length.</summary>
    public HugeLine? HugeLine { get; init; }

    /// <summary>A stream that does not end by itself.</summary>
    public Endless? Endless { get; init; }

    /// <summary>After so many milliseconds an endless or stalled stream is reset, 1 to 3,600,000, default 60,000.</summary>
    public int? LimitMs { get; init; }

    /// <summary>Lawful but unusual ways to write an event stream.</summary>
    public SseStyle? Sse { get; init; }

    /// <summary>Added to the true Content-Length, -1,000,000 to 1,000,000; the connection ends with FIN after the body.</summary>
    public int? ContentLengthDelta { get; init; }

    /// <summary>True sends chunk sizes that are not hexadecimal.</summary>
    public bool? BrokenChunking { get; init; }

    /// <summary>This many extra headers, 0 to 2,000,000.</summary>
    public int? ExtraHeaders { get; init; }

    /// <summary>Exactly these bytes on the socket instead of any HTTP, then FIN (or what <c>cut.how</c> says); not billed.</summary>
    public string? RawReply { get; init; }

    /// <summary>The same as base64.</summary>
    public byte[]? RawReplyBase64 { get; init; }

    /// <summary>True when Kestrel would refuse to send such a thing, so that the bytes go to the socket past it.</summary>
    internal bool NeedsSocket => Cut?.How is CutHow.Rst or CutHow.Fin || HeadGapMs is not null || ContentLengthDelta is not null
        || BrokenChunking is true || ExtraHeaders is not null || ReplacesHttp;

    internal bool ReplacesHttp => RawReply is not null || RawReplyBase64 is not null;

    internal bool ReplacesBody => Body is not null || BodyBase64 is not null || BodyBytes is not null;
}
