using System.Buffers;
using Causeway.Wire.Errors;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Leads the text of a streamed answer through an <see cref="AnswerFlow"/> on its way to the caller. The answer is one block, text or a call as
/// the caller waits for it, whichever way it came and in however many parts; it stays open until its choice ends. Of a caller's own tool every call is one.
/// </summary>
internal sealed class FlowingAnswer(ReplySink next, AnswerChannel channel, string requestId) : ReplySink
{
    private readonly Dictionary<int, int> _numbers = [];
    private readonly Dictionary<int, List<Choice>> _choices = [];
    private readonly Dictionary<int, Choice> _answers = [];
    private readonly ExpectedAnswer _expected = new(channel.Carrier, channel.ToolName, IsForced: channel.Tool is not null);
    private readonly ArrayBufferWriter<byte> _text = new();
    private int _begun;

    /// <summary>What ended the stream before its time; null: nothing did.</summary>
    public (string Code, string Message)? Problem { get; private set; }

    public override void Start(in ReplyStart start) => next.Start(start);

    public override void BeginBlock(int block, in BlockStart start)
    {
        if (Problem is not null)
        {
            return;
        }

        if (_expected.IsAnswer(start))
        {
            Choice answer = AnswerOf(start);
            _answers[block] = answer;
            _numbers[block] = answer.Block;
        }
        else if (_expected.RulesOut(start))
        {
            Fail(("contract_violated", $"The model called the tool \"{start.Name}\" where another one had to be called."));
        }
        else if (!_expected.IsAside(start))
        {
            _numbers[block] = _begun;
            next.BeginBlock(_begun++, start);
        }
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        if (Problem is not null || !_numbers.TryGetValue(block, out int number))
        {
            return;
        }

        if (!_answers.TryGetValue(block, out Choice? answer))
        {
            next.Delta(number, escaped);
            return;
        }

        _text.ResetWrittenCount();
        bool flows = answer.Take(escaped, _text);
        Send(answer, isLast: false);
        if (!flows)
        {
            Fail(answer.Flow.Problem);
        }
    }

    public override void Seal(int block, ReasoningSeal seal)
    {
        if (Problem is null && _numbers.TryGetValue(block, out int number))
        {
            next.Seal(number, seal);
        }
    }

    public override void Cite(int block, in Citation citation)
    {
        if (Problem is null && _numbers.TryGetValue(block, out int number))
        {
            next.Cite(number, citation);
        }
    }

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens)
    {
        if (Problem is null && _numbers.TryGetValue(block, out int number))
        {
            next.LogProbs(number, tokens);
        }
    }

    public override void EndBlock(int block)
    {
        if (Problem is null && !_answers.ContainsKey(block) && _numbers.TryGetValue(block, out int number))
        {
            next.EndBlock(number);
        }
    }

    public override void Stop(int choice, in ReplyStop stop)
    {
        if (Problem is not null)
        {
            return;
        }

        bool isDocument = stop.Kind is StopKind.EndTurn or StopKind.StopSequence || (stop.Kind == StopKind.ToolUse && _expected.IsCall);
        if (!_choices.TryGetValue(choice, out List<Choice>? answers))
        {
            if (isDocument)
            {
                Fail(("answer_empty", "The model gave no answer."));
            }
            else
            {
                next.Stop(choice, stop);
            }

            return;
        }

        foreach (Choice answer in answers)
        {
            _text.ResetWrittenCount();
            if (isDocument && !answer.Flow.Complete(_text))
            {
                Fail(answer.Flow.Problem);
                return;
            }

            Send(answer, isLast: true);
            next.EndBlock(answer.Block);
        }

        next.Stop(choice, isDocument ? new ReplyStop(channel.Tool is null ? StopKind.EndTurn : StopKind.ToolUse) : stop);
    }

    public override void Usage(in TokenUsage usage) => next.Usage(usage + channel.Before);

    public override void End()
    {
        if (Problem is null)
        {
            next.End();
        }
    }

    public override void Fail(in ReplyFailure failure)
    {
        if (Problem is null)
        {
            next.Fail(failure);
        }
    }

    public override void KeepAlive() => next.KeepAlive();

    private Choice AnswerOf(in BlockStart start)
    {
        if (!_choices.TryGetValue(start.Choice, out List<Choice>? known))
        {
            _choices[start.Choice] = known = [];
        }

        if (known.Count > 0 && channel.Carrier != ShapeCarrier.CallersTool)
        {
            return known[0];
        }

        Choice begun = new(_begun++, channel.Flow());
        known.Add(begun);
        next.BeginBlock(begun.Block, channel.Tool is not { } tool
            ? new BlockStart(BlockKind.Text, start.Choice)
            : new BlockStart(BlockKind.ToolCall, start.Choice, start.CallId ?? CallIds.Synthesize(requestId, channel.Carrier == ShapeCarrier.CallersTool ? begun.Block : start.Choice), tool));
        return begun;
    }

    private void Send(Choice answer, bool isLast)
    {
        ReadOnlySpan<byte> escaped = answer.Escaper.Escape(_text.WrittenSpan, isLast);
        if (!escaped.IsEmpty)
        {
            next.Delta(answer.Block, escaped);
        }
    }

    private void Fail((string Code, string Message) problem)
    {
        Problem = problem;
        next.Fail(new ReplyFailure(ErrorKind.UpstreamFailed, problem.Code, problem.Message));
    }

    /// <summary>The answer of one choice.</summary>
    private sealed class Choice(int block, AnswerFlow flow)
    {
        // Pieces never cut an escape, but may cut a pair of them that spells one character.
        private const int EscapeLength = 6;
        private readonly ArrayBufferWriter<byte> _half = new();

        public int Block { get; } = block;

        public AnswerFlow Flow { get; } = flow;

        /// <summary>What leaves the flow may be cut within a character too.</summary>
        public TextEscaper Escaper { get; } = new();

        public bool Take(ReadOnlySpan<byte> escaped, IBufferWriter<byte> output)
        {
            if (_half.WrittenCount == 0 && !EndsInHalf(escaped))
            {
                return Append(escaped, output);
            }

            _half.Write(escaped);
            ReadOnlySpan<byte> all = _half.WrittenSpan;
            int whole = EndsInHalf(all) ? all.Length - EscapeLength : all.Length;
            byte[] rest = all[whole..].ToArray();
            bool flows = Append(all[..whole], output);
            _half.ResetWrittenCount();
            _half.Write(rest);
            return flows;
        }

        private bool Append(ReadOnlySpan<byte> escaped, IBufferWriter<byte> output)
        {
            if (!escaped.Contains((byte)'\\'))
            {
                return Flow.Append(escaped, output);
            }

            byte[] rented = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
            int length = Arguments.Unescape(escaped, rented);

            // Half a surrogate pair is no text: its spelling is taken for what it is, which no document holds there.
            bool flows = Flow.Append(length < 0 ? escaped : rented.AsSpan(0, length), output);
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
            return flows;
        }

        // \ud800 to \udbff begin a pair.
        private static bool EndsInHalf(ReadOnlySpan<byte> escaped) =>
            escaped.Length >= EscapeLength
            && escaped[^EscapeLength..] is [(byte)'\\', (byte)'u', (byte)'d' or (byte)'D', (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B', _, _]
            && !IsEscaped(escaped[..^EscapeLength]);

        private static bool IsEscaped(ReadOnlySpan<byte> before)
        {
            int slashes = before.Length - before.TrimEnd((byte)'\\').Length;
            return slashes % 2 == 1;
        }
    }
}
