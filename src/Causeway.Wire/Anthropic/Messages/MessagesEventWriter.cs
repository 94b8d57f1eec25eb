using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>
/// Writes a stream. Blocks come one after the other (<see cref="SequentialBlocks"/>). An ordinary event allocates nothing; kept are the
/// arguments of the call under way, which must come out as an object.
/// </summary>
internal sealed class MessagesEventWriter(ReplyContext context, IBufferWriter<byte> output) : ReplySink
{
    private static readonly byte[] Ping = [.. "event: ping\ndata: {\"type\":\"ping\"}\n\n"u8];

    private readonly EventOutput _events = new(output);
    private readonly string _requestId = context.RequestId;
    private readonly Target _target = context.Target;
    private readonly MessagesCallText _call = new();

    // Gemini alone signs calls, and here the id must carry the signature: it is known at a call's end only. Its calls come whole anyway.
    private readonly bool _callsAreSigned = context.Target.Protocol == Protocol.Gemini;
    private Utf8JsonWriter? _json;
    private int _index = -1;
    private BlockStart _block;
    private bool _begun;
    private ReasoningSeal? _seal;
    private bool _refused;
    private string? _malformed;
    private ReplyStop _stop;
    private TokenUsage? _usage;

    public override void Start(in ReplyStart start)
    {
        Utf8JsonWriter json = Begin("message_start"u8);
        json.WriteStartObject("message"u8);
        MessagesHead.Write(json, start, context);
        json.WriteStartArray("content"u8);
        json.WriteEndArray();
        json.WriteNull("stop_reason"u8);
        json.WriteNull("stop_sequence"u8);
        json.WriteNull("stop_details"u8);
        json.WriteNull("container"u8);
        json.WriteStartObject("usage"u8);
        AnthropicUsage.Write(json, new TokenUsage { InputUncached = context.EstimatedInputTokens });
        MessagesHead.WriteTier(json, start);
        json.WriteEndObject();
        json.WriteEndObject();
        Send("message_start"u8);
    }

    public override void BeginBlock(int block, in BlockStart start)
    {
        (_block, _begun, _seal) = (start, false, null);
        _refused |= start.Kind == BlockKind.Refusal;
        if (IsCall)
        {
            _call.Begin();
            if (!_callsAreSigned)
            {
                BeginCall();
            }
        }
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (IsCall)
        {
            _call.Append(escaped);
            if (_begun)
            {
                Piece("input_json_delta"u8, "partial_json"u8, escaped);
            }
        }
        else if (_block.Kind == BlockKind.Reasoning)
        {
            EnsureBegun("thinking"u8);
            Piece("thinking_delta"u8, "thinking"u8, escaped);
        }
        else
        {
            EnsureBegun("text"u8);
            Piece("text_delta"u8, "text"u8, escaped);
        }
    }

    public override void Seal(int block, ReasoningSeal seal) => _seal = seal;

    public override void Cite(int block, in Citation citation)
    {
        if (_block.Kind != BlockKind.Text)
        {
            return;
        }

        EnsureBegun("text"u8);
        Utf8JsonWriter json = BeginDelta("citations_delta"u8);
        json.WritePropertyName("citation"u8);
        MessagesCitations.Write(json, citation);
        EndDelta();
    }

    public override void EndBlock(int block)
    {
        if (IsCall)
        {
            EndCall();
        }
        else if (_block.Kind == BlockKind.Reasoning)
        {
            EndReasoning();
        }

        if (_begun)
        {
            Begin("content_block_stop"u8).WriteNumber("index"u8, _index);
            Send("content_block_stop"u8);
        }
    }

    public override void Stop(int choice, in ReplyStop stop) => _stop = choice == 0 ? stop : _stop;

    public override void Usage(in TokenUsage usage) => _usage = usage;

    /// <summary>Until here the counts were not known: <c>message_delta</c> tells both them and why the answer ended.</summary>
    public override void End()
    {
        if (_malformed is not null && _stop.Kind is not (StopKind.MaxTokens or StopKind.ContextWindow))
        {
            Fail(new ReplyFailure(ErrorKind.UpstreamFailed, "upstream_protocol", $"The model called \"{_malformed}\" with arguments that are no JSON object."));
            return;
        }

        Utf8JsonWriter json = Begin("message_delta"u8);
        json.WriteStartObject("delta"u8);
        MessagesStops.Write(json, _stop, _refused);
        json.WriteNull("container"u8);
        json.WriteEndObject();
        json.WriteStartObject("usage"u8);
        AnthropicUsage.Write(json, _usage ?? new TokenUsage { InputUncached = context.EstimatedInputTokens });
        json.WriteEndObject();
        Send("message_delta"u8);
        Begin("message_stop"u8);
        Send("message_stop"u8);
    }

    public override void Fail(in ReplyFailure failure) =>
        AnthropicErrors.WriteEvent(output, new ErrorText(failure.Kind, failure.Code, failure.Message, Param: null, _requestId));

    public override void KeepAlive() => _events.SendRaw(Ping);

    private bool IsCall => _block.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;

    private void BeginCall()
    {
        Utf8JsonWriter json = BeginContent("tool_use"u8);
        json.WriteString("id"u8, CallIds.ToCaller(_block.CallId!, _seal));
        json.WriteString("name"u8, _block.Name);
        json.WriteStartObject("input"u8);
        json.WriteEndObject();
        EndContent();
    }

    private void EndCall()
    {
        if (!_begun)
        {
            BeginCall();
            if (!_call.Escaped.IsEmpty)
            {
                Piece("input_json_delta"u8, "partial_json"u8, _call.Escaped);
            }
        }

        _malformed ??= _call.IsObject() ? null : _block.Name;
    }

    private void EndReasoning()
    {
        if (!_begun && _seal is { Form: SealForm.Redacted } redacted)
        {
            BeginContent("redacted_thinking"u8).WriteString("data"u8, redacted.For(Protocol.Anthropic));
            EndContent();
        }
        else if (_begun || _seal is not null)
        {
            EnsureBegun("thinking"u8);
            BeginDelta("signature_delta"u8).WriteString("signature"u8, MessagesSeals.Signature(_seal, _target));
            EndDelta();
        }
    }

    /// <summary>Begins a block of text or thoughts with its first piece: an empty one is not told of, since nobody could give it back.</summary>
    private void EnsureBegun(ReadOnlySpan<byte> type)
    {
        if (_begun)
        {
            return;
        }

        Utf8JsonWriter json = BeginContent(type);
        json.WriteString(type, ""u8);
        if (_block.Kind == BlockKind.Reasoning)
        {
            json.WriteString("signature"u8, ""u8);
        }

        EndContent();
    }

    private Utf8JsonWriter BeginContent(ReadOnlySpan<byte> type)
    {
        _begun = true;
        _index++;
        Utf8JsonWriter json = Begin("content_block_start"u8);
        json.WriteNumber("index"u8, _index);
        json.WriteStartObject("content_block"u8);
        json.WriteString("type"u8, type);
        return json;
    }

    private void EndContent()
    {
        _json!.WriteEndObject();
        Send("content_block_start"u8);
    }

    private void Piece(ReadOnlySpan<byte> type, ReadOnlySpan<byte> member, ReadOnlySpan<byte> escaped)
    {
        BeginDelta(type);
        _events.String(member, escaped);
        EndDelta();
    }

    private Utf8JsonWriter BeginDelta(ReadOnlySpan<byte> type)
    {
        Utf8JsonWriter json = Begin("content_block_delta"u8);
        json.WriteNumber("index"u8, _index);
        json.WriteStartObject("delta"u8);
        json.WriteString("type"u8, type);
        return json;
    }

    private void EndDelta()
    {
        _json!.WriteEndObject();
        Send("content_block_delta"u8);
    }

    private Utf8JsonWriter Begin(ReadOnlySpan<byte> type)
    {
        _json = _events.Begin();
        _json.WriteStartObject();
        _json.WriteString("type"u8, type);
        return _json;
    }

    private void Send(ReadOnlySpan<byte> type)
    {
        _json!.WriteEndObject();
        _events.Send(type);
    }
}
