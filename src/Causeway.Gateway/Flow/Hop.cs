using Causeway.Gateway.Upstream;

namespace Causeway.Gateway.Flow;

/// <summary>A pin being tried: what it is sent, how long it may take, and what it answered.</summary>
internal sealed class Hop(Outgoing outgoing, StallWatch.Deadline deadline) : IDisposable
{
    public Outgoing Outgoing { get; } = outgoing;

    public PinRoute Pin => Outgoing.Pin;

    public StallWatch.Deadline Deadline { get; } = deadline;

    /// <summary>The last reply; null: none yet.</summary>
    public Reply? Reply { get; private set; }

    /// <summary>Takes a reply in place of the one before.</summary>
    public void Take(Reply reply)
    {
        Reply?.Dispose();
        Reply = reply;
    }

    public void Dispose()
    {
        Reply?.Dispose();
        Deadline.Dispose();
        Outgoing.Dispose();
    }
}
