using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Lets one tool call a choice through, for callers that asked for one at a time of a provider that cannot promise it
/// (Gemini, Bedrock): the calls after the first are left out, and the model makes them again when it sees the first one's result.
/// </summary>
internal sealed class SingleToolCall(ReplySink next) : ReplySink
{
    private readonly HashSet<int> _called = [];
    private readonly Dictionary<int, int> _numbers = [];
    private int _passed = -1;

    public override void Start(in ReplyStart start) => next.Start(start);

    public override void BeginBlock(int block, in BlockStart start)
    {
        bool isCall = start.Kind is BlockKind.ToolCall or BlockKind.CustomToolCall;
        if (isCall && !_called.Add(start.Choice))
        {
            return;
        }

        _numbers[block] = ++_passed;
        next.BeginBlock(_passed, start);
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        if (_numbers.TryGetValue(block, out int number))
        {
            next.Delta(number, escaped);
        }
    }

    public override void Seal(int block, ReasoningSeal seal)
    {
        if (_numbers.TryGetValue(block, out int number))
        {
            next.Seal(number, seal);
        }
    }

    public override void Cite(int block, in Citation citation)
    {
        if (_numbers.TryGetValue(block, out int number))
        {
            next.Cite(number, citation);
        }
    }

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens)
    {
        if (_numbers.TryGetValue(block, out int number))
        {
            next.LogProbs(number, tokens);
        }
    }

    public override void EndBlock(int block)
    {
        if (_numbers.TryGetValue(block, out int number))
        {
            next.EndBlock(number);
        }
    }

    public override void Stop(int choice, in ReplyStop stop) => next.Stop(choice, stop);

    public override void Usage(in TokenUsage usage) => next.Usage(usage);

    public override void End() => next.End();

    public override void Fail(in ReplyFailure failure) => next.Fail(failure);

    public override void KeepAlive() => next.KeepAlive();
}
