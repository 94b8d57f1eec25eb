using System.Numerics;

namespace Causeway.Budgets.Runaway;

/// <summary>
/// A percentile of a stream of amounts, in integers: a histogram with four buckets to each doubling, so the answer is at most a
/// quarter above the true one and never below it. Old samples lose their weight by halving.
/// </summary>
internal sealed class CostQuantile
{
    private const int BucketsPerDoubling = 4;
    private const int Buckets = 64 * BucketsPerDoubling;
    private const int HalveAt = 4096;

    private readonly int[] _buckets = new int[Buckets];
    private int _count;

    /// <summary>Samples that have weight.</summary>
    public int Count => _count;

    /// <summary>Takes a sample, nano-USD, 1 or more.</summary>
    public void Add(long nanoUsd)
    {
        _buckets[BucketOf(nanoUsd)]++;
        if (++_count >= HalveAt)
        {
            _count = 0;
            for (int i = 0; i < Buckets; i++)
            {
                _count += _buckets[i] /= 2;
            }
        }
    }

    /// <summary>An amount that 95 of 100 samples do not exceed, nano-USD; 0 without samples.</summary>
    public long P95() => Above(5);

    /// <summary>An amount that all but some hundredths of the samples do not exceed; 0 without samples.</summary>
    /// <param name="hundredths">How many of 100 may, 0 to 100.</param>
    public long Above(int hundredths)
    {
        long above = (long)_count * hundredths / 100;
        for (int i = Buckets - 1; i >= 0; i--)
        {
            if (_buckets[i] > above)
            {
                return UpperEdge(i);
            }

            above -= _buckets[i];
        }

        return 0;
    }

    private static int BucketOf(long nanoUsd)
    {
        int doubling = BitOperations.Log2((ulong)nanoUsd);
        int quarter = (int)((((UInt128)(ulong)nanoUsd << 2) >> doubling) & 3);
        return (doubling * BucketsPerDoubling) + quarter;
    }

    private static long UpperEdge(int bucket)
    {
        (int doubling, int quarter) = Math.DivRem(bucket, BucketsPerDoubling);
        UInt128 edge = ((UInt128)(quarter + 5) << doubling) >> 2;
        return edge > long.MaxValue ? long.MaxValue : (long)edge;
    }
}
