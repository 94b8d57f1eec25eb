using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The blocks of a reply, numbered over all candidates, and what every block of it needs to know.</summary>
internal sealed class ReplyBlocks(ReplySink sink)
{
    private int _count;
    private int _calls;

    public ReplySink Sink => sink;

    /// <summary>The vendor's id of the reply; null: not told.</summary>
    public string? ReplyId { get; set; }

    /// <summary>The model that serves; null: not told.</summary>
    public string? Model { get; set; }

    public int Begin(BlockKind kind, int choice, string? callId = null, string? name = null)
    {
        sink.BeginBlock(_count, new BlockStart(kind, choice, callId, name));
        return _count++;
    }

    /// <summary>An id for a call that has none, the same whenever this reply is read.</summary>
    /// <param name="call">The call as it is spelled, which tells replies apart that have no id either.</param>
    public string CallId(string call) => CallIds.Synthesize(ReplyId ?? call, _calls++);

    public void Seal(int block, string signature) => sink.Seal(block, new ReasoningSeal(Protocol.Gemini, SealForm.Signature, signature, Model));
}
