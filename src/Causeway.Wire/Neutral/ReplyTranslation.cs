using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>One reply on its way from the provider's protocol to the caller's. Not safe for use by several threads at once.</summary>
public sealed class ReplyTranslation
{
    private readonly Codec _from;
    private readonly Codec _to;
    private readonly ReplyContext _context;
    private readonly ReplySink? _writer;
    private readonly ReplyEvents? _events;
    private readonly FlowingAnswer? _flowing;
    private readonly OpenReply? _open;
    private bool _failed;
    private bool _cut;

    /// <param name="request">The request that is answered. Its body must live until a plain reply is written; a stream needs it no longer than this call.</param>
    /// <param name="target">The provider that answers.</param>
    /// <param name="requestId">The gateway's id of the request.</param>
    /// <param name="created">When the reply began.</param>
    /// <param name="arrayStream">Gemini: the caller wants one JSON array instead of events.</param>
    /// <param name="estimatedInputTokens">What the prompt may come to.</param>
    /// <param name="stream">Where a stream is written to; null: the reply is plain.</param>
    /// <param name="flow">What a streamed answer flows through; null: nothing.</param>
    public ReplyTranslation(
        RequestTranslation request,
        Target target,
        string requestId,
        DateTimeOffset created,
        bool arrayStream,
        long estimatedInputTokens,
        IBufferWriter<byte>? stream,
        AnswerChannel? flow = null)
    {
        Operation caller = request.Request.Origin;
        _from = WireFormat.CodecOf(target.Operation)!;
        _to = WireFormat.CodecOf(caller)!;
        _context = new ReplyContext
        {
            RequestId = requestId,
            Target = target,
            Request = request.Request,
            Created = created,
            StreamUsage = request.Request.StreamUsage,
            ArrayStream = arrayStream,
            EstimatedInputTokens = estimatedInputTokens,
        };
        if (stream is not null)
        {
            _writer = Narrow(_to.EventWriter(_context, stream));
            _flowing = flow is null ? null : new FlowingAnswer(_writer, flow, requestId);
            _open = new OpenReply(_flowing ?? _writer);
            _events = _from.Events(_open, target);
        }
    }

    /// <summary>The stream came to its end, or to an error: nothing more is written.</summary>
    public bool Ended => _failed || _cut || _flowing?.Problem is not null || _events!.Ended;

    /// <summary>The stream ended with an error that the caller was told.</summary>
    public bool Failed => _failed || _flowing?.Problem is not null;

    /// <summary>The code of what was wrong with an answer that flowed; null: nothing was.</summary>
    public string? FlowProblem => _flowing?.Problem?.Code;

    /// <summary>Translates one event; what it comes to is written at once.</summary>
    /// <returns>False when the event could not be read: then the caller was told.</returns>
    public bool Event(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        if (Ended)
        {
            return true;
        }

        try
        {
            _events!.Read(name, data);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            Fail(ErrorKind.UpstreamFailed, "upstream_protocol", "The provider sent an event that cannot be read. What came before is all there is.");
            return false;
        }
    }

    /// <summary>The connection closed.</summary>
    /// <returns>False when the stream was cut; the caller is to be told with <see cref="Fail"/>.</returns>
    public bool Close() => Failed || _events!.Close();

    /// <summary>Ends a stream that has not ended as if the model had come to its output cap, in the caller's own protocol.</summary>
    /// <param name="outputTokens">What was generated, as far as it is known; the caller is told no less than the provider told.</param>
    public void EndForLength(long outputTokens)
    {
        if (!Ended)
        {
            _cut = true;
            _open!.EndForLength(new TokenUsage { InputUncached = _context.EstimatedInputTokens, Output = outputTokens });
        }
    }

    /// <summary>Tells the caller in its own protocol that the rest will not come.</summary>
    public void Fail(ErrorKind kind, string code, string message)
    {
        if (!Failed)
        {
            _failed = true;
            _writer!.Fail(new ReplyFailure(kind, code, message));
        }
    }

    /// <summary>Writes what keeps the caller's connection open, in its own protocol.</summary>
    public void KeepAlive()
    {
        if (!Ended)
        {
            _writer!.KeepAlive();
        }
    }

    /// <summary>Writes a reply that was gathered, as the caller asked for it: plain to <paramref name="output"/>, or as a stream to where this translation's stream goes.</summary>
    public void Write(GatheredReply reply, IBufferWriter<byte> output)
    {
        if (_writer is not null)
        {
            reply.Replay(_writer);
            return;
        }

        NeutralReply told = new();
        reply.Replay(Narrow(told));
        using Utf8JsonWriter writer = JsonOutput.To(output);
        _to.WriteReply(told, _context, writer);
    }

    /// <summary>Translates a whole reply of status 200.</summary>
    /// <param name="body">The provider's.</param>
    /// <param name="output">The caller's; nothing is written when the answer is not null. A stream goes where this translation's stream goes.</param>
    /// <returns>Null, or the error that the reply turned out to be.</returns>
    public (ErrorKind Kind, string Code, string Message)? Plain(ReadOnlyMemory<byte> body, IBufferWriter<byte> output)
    {
        NeutralReply reply = new();
        try
        {
            using JsonBody json = new(body);
            _from.ReadReply(json, Narrow(reply), _context.Target);
            if (_writer is not null && reply.Failure is null)
            {
                // Some servers answer whole where a stream was asked for: the caller gets a stream all the same.
                _from.ReadReply(json, _writer, _context.Target);
                return null;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return (ErrorKind.UpstreamFailed, "upstream_protocol", $"{_context.Target.Provider} sent an answer that cannot be read.");
        }

        if (reply.Failure is { } failure)
        {
            return (failure.Kind, failure.Code, failure.Message);
        }

        using Utf8JsonWriter writer = JsonOutput.To(output);
        _to.WriteReply(reply, _context, writer);
        return null;
    }

    // OpenAI and Anthropic keep the promise of one call at a time themselves; for the others it is kept here.
    private ReplySink Narrow(ReplySink sink) =>
        _context.Request.SingleToolCall && _context.Target.Protocol is not (Protocol.OpenAI or Protocol.Anthropic) ? new SingleToolCall(sink) : sink;
}
