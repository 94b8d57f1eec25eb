namespace Causeway.Releases.Rollback;

/// <summary>How long each part of one incident took, in whole milliseconds; null: it is not known. By the clocks of the instances that took part.</summary>
/// <param name="DetectMs">From the first bad request to the alarm.</param>
/// <param name="DecideMs">From the alarm to the commit, T0.</param>
/// <param name="RecoverMs">From T0 to the last call that was made for the release; 0: none was made after it.</param>
/// <param name="ClearMs">From T0 to the last byte of its answers; 0: there was none after it.</param>
public sealed record RollbackTimes(long? DetectMs, long? DecideMs, long? RecoverMs, long? ClearMs)
{
    /// <summary>From the first bad request to the last call; null: a part of it is not known.</summary>
    public long? VelocityMs => DetectMs + DecideMs + RecoverMs;

    /// <summary>The times of a rollback.</summary>
    /// <param name="t0">When it was committed.</param>
    /// <param name="alarm">What told of the release; null: nothing did.</param>
    /// <param name="recoverMs">As <see cref="RecoverMs"/>.</param>
    /// <param name="clearMs">As <see cref="ClearMs"/>.</param>
    public static RollbackTimes Of(DateTimeOffset t0, RollbackAlarm? alarm, long? recoverMs = null, long? clearMs = null) => new(
        alarm is { FirstBadAt: { } first } ? Span(first, alarm.At) : null,
        alarm is null ? null : Span(alarm.At, t0),
        recoverMs,
        clearMs);

    /// <summary>The value below or at which a share of the values lies (nearest rank); null: there are none.</summary>
    /// <param name="values">In any order.</param>
    /// <param name="percent">1 to 100.</param>
    public static long? Percentile(IEnumerable<long> values, int percent)
    {
        long[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : sorted[Math.Max(0, (((sorted.Length * percent) + 99) / 100) - 1)];
    }

    // Two machines may be of different minds about what came first.
    private static long Span(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (long)(to - from).TotalMilliseconds);
}
