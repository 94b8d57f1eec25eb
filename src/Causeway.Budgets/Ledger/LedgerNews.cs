using System.Buffers.Binary;

namespace Causeway.Budgets.Ledger;

/// <summary>What others wrote to a shared ledger since this process last looked: told at the head of the chain, before anything new is decided there.</summary>
public sealed record LedgerNews
{
    /// <summary>Nothing: this process alone writes.</summary>
    public static LedgerNews None { get; } = new();

    /// <summary>Their events, in the chain's order.</summary>
    public IReadOnlyList<LedgerEvent> Events { get; init; } = [];

    /// <summary>The raises of the grants that those events raise, or whose glass they break; others of the same grants may be among them.</summary>
    public IReadOnlyList<Overlay> Overlays { get; init; } = [];

    /// <summary>The checkpoints that others wrote: what each leaves out is forgotten there.</summary>
    public IReadOnlyList<LedgerMark> Checkpoints { get; init; } = [];

    /// <summary>The time by the store's clock, Unix milliseconds, the only one that decides where several write; null: the process's own does.</summary>
    public long? NowMs { get; init; }
}

/// <summary>Where a checkpoint stands.</summary>
/// <param name="Seq">The last event that is in it.</param>
/// <param name="AtMs">The ledger's time there, Unix milliseconds.</param>
public readonly record struct LedgerMark(long Seq, long AtMs)
{
    /// <summary>The time of a checkpoint, of which the first nine bytes are needed.</summary>
    public static long TimeOf(ReadOnlySpan<byte> state) => state.Length < 9 ? 0 : BinaryPrimitives.ReadInt64BigEndian(state[1..]);
}
