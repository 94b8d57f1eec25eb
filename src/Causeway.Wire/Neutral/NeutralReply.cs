using System.Buffers;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>A whole reply, gathered: what the writers of plain replies write from.</summary>
internal sealed class NeutralReply : ReplySink
{
    public ReplyStart Head { get; private set; }

    /// <summary>In the order in which they began.</summary>
    public List<ReplyBlock> Blocks { get; } = [];

    /// <summary>By choice.</summary>
    public SortedDictionary<int, ReplyStop> Stops { get; } = [];

    public TokenUsage Tokens { get; private set; }

    /// <summary>The provider told what was used.</summary>
    public bool HasUsage { get; private set; }

    /// <summary>The reply is an error after all.</summary>
    public ReplyFailure? Failure { get; private set; }

    /// <summary>Gives the reply on as it would have come.</summary>
    public void Replay(ReplySink sink)
    {
        sink.Start(Head);
        for (int i = 0; i < Blocks.Count; i++)
        {
            Blocks[i].Replay(i, sink);
        }

        foreach ((int choice, ReplyStop stop) in Stops)
        {
            sink.Stop(choice, stop);
        }

        if (HasUsage)
        {
            sink.Usage(Tokens);
        }

        sink.End();
    }

    public override void Start(in ReplyStart start) => Head = start;

    public override void BeginBlock(int block, in BlockStart start) => Blocks.Add(new ReplyBlock(start));

    public override void Delta(int block, ReadOnlySpan<byte> escaped) => Blocks[block].Append(escaped);

    public override void Seal(int block, ReasoningSeal seal) => Blocks[block].Seal = seal;

    public override void Cite(int block, in Citation citation) => (Blocks[block].Citations ??= []).Add(citation);

    public override void LogProbs(int block, IReadOnlyList<TokenLogProb> tokens) => (Blocks[block].LogProbs ??= []).AddRange(tokens);

    public override void EndBlock(int block)
    {
    }

    public override void Stop(int choice, in ReplyStop stop) => Stops[choice] = stop;

    public override void Usage(in TokenUsage usage) => (Tokens, HasUsage) = (usage, true);

    public override void End()
    {
    }

    public override void Fail(in ReplyFailure failure) => Failure = failure;
}

/// <summary>A block with all of its text.</summary>
internal sealed class ReplyBlock(in BlockStart start)
{
    private readonly ArrayBufferWriter<byte> _text = new();

    public BlockStart Start { get; } = start;

    /// <summary>All deltas, as spelled inside a JSON string.</summary>
    public ReadOnlySpan<byte> Escaped => _text.WrittenSpan;

    public ReasoningSeal? Seal { get; set; }

    public List<Citation>? Citations { get; set; }

    public List<TokenLogProb>? LogProbs { get; set; }

    public void Append(ReadOnlySpan<byte> escaped) => _text.Write(escaped);

    public void Replay(int number, ReplySink sink)
    {
        sink.BeginBlock(number, Start);
        if (Escaped.Length > 0)
        {
            sink.Delta(number, Escaped);
        }

        if (Seal is not null)
        {
            sink.Seal(number, Seal);
        }

        foreach (Citation citation in Citations ?? [])
        {
            sink.Cite(number, citation);
        }

        if (LogProbs is not null)
        {
            sink.LogProbs(number, LogProbs);
        }

        sink.EndBlock(number);
    }
}
