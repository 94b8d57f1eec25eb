using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The numbers of blocks over all choices, and the sink that gets them.</summary>
internal sealed class ChatBlocks(ReplySink sink)
{
    private int _last = -1;

    public ReplySink Sink => sink;

    public ReplyStart Head { get; private set; }

    public void Start(in ReplyStart start)
    {
        Head = start;
        sink.Start(start);
    }

    public int Begin(in BlockStart start)
    {
        sink.BeginBlock(++_last, start);
        return _last;
    }
}
