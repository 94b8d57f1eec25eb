using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Bedrock.EventStream;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>
/// Writes a stream of frames. Blocks come one after the other (<see cref="SequentialBlocks"/>). An ordinary event allocates nothing, and
/// nothing is kept. The protocol has no way to keep a connection open.
/// </summary>
internal sealed class ConverseEventWriter(ReplyContext context, IBufferWriter<byte> output) : ReplySink
{
    private readonly EventOutput _events = new(output);
    private readonly string _requestId = context.RequestId;
    private readonly long _estimate = context.EstimatedInputTokens;

    // Gemini alone signs calls, and here the id must carry the signature: it is known at a call's end only. Its calls come whole anyway.
    private readonly bool _callsAreSigned = context.Target.Protocol == Protocol.Gemini;
    private readonly ArrayBufferWriter<byte> _signedCall = new();
    private Utf8JsonWriter? _json;
    private int _index = -1;
    private BlockStart _block;
    private ReasoningSeal? _seal;
    private bool _begun;
    private bool _refused;
    private TokenUsage? _usage;

    public override void Start(in ReplyStart start)
    {
        Begin().WriteString("role"u8, "assistant"u8);
        Send("messageStart"u8);
    }

    public override void BeginBlock(int block, in BlockStart start)
    {
        (_block, _seal, _begun) = (start, null, false);
        _refused |= start.Kind == BlockKind.Refusal;
        if (IsCall && !_callsAreSigned)
        {
            BeginCall();
        }
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (!IsCall)
        {
            Piece(_block.Kind == BlockKind.Reasoning ? "reasoningContent"u8 : default, "text"u8, escaped);
        }
        else if (_begun)
        {
            Piece("toolUse"u8, "input"u8, escaped);
        }
        else
        {
            _signedCall.Write(escaped);
        }
    }

    public override void Seal(int block, ReasoningSeal seal) => _seal = seal;

    public override void Cite(int block, in Citation citation)
    {
        if (_block.Kind == BlockKind.Text)
        {
            BeginDelta("citation"u8);
            ConverseCitations.Write(_json!, citation);
            EndDelta("citation"u8);
        }
    }

    public override void EndBlock(int block)
    {
        if (IsCall && !_begun)
        {
            BeginCall();
            if (_signedCall.WrittenCount > 0)
            {
                Piece("toolUse"u8, "input"u8, _signedCall.WrittenSpan);
            }

            _signedCall.ResetWrittenCount();
        }
        else if (_block.Kind == BlockKind.Reasoning && _seal is { } seal)
        {
            bool isRedacted = !_begun && seal is { Maker: Protocol.Bedrock, Form: SealForm.Redacted };
            BeginDelta("reasoningContent"u8).WriteString(isRedacted ? "redactedContent"u8 : "signature"u8, seal.For(Protocol.Bedrock));
            EndDelta("reasoningContent"u8);
        }

        if (_begun)
        {
            Begin().WriteNumber("contentBlockIndex"u8, _index);
            Send("contentBlockStop"u8);
        }
    }

    public override void Stop(int choice, in ReplyStop stop)
    {
        if (choice == 0)
        {
            Begin().WriteString("stopReason"u8, ConverseStops.Word(stop, _refused));
            ConverseReplyWriter.WriteSequence(_json!, stop);
            Send("messageStop"u8);
        }
    }

    public override void Usage(in TokenUsage usage) => _usage = usage;

    public override void End()
    {
        ConverseReplyWriter.WriteUsage(Begin(), _usage ?? new TokenUsage { InputUncached = _estimate });
        Send("metadata"u8);
    }

    public override void Fail(in ReplyFailure failure) =>
        BedrockErrors.WriteEvent(output, new ErrorText(failure.Kind, failure.Code, failure.Message, Param: null, _requestId));

    private bool IsCall => _block.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;

    private void BeginCall()
    {
        _begun = true;
        Utf8JsonWriter json = Begin();
        json.WriteStartObject("start"u8);
        json.WriteStartObject("toolUse"u8);
        json.WriteString("toolUseId"u8, CallIds.ToCaller(_block.CallId!, _seal));
        json.WriteString("name"u8, _block.Name);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteNumber("contentBlockIndex"u8, ++_index);
        Send("contentBlockStart"u8);
    }

    private void Piece(ReadOnlySpan<byte> group, ReadOnlySpan<byte> member, ReadOnlySpan<byte> escaped)
    {
        BeginDelta(group);
        _events.String(member, escaped);
        EndDelta(group);
    }

    /// <param name="group">The member of the delta that holds the piece; empty: it stands in the delta itself.</param>
    private Utf8JsonWriter BeginDelta(ReadOnlySpan<byte> group)
    {
        if (!_begun)
        {
            // Text and thoughts begin with their first piece.
            _begun = true;
            _index++;
        }

        Utf8JsonWriter json = Begin();
        json.WriteNumber("contentBlockIndex"u8, _index);
        json.WriteStartObject("delta"u8);
        if (!group.IsEmpty)
        {
            json.WriteStartObject(group);
        }

        return json;
    }

    private void EndDelta(ReadOnlySpan<byte> group)
    {
        if (!group.IsEmpty)
        {
            _json!.WriteEndObject();
        }

        _json!.WriteEndObject();
        Send("contentBlockDelta"u8);
    }

    private Utf8JsonWriter Begin()
    {
        _json = _events.Begin();
        _json.WriteStartObject();
        return _json;
    }

    private void Send(ReadOnlySpan<byte> type)
    {
        _json!.WriteEndObject();
        EventStreamWriter.Event(output, type, _events.Written());
    }
}
