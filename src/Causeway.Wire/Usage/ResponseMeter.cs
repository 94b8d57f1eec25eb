namespace Causeway.Wire.Usage;

/// <summary>Reads model, usage and end of a reply while it passes. Never keeps the reply, never throws on what a provider sends.</summary>
/// <remarks>One meter per upstream reply; not safe for use by several threads at once.</remarks>
public sealed class ResponseMeter
{
    /// <param name="operation">The operation that is answered.</param>
    /// <param name="stream">The reply is a stream of events (or array elements), not one body.</param>
    public ResponseMeter(Operation operation, bool stream) => (Operation, IsStream) = (operation, stream);

    /// <summary>The operation that is answered.</summary>
    public Operation Operation { get; }

    /// <summary>The reply comes as events or array elements.</summary>
    public bool IsStream { get; }

    /// <summary>Any byte of the reply was seen.</summary>
    public bool SawBytes { get; private set; }

    /// <summary>The provider has reported the usage of the whole call so far. Anthropic streams: not before <c>message_delta</c>.</summary>
    public bool HasUsage { get; internal set; }

    /// <summary>The last usable report; see <see cref="HasUsage"/> and <see cref="InputReported"/> for what of it is known.</summary>
    public TokenUsage Usage { get; internal set; }

    /// <summary>The input counts of <see cref="Usage"/> are the provider's own, even if the stream broke before the output was told.</summary>
    public bool InputReported { get; internal set; }

    /// <summary>The model that served, in the provider's words.</summary>
    public string? Model { get; internal set; }

    /// <summary>Why generation stopped, in the provider's words.</summary>
    public string? StopReason { get; internal set; }

    /// <summary>The service tier that was used, in the provider's words.</summary>
    public string? ServiceTier { get; internal set; }

    /// <summary>Where inference ran (<c>inference_geo</c>), in the provider's words.</summary>
    public string? Region { get; internal set; }

    /// <summary>The code or type of an error that came inside the reply.</summary>
    public string? ErrorCode { get; internal set; }

    /// <summary>Bytes of generated text.</summary>
    public long OutputTextBytes { get; internal set; }

    /// <summary>The reply is complete by the protocol's own rule.</summary>
    public bool Ended { get; internal set; }

    /// <summary>Events whose data could not be read; they were passed on.</summary>
    public int MalformedEvents { get; internal set; }

    /// <summary>Usage reports that were not believed: negative, beyond <see cref="TokenUsage.MaxTokens"/>, fractional or of a wrong type.</summary>
    public int UnusableReports { get; internal set; }

    /// <summary>Takes the next bytes of a plain reply, in any pieces.</summary>
    public void Body(ReadOnlySpan<byte> chunk)
    {
        SawBytes |= !chunk.IsEmpty;
        throw new NotSupportedException();
    }

    /// <summary>Takes one event of a stream, or one element of a Gemini array.</summary>
    /// <param name="name">The event's name; empty when it has none.</param>
    /// <param name="data">The event's data.</param>
    public StreamVerdict Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        SawBytes = true;
        throw new NotSupportedException();
    }
}
