using System.Buffers;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Puts interleaved blocks one after the other for protocols in which a block must end before the next begins (Anthropic). The first open
/// block flows through; later ones are held until their turn. Blocks are numbered anew in the order in which they leave.
/// </summary>
internal sealed class SequentialBlocks(ReplySink next) : ReplySink
{
    private readonly SortedDictionary<int, Held> _waiting = [];
    private int _current = -1;
    private int _left = -1;

    public override void Start(in ReplyStart start) => next.Start(start);

    public override void BeginBlock(int block, in BlockStart start)
    {
        if (_current < 0)
        {
            _current = block;
            next.BeginBlock(++_left, start);
        }
        else
        {
            _waiting[block] = new Held(start);
        }
    }

    public override void Delta(int block, ReadOnlySpan<byte> escaped)
    {
        if (block == _current)
        {
            next.Delta(_left, escaped);
        }
        else
        {
            _waiting[block].Text.Write(escaped);
        }
    }

    public override void Seal(int block, ReasoningSeal seal)
    {
        if (block == _current)
        {
            next.Seal(_left, seal);
        }
        else
        {
            _waiting[block].Seal = seal;
        }
    }

    public override void Cite(int block, in Citation citation)
    {
        if (block == _current)
        {
            next.Cite(_left, citation);
        }
        else
        {
            _waiting[block].Citations.Add(citation);
        }
    }

    public override void EndBlock(int block)
    {
        if (block != _current)
        {
            _waiting[block].Ended = true;
            return;
        }

        next.EndBlock(_left);
        _current = -1;
        while (_current < 0 && _waiting.Count > 0)
        {
            Release();
        }
    }

    public override void Stop(int choice, in ReplyStop stop) => next.Stop(choice, stop);

    public override void Usage(in TokenUsage usage) => next.Usage(usage);

    public override void End() => next.End();

    public override void Fail(in ReplyFailure failure) => next.Fail(failure);

    public override void KeepAlive() => next.KeepAlive();

    private void Release()
    {
        (int block, Held held) = _waiting.First();
        _waiting.Remove(block);
        _current = block;
        next.BeginBlock(++_left, held.Start);
        if (held.Text.WrittenCount > 0)
        {
            next.Delta(_left, held.Text.WrittenSpan);
        }

        foreach (Citation citation in held.Citations)
        {
            next.Cite(_left, citation);
        }

        if (held.Seal is { } seal)
        {
            next.Seal(_left, seal);
        }

        if (held.Ended)
        {
            next.EndBlock(_left);
            _current = -1;
        }
    }

    private sealed class Held(in BlockStart start)
    {
        public BlockStart Start { get; } = start;

        public ArrayBufferWriter<byte> Text { get; } = new();

        public List<Citation> Citations { get; } = [];

        public ReasoningSeal? Seal { get; set; }

        public bool Ended { get; set; }
    }
}
