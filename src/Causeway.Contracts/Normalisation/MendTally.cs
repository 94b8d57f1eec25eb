using System.Collections.Immutable;
using System.Numerics;

namespace Causeway.Contracts.Normalisation;

/// <summary>How often each coercion was used.</summary>
internal sealed class MendTally
{
    private readonly int[] _counts = new int[8];

    public void Add(Coercions coercion) => _counts[BitOperations.TrailingZeroCount((int)coercion)]++;

    public bool IsEmpty => _counts.AsSpan().IndexOfAnyExcept(0) < 0;

    public ImmutableArray<Mended> ToMended() => IsEmpty ? [] : [.. Enumerable.Range(0, _counts.Length).Where(bit => _counts[bit] > 0).Select(bit => new Mended((Coercions)(1 << bit), _counts[bit]))];
}
