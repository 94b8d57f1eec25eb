using Causeway.Wire.Json;

namespace Causeway.Wire.Usage;

/// <summary>Reads the counts of a usage report.</summary>
internal static class UsageCounts
{
    /// <summary>What stands for a count that is absent or null.</summary>
    public const long Absent = -1;

    /// <summary>Reads the counts at <paramref name="paths"/> of a raw report into <paramref name="counts"/>, in their order.</summary>
    /// <returns>False when the report is no complete object or some count cannot be believed; then none of it should be.</returns>
    public static bool TryRead(JsonPaths paths, ReadOnlySpan<byte> report, Span<long> counts)
    {
        counts.Fill(Absent);
        JsonTap tap = new(paths);
        while (tap.TryRead(ref report, out int path, out ReadOnlySpan<byte> value))
        {
            if (!value.SequenceEqual("null"u8) && !JsonText.TryCount(value, TokenUsage.MaxTokens, out counts[path]))
            {
                return false;
            }
        }

        return tap.IsDone;
    }

    /// <summary>The count, or <paramref name="fallback"/> where it is absent.</summary>
    public static long Or(this long count, long fallback) => count == Absent ? fallback : count;
}
