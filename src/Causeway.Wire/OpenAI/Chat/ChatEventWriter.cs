using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Writes chunks: a role first, what is said as it comes, a reason for each choice, the usage when it is asked for, <c>[DONE]</c>.</summary>
internal sealed class ChatEventWriter : ReplySink
{
    private readonly ReplyContext _context;
    private readonly IBufferWriter<byte> _output;
    private readonly EventOutput _events;
    private readonly bool _firstForm;

    // They are held until the answer ends, and a provider may send without end.
    private const int MaxCitations = 1_000;

    // By number of block; null: ended.
    private readonly List<ChatWrittenBlock?> _blocks = [];

    // By choice.
    private readonly List<ChatWrittenChoice> _choices = [];
    private ChatReplyHead? _head;
    private TokenUsage _tokens;
    private bool _hasUsage;

    public ChatEventWriter(ReplyContext context, IBufferWriter<byte> output)
    {
        _context = context;
        _output = output;
        _events = new EventOutput(output);
        _firstForm = ChatToolReader.IsFirstForm(context.Request);
    }

    public override void Start(in ReplyStart start)
    {
        _head = new ChatReplyHead(start, _context);
        ChoiceOf(0);
    }

    public override void BeginBlock(int block, in BlockStart start)
    {
        ChatWrittenChoice choice = ChoiceOf(start.Choice);
        choice.Refuses |= start.Kind == BlockKind.Refusal;
        bool isCall = start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;
        while (_blocks.Count <= block)
        {
            _blocks.Add(null);
        }

        _blocks[block] = new ChatWrittenBlock(start, isCall ? choice.Calls++ : 0);
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        ChatWrittenBlock written = _blocks[block]!;
        if (escaped.IsEmpty)
        {
            return;
        }

        if (written.IsCall)
        {
            WriteCall(written, escaped);
            return;
        }

        written.Keep(escaped);
        Utf8JsonWriter json = BeginDelta(written.Start.Choice);
        _events.String(MemberOf(written.Start.Kind), escaped);
        EndDelta(json);
    }

    public override void Seal(int block, ReasoningSeal seal) => _blocks[block]!.Seal = seal;

    public override void Cite(int block, in Citation citation)
    {
        List<Citation> cited = _choices[_blocks[block]!.Start.Choice].Citations;
        if (cited.Count < MaxCitations)
        {
            cited.Add(citation);
        }
    }

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens)
    {
        BlockStart start = _blocks[block]!.Start;
        Utf8JsonWriter json = BeginDelta(start.Choice);
        json.WriteEndObject();
        ChatLogProbs.Write(json, tokens, start.Kind == BlockKind.Refusal);
        json.WriteNull("finish_reason"u8);
        EndChunk(json);
    }

    public override void EndBlock(int block)
    {
        ChatWrittenBlock written = _blocks[block]!;
        _blocks[block] = null;
        if (written.IsCall && !written.IsBegun)
        {
            // A call without arguments: an empty object, since clients parse the text.
            WriteCall(written, written.Start.Kind == BlockKind.ToolCall ? "{}"u8 : default);
        }
        else if (!written.IsCall && written.Seal is { } seal && ChatReasoning.HasEntry(seal))
        {
            _choices[written.Start.Choice].Entries.Add((seal, written.Kept.ToArray()));
        }
    }

    public override void Stop(int choice, in ReplyStop stop)
    {
        ChatWrittenChoice written = ChoiceOf(choice);
        Utf8JsonWriter json = BeginDelta(choice);
        if (!written.Refuses && stop is { Kind: StopKind.Refusal, Detail: { } reason })
        {
            json.WriteString("refusal"u8, reason);
        }

        WriteCitations(json, written.Citations);
        WriteReasoning(json, written.Entries);
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteString("finish_reason"u8, ChatStops.Word(stop.Kind, written.Refuses, _firstForm));
        EndChunk(json);
    }

    // Lists are told once and whole: of a member that they do not know OpenAI's SDK for Node keeps what the last delta with it had, and the one for Python
    // joins what each had, entry by entry and text to text. Either would spoil what has to come back with the next turn as it was.
    private static void WriteCitations(Utf8JsonWriter json, List<Citation> citations)
    {
        if (citations.Count == 0)
        {
            return;
        }

        json.WriteStartArray("annotations"u8);
        foreach (Citation citation in citations)
        {
            ChatAnnotations.Write(json, citation);
        }

        json.WriteEndArray();
    }

    private static void WriteReasoning(Utf8JsonWriter json, List<(ReasoningSeal Seal, byte[] Text)> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        json.WriteStartArray("reasoning_details"u8);
        for (int i = 0; i < entries.Count; i++)
        {
            ChatReasoning.WriteEntry(json, entries[i].Seal, entries[i].Text, i);
        }

        json.WriteEndArray();
    }

    public override void Usage(in TokenUsage usage) => (_tokens, _hasUsage) = (usage, true);

    public override void End()
    {
        if (_context.StreamUsage && _hasUsage)
        {
            Utf8JsonWriter json = BeginChunk();
            json.WriteStartArray("choices"u8);
            json.WriteEndArray();
            ChatUsage.Write(json, _tokens);
            json.WriteEndObject();
            _events.Send(default);
        }

        _events.SendRaw("data: [DONE]\n\n"u8);
    }

    public override void Fail(in ReplyFailure failure) =>
        OpenAIErrors.WriteEvent(
            _output, Operation.ChatCompletions, new ErrorText(failure.Kind, failure.Code, failure.Message, Param: null, _context.RequestId), sequence: 0);

    public override void KeepAlive() => _events.SendRaw(": keep-alive\n\n"u8);

    private static ReadOnlySpan<byte> MemberOf(BlockKind kind) => kind switch
    {
        BlockKind.Reasoning => "reasoning_content"u8,
        BlockKind.Refusal => "refusal"u8,
        _ => "content"u8,
    };

    private ChatWrittenChoice ChoiceOf(int choice)
    {
        while (_choices.Count <= choice)
        {
            Utf8JsonWriter json = BeginDelta(_choices.Count);
            _choices.Add(new ChatWrittenChoice());
            json.WriteString("role"u8, "assistant"u8);
            json.WriteNull("content"u8);
            json.WriteNull("refusal"u8);
            EndDelta(json);
        }

        return _choices[choice];
    }

    // The id may carry a seal that comes after the block's start, so a call is told of with its first arguments.
    private void WriteCall(ChatWrittenBlock call, ReadOnlySpan<byte> escaped)
    {
        bool isCustom = call.Start.Kind == BlockKind.CustomToolCall;
        ReadOnlySpan<byte> text = isCustom ? "input"u8 : "arguments"u8;
        if (_firstForm)
        {
            WriteFunctionCall(call, text, escaped);
            return;
        }

        ReadOnlySpan<byte> kind = isCustom ? "custom"u8 : "function"u8;
        Utf8JsonWriter json = BeginDelta(call.Start.Choice);
        json.WriteStartArray("tool_calls"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, call.Index);
        if (!call.IsBegun)
        {
            json.WriteString("id"u8, CallIds.ToCaller(call.Start.CallId!, call.Seal));
            json.WriteString("type"u8, kind);
        }

        json.WriteStartObject(kind);
        WriteName(json, call);
        _events.String(text, escaped);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        EndDelta(json);
    }

    private void WriteFunctionCall(ChatWrittenBlock call, ReadOnlySpan<byte> text, ReadOnlySpan<byte> escaped)
    {
        if (call.Index > 0)
        {
            return; // The first form has room for one call.
        }

        Utf8JsonWriter json = BeginDelta(call.Start.Choice);
        json.WriteStartObject("function_call"u8);
        WriteName(json, call);
        _events.String(text, escaped);
        json.WriteEndObject();
        EndDelta(json);
    }

    private static void WriteName(Utf8JsonWriter json, ChatWrittenBlock call)
    {
        if (!call.IsBegun)
        {
            call.IsBegun = true;
            json.WriteString("name"u8, call.Start.Name);
        }
    }

    private Utf8JsonWriter BeginChunk()
    {
        Utf8JsonWriter json = _events.Begin();
        json.WriteStartObject();
        _head!.Write(json, "chat.completion.chunk"u8);
        return json;
    }

    private Utf8JsonWriter BeginDelta(int choice)
    {
        Utf8JsonWriter json = BeginChunk();
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, choice);
        json.WriteStartObject("delta"u8);
        return json;
    }

    private void EndDelta(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteNull("logprobs"u8);
        json.WriteNull("finish_reason"u8);
        EndChunk(json);
    }

    private void EndChunk(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndArray();
        if (_context.StreamUsage)
        {
            json.WriteNull("usage"u8);
        }

        json.WriteEndObject();
        _events.Send(default);
    }
}
