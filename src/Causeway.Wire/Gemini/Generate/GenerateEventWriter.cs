using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// Writes a stream of response objects: each holds the new parts, a call only when it is whole, and the usage so far; the last one says why
/// the answer ended.
/// </summary>
/// <remarks>
/// Every chunk has a candidate with a part in it, if need be an empty text: the vendor's SDK throws a conversation's history away over a
/// chunk without one.
/// </remarks>
internal sealed class GenerateEventWriter(ReplyContext context, IBufferWriter<byte> output) : ReplySink
{
    private readonly EventOutput _output = new(output);
    private readonly ReplyFrame _frame = new(context);
    private readonly Dictionary<int, OpenBlock> _open = [];
    private readonly SortedDictionary<int, Choice> _choices = [];
    private TokenUsage? _usage;
    private bool _sent;
    private bool _ended;

    public override void Start(in ReplyStart start)
    {
        _frame.Take(start);
        SendText(0, BlockKind.Text, default, null);
    }

    public override void BeginBlock(int block, in BlockStart start)
    {
        Choice choice = ChoiceOf(start.Choice);
        choice.HasBlocks = true;
        choice.IsRefused |= start.Kind == BlockKind.Refusal;
        _open[block] = new OpenBlock(start);
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        OpenBlock open = _open[block];
        if (open.Arguments is { } arguments)
        {
            arguments.Write(escaped);
        }
        else if (!escaped.IsEmpty)
        {
            SendText(open.Start.Choice, open.Start.Kind, escaped, null);
        }
    }

    public override void Seal(int block, ReasoningSeal seal) => _open[block].Seal = seal;

    public override void Cite(int block, in Citation citation) => ChoiceOf(_open[block].Start.Choice).Citations.Add(citation);

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens) => ChoiceOf(_open[block].Start.Choice).LogProbs.AddRange(tokens);

    public override void EndBlock(int block)
    {
        if (!_open.Remove(block, out OpenBlock? open))
        {
            return;
        }

        if (open.Arguments is { } arguments)
        {
            Utf8JsonWriter json = BeginChunk();
            ReplyParts.WriteCall(json, open.Start, arguments.WrittenSpan, open.Seal);
            EndChunk(json, open.Start.Choice);
        }
        else if (open.Seal is { } seal)
        {
            SendText(open.Start.Choice, open.Start.Kind, default, seal);
        }
    }

    public override void Stop(int choice, in ReplyStop stop) => ChoiceOf(choice).Stop = stop;

    public override void Usage(in TokenUsage usage) => _usage = usage;

    public override void End()
    {
        _ended = true;
        Utf8JsonWriter json = _output.Begin();
        json.WriteStartObject();
        if (_choices is { Count: 1 } && _choices.First().Value is { HasBlocks: false } silent && FinishReasons.IsBlock(silent.Stop))
        {
            ReplyFrame.WriteBlock(json, silent.Stop);
        }
        else
        {
            WriteLast(json);
        }

        _frame.Write(json, _usage);
        json.WriteEndObject();
        Deliver();
        if (context.ArrayStream)
        {
            _output.SendRaw("]"u8);
        }
    }

    public override void Fail(in ReplyFailure failure)
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        if (context.ArrayStream)
        {
            ErrorEnvelope.WriteArrayElement(output, failure.Kind, failure.Code, failure.Message, context.RequestId, first: !_sent);
        }
        else
        {
            GeminiErrors.WriteEvent(output, new ErrorText(failure.Kind, failure.Code, failure.Message, Param: null, context.RequestId));
        }
    }

    /// <summary>A comment; between the elements of an array, white space.</summary>
    public override void KeepAlive() => _output.SendRaw(context.ArrayStream ? "\r\n"u8 : ": keep-alive\n\n"u8);

    private void WriteLast(Utf8JsonWriter json)
    {
        json.WriteStartArray("candidates"u8);
        foreach ((int number, Choice choice) in _choices)
        {
            BeginCandidate(json);
            ReplyParts.WriteText(json, BlockKind.Text, default, null);
            json.WriteEndArray();
            json.WriteString("role"u8, "model"u8);
            json.WriteEndObject();
            ReplyFrame.WriteFinish(json, choice.Stop, choice.IsRefused);
            EndCandidate(json, number, choice);
        }

        json.WriteEndArray();
    }

    private void SendText(int choice, BlockKind kind, ReadOnlySpan<byte> escaped, ReasoningSeal? seal)
    {
        Utf8JsonWriter json = BeginChunk();
        ReplyParts.WriteText(json, kind, escaped, seal);
        EndChunk(json, choice);
    }

    private Utf8JsonWriter BeginChunk()
    {
        Utf8JsonWriter json = _output.Begin();
        json.WriteStartObject();
        json.WriteStartArray("candidates"u8);
        BeginCandidate(json);
        return json;
    }

    private void EndChunk(Utf8JsonWriter json, int choice)
    {
        json.WriteEndArray();
        json.WriteString("role"u8, "model"u8);
        json.WriteEndObject();
        EndCandidate(json, choice, _choices.GetValueOrDefault(choice));
        json.WriteEndArray();
        _frame.Write(json, _usage);
        json.WriteEndObject();
        Deliver();
    }

    private static void BeginCandidate(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("content"u8);
        json.WriteStartArray("parts"u8);
    }

    private static void EndCandidate(Utf8JsonWriter json, int number, Choice? choice)
    {
        json.WriteNumber("index"u8, number);
        if (choice is { IsStopped: true, Citations.Count: > 0 })
        {
            Grounding.Write(json, choice.Citations);
        }

        if (choice is { LogProbs.Count: > 0 })
        {
            TokenLogProbs.Write(json, choice.LogProbs);
            choice.LogProbs.Clear();
        }

        json.WriteEndObject();
    }

    private void Deliver()
    {
        if (context.ArrayStream)
        {
            _output.SendElement(first: !_sent);
        }
        else
        {
            _output.Send(default);
        }

        _sent = true;
    }

    private Choice ChoiceOf(int number)
    {
        if (!_choices.TryGetValue(number, out Choice? choice))
        {
            _choices[number] = choice = new Choice();
        }

        return choice;
    }

    /// <summary>A block that has not ended.</summary>
    private sealed class OpenBlock(in BlockStart start)
    {
        public BlockStart Start { get; } = start;

        /// <summary>Calls: what came of the arguments.</summary>
        public ArrayBufferWriter<byte>? Arguments { get; } = start.CallId is null ? null : new ArrayBufferWriter<byte>();

        public ReasoningSeal? Seal { get; set; }
    }

    /// <summary>What the last chunk says of an answer.</summary>
    private sealed class Choice
    {
        private ReplyStop? _stop;

        public bool HasBlocks { get; set; }

        public bool IsRefused { get; set; }

        public bool IsStopped => _stop is not null;

        public ReplyStop Stop
        {
            get => _stop ?? default;
            set => _stop = value;
        }

        public List<Citation> Citations { get; } = [];

        /// <summary>Those not yet sent: they leave with the next chunk.</summary>
        public List<TokenLogProb> LogProbs { get; } = [];
    }
}
