namespace Causeway.Releases.Drills;

/// <summary>A drill as routing knows it: who gets base for its time.</summary>
/// <param name="Id">Which.</param>
/// <param name="Kind">What is rehearsed; only a slice and a full one move requests.</param>
/// <param name="FromBucket">Of a slice: the first bucket that goes to base.</param>
/// <param name="ToBucket">Of a slice: the first bucket beyond it.</param>
/// <param name="Until">When it ends, UTC. Whoever runs it ends it; if that process is gone, another one does.</param>
public sealed record DrillInForce(DrillId Id, DrillKind Kind, int FromBucket, int ToBucket, DateTimeOffset Until)
{
    /// <summary>How many buckets of a range it gives to base.</summary>
    /// <param name="from">The first of the range.</param>
    /// <param name="to">The first beyond it.</param>
    public int TakenOf(int from, int to) => Kind switch
    {
        DrillKind.Full => to - from,
        DrillKind.Slice => Math.Max(0, Math.Min(to, ToBucket) - Math.Max(from, FromBucket)),
        _ => 0,
    };

    /// <summary>True when a request that would meet the candidate goes to base.</summary>
    /// <param name="bucket">Where its unit stands; null: it was not drawn.</param>
    public bool Takes(int? bucket) => Kind == DrillKind.Full || (Kind == DrillKind.Slice && bucket >= FromBucket && bucket < ToBucket);
}
