using System.Globalization;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Drills;

/// <summary>A drill that is wanted.</summary>
/// <param name="Kind">What is to be rehearsed.</param>
/// <param name="By">Who wants it.</param>
public sealed record DrillOrder(DrillKind Kind, string By)
{
    /// <summary>Seconds of the shortest drill.</summary>
    public const int MinSeconds = 1;

    /// <summary>Seconds of the longest.</summary>
    public const int MaxSeconds = 600;

    /// <summary>A slice takes no less than this share of the units where the candidate has as much, in millionths.</summary>
    public const int LeastSlicePpm = 10_000;

    private const int PartOfShare = 5;

    /// <summary>How long; null: as long as drills of its kind last when nothing else is said.</summary>
    public int? Seconds { get; init; }

    /// <summary>Of a slice: its share of all units, in millionths; null: a fifth of the candidate's, 1 % at least.</summary>
    public int? Ppm { get; init; }

    /// <summary>Of a capacity drill: what it may cost, nano-USD.</summary>
    public long MaxNanoUsd { get; init; } = 1_000_000_000;

    /// <summary>Why; null: nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it lasts, seconds.</summary>
    public int Length => Seconds ?? Kind switch
    {
        DrillKind.Full => 60,
        DrillKind.Partition => 3,
        DrillKind.Capacity => 30,
        _ => 10,
    };

    /// <summary>What is wrong with it, by field; empty when it is sound.</summary>
    public IEnumerable<(string Field, string Message)> Problems()
    {
        int least = Kind == DrillKind.Partition ? 2 : MinSeconds; // The lease takes one to run out.
        if (Seconds is { } seconds && (seconds < least || seconds > MaxSeconds))
        {
            yield return ("seconds", string.Create(CultureInfo.InvariantCulture, $"is a whole number from {least} to {MaxSeconds}, is {seconds}"));
        }

        if (Ppm is { } ppm && Kind != DrillKind.Slice)
        {
            yield return ("ppm", "is the share of a slice, which this kind has not");
        }
        else if (Ppm is < 1 or > Bucket.Count)
        {
            yield return ("ppm", string.Create(CultureInfo.InvariantCulture, $"is a whole number from 1 to {Bucket.Count}: the share of the units in millionths"));
        }

        if (MaxNanoUsd is < 0 or > 1_000_000_000_000)
        {
            yield return ("max_usd", "is an amount from 0 to 1000");
        }
    }

    /// <summary>How many buckets a slice takes of a candidate's share.</summary>
    /// <param name="exposed">The candidate's share, in millionths, 1 or more.</param>
    public int SliceOf(int exposed) => Math.Min(exposed, Ppm ?? Math.Max(exposed / PartOfShare, LeastSlicePpm));
}
