using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>Knows what of a reply is still open while it passes, so that it can be ended before its provider ends it. An ordinary event allocates nothing.</summary>
internal sealed class OpenReply(ReplySink next) : ReplySink
{
    private readonly SortedSet<int> _blocks = [];
    private readonly SortedSet<int> _choices = [0];
    private bool _started;
    private TokenUsage? _usage;

    /// <summary>Ends the reply as if the model had come to its output cap: what is open is closed, and what has not stopped stops for its length.</summary>
    /// <param name="estimated">What was used, for what the provider did not tell so far.</param>
    public void EndForLength(in TokenUsage estimated)
    {
        if (!_started)
        {
            Start(default);
        }

        foreach (int block in _blocks)
        {
            next.EndBlock(block);
        }

        foreach (int choice in _choices)
        {
            next.Stop(choice, new ReplyStop(StopKind.MaxTokens));
        }

        TokenUsage usage = _usage ?? estimated;
        next.Usage(usage with { Output = Math.Max(usage.Output, estimated.Output) }); // The counts that open a stream know nothing of its text.
        next.End();
    }

    public override void Start(in ReplyStart start)
    {
        _started = true;
        next.Start(start);
    }

    public override void BeginBlock(int block, in BlockStart start)
    {
        _blocks.Add(block);
        _choices.Add(start.Choice);
        next.BeginBlock(block, start);
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped) => next.Delta(block, escaped);

    public override void Seal(int block, ReasoningSeal seal) => next.Seal(block, seal);

    public override void Cite(int block, in Citation citation) => next.Cite(block, citation);

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens) => next.LogProbs(block, tokens);

    public override void EndBlock(int block)
    {
        _blocks.Remove(block);
        next.EndBlock(block);
    }

    public override void Stop(int choice, in ReplyStop stop)
    {
        _choices.Remove(choice);
        next.Stop(choice, stop);
    }

    public override void Usage(in TokenUsage usage)
    {
        _usage = usage;
        next.Usage(usage);
    }

    public override void End() => next.End();

    public override void Fail(in ReplyFailure failure) => next.Fail(failure);

    public override void KeepAlive() => next.KeepAlive();
}
