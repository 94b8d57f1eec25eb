using Causeway.Wire.Json;
using Causeway.Wire.Objects;

namespace Causeway.Wire.Usage;

/// <summary>Reads model, usage and end of a reply while it passes. Never keeps the reply, never throws on what a provider sends.</summary>
/// <remarks>
/// One meter per upstream reply; not safe for use by several threads at once. An ordinary event of a chat stream costs a few vectorised
/// searches and no allocation; events that carry something of interest are read exactly.
/// </remarks>
public sealed class ResponseMeter
{
    private readonly ReplyReader _reader;
    private JsonTap _tap;
    private ToolUses _uses;
    private bool _isPreview;

    /// <param name="operation">The operation that is answered.</param>
    /// <param name="stream">The reply is a stream of events (or array elements), not one body.</param>
    public ResponseMeter(Operation operation, bool stream)
    {
        (Operation, IsStream) = (operation, stream);
        _reader = WireFormat.Of(operation).ReaderOf(operation);
        _tap = new JsonTap(_reader.BodyPaths);
    }

    /// <summary>The operation that is answered.</summary>
    public Operation Operation { get; }

    /// <summary>What reads the same reply for what was made; null: nothing is made that is kept.</summary>
    public MadeObjects? Made { get; set; }

    /// <summary>The reply comes as events or array elements.</summary>
    public bool IsStream { get; }

    /// <summary>Any byte of the reply was seen.</summary>
    public bool SawBytes { get; private set; }

    /// <summary>
    /// The provider has reported the usage of the whole call: final where <see cref="Ended"/>, otherwise the last of its running totals.
    /// Anthropic streams: not before <c>message_delta</c>.
    /// </summary>
    public bool HasUsage { get; internal set; }

    /// <summary>The last usable report; see <see cref="HasUsage"/> and <see cref="InputReported"/> for what of it is known.</summary>
    public TokenUsage Usage { get; internal set; }

    /// <summary>The input counts of <see cref="Usage"/> are the provider's own, even if the stream broke before the output was told.</summary>
    public bool InputReported { get; internal set; }

    /// <summary>
    /// Uses of the provider's own tools, as far as they are told: final where <see cref="Usage"/> is, otherwise those that were seen to end. Chat
    /// completions tell none.
    /// </summary>
    public ToolUses Uses => _isPreview ? _uses with { WebSearch = 0, WebSearchPreview = Math.Max(0, _uses.WebSearch) } : _uses with { WebSearch = Math.Max(0, _uses.WebSearch) };

    /// <summary>The model that served, in the provider's words; up to 512 bytes, like the words below.</summary>
    public string? Model { get; internal set; }

    /// <summary>The backend that served (OpenAI's <c>system_fingerprint</c>), in the provider's words.</summary>
    public string? Fingerprint { get; internal set; }

    /// <summary>Why generation stopped, in the provider's words. With several choices, the last one told.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>The model says that it will not answer, in the field that OpenAI's protocols have for that.</summary>
    public bool Refuses { get; internal set; }

    /// <summary>The service tier that was used, in the provider's words.</summary>
    public string? ServiceTier { get; internal set; }

    /// <summary>Where inference ran (Anthropic's <c>inference_geo</c>), in the provider's words.</summary>
    public string? Region { get; internal set; }

    /// <summary>The code or type of an error that came inside the reply.</summary>
    public string? ErrorCode { get; internal set; }

    /// <summary>
    /// Bytes of generated text and tool arguments so far, to estimate an interrupted reply from. Streams: the string values of the deltas as
    /// spelled on the wire, so an escape counts as its spelling. Plain replies: all bytes, an upper bound.
    /// </summary>
    public long OutputTextBytes { get; internal set; }

    /// <summary>Bytes of what was generated, to count tokens from where the provider reports none: of a plain reply its texts, thoughts and arguments, where they stand where the protocol has them.</summary>
    public long GeneratedBytes => !IsStream && _tap.Measured > 0 ? _tap.Measured : OutputTextBytes;

    /// <summary>
    /// The reply is complete by the protocol's own rule: chat <c>[DONE]</c>; responses <c>completed</c>, <c>incomplete</c> or <c>failed</c>;
    /// Anthropic <c>message_stop</c>; Gemini a <c>finishReason</c> or <c>blockReason</c>; a plain reply when its JSON closed.
    /// A stream that ends without it was cut.
    /// </summary>
    public bool Ended { get; internal set; }

    /// <summary>A plain response says only that the provider has begun: what it uses it tells to whoever asks later.</summary>
    public bool IsUnderWay => Operation == Operation.Responses && !IsStream && !HasUsage && StopReason is "queued" or "in_progress";

    /// <summary>Events whose data could not be read; they were passed on.</summary>
    public int MalformedEvents { get; internal set; }

    /// <summary>Usage reports that were not believed: negative, beyond <see cref="TokenUsage.MaxTokens"/>, fractional or of a wrong type (F-10).</summary>
    public int UnusableReports { get; internal set; }

    /// <summary>Events seen so far.</summary>
    internal int Events { get; private set; }

    /// <summary>What the body of an error says that the call used all the same; null: nothing, as nearly every one.</summary>
    /// <param name="operation">The operation that was to be answered.</param>
    /// <param name="body">The error's body, or its beginning.</param>
    public static ResponseMeter? OfError(Operation operation, ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"usage"u8) < 0)
        {
            return null;
        }

        ResponseMeter meter = new(operation, stream: false);
        meter.Body(body);
        return meter.HasUsage ? meter : null;
    }

    /// <summary>Takes the next bytes of a plain reply, in any pieces.</summary>
    public void Body(ReadOnlySpan<byte> chunk)
    {
        SawBytes |= !chunk.IsEmpty;
        OutputTextBytes += chunk.Length;
        Made?.Body(chunk);
        while (_tap.TryRead(ref chunk, out int path, out ReadOnlySpan<byte> value))
        {
            _reader.Take(this, path, value);
        }

        Ended = _tap.IsDone;
    }

    /// <summary>The provider closed a stream in good order. Some servers of OpenAI's protocol leave <c>[DONE]</c> out: an answer that has a reason to stop and its usage is whole.</summary>
    public void Closed() => Ended |= Operation == Operation.ChatCompletions && IsStream && HasUsage && StopReason is not null;

    /// <summary>Takes one event of a stream, or one element of a Gemini array.</summary>
    /// <param name="name">The event's name; empty when it has none.</param>
    /// <param name="data">The event's data.</param>
    public StreamVerdict Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        SawBytes = true;
        Events++;
        Made?.Event(name, data);
        return _reader.Event(this, name, data);
    }

    /// <summary>Keeps the first model that is told.</summary>
    internal void TakeModel(ReadOnlySpan<byte> raw) => Model ??= JsonText.Word(raw);

    /// <summary>Takes what stands where OpenAI's protocols have a refusal: one of no words, or none, is no refusal.</summary>
    internal void TakeRefusal(ReadOnlySpan<byte> raw) => Refuses |= raw.Length > 2 && raw[0] == '"';

    /// <summary>A tool was used; fewer than none: one that was counted is not billed.</summary>
    internal void CountTool(ServerTool tool, int uses = 1) => _uses = _uses.Plus(tool, uses);

    /// <summary>Takes a report of all uses in place of what was counted.</summary>
    internal void TakeTools(ToolUses uses) => _uses = uses;

    /// <summary>The searches are those of OpenAI's older tool: the items that tell them do not say.</summary>
    internal void SearchesByPreview() => _isPreview = true;

    /// <summary>Keeps a complete report, or counts one that cannot be believed.</summary>
    internal void TakeUsage(bool usable, TokenUsage usage)
    {
        if (!usable)
        {
            UnusableReports++;
            return;
        }

        Usage = usage;
        HasUsage = true;
        InputReported = true;
    }
}
