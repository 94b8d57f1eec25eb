using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>Where a chain ends, or a part of it. Two are equal when what leads there is.</summary>
/// <param name="Seq">The last event's place.</param>
/// <param name="Hash">Its hash; of an empty chain that of the origin.</param>
internal sealed record ChainEnd(long Seq, byte[] Hash)
{
    /// <summary>The end of a chain without an event.</summary>
    public static ChainEnd Empty { get; } = new(0, LedgerEventCodec.Origin.ToArray());

    public bool Equals(ChainEnd? other) => other is not null && Seq == other.Seq && Hash.AsSpan().SequenceEqual(other.Hash);

    public override int GetHashCode() => Seq.GetHashCode();
}
