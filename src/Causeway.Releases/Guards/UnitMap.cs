using Causeway.Releases.Routing;

namespace Causeway.Releases.Guards;

/// <summary>Which units were met, by their buckets: a bit for each, so that its size is known and nothing is allocated later.</summary>
internal sealed class UnitMap
{
    private readonly ulong[] _bits = new ulong[(Bucket.Count + 63) / 64];

    /// <summary>How many are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Puts one in. False: it was in it.</summary>
    public bool Add(int bucket)
    {
        ref ulong bits = ref _bits[bucket >> 6];
        ulong bit = 1UL << (bucket & 63);
        if ((bits & bit) != 0)
        {
            return false;
        }

        bits |= bit;
        Count++;
        return true;
    }
}
