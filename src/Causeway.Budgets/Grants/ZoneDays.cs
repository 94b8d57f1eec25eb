namespace Causeway.Budgets.Grants;

/// <summary>Days of a time zone. Only the way from UTC to the zone is asked for: what .NET says of local times that do not exist is wrong for zones that have changed their standard time since (America/Asuncion in 2024).</summary>
public static class ZoneDays
{
    private const long HourMs = 3_600_000;

    /// <summary>When a local day begins: at its first midnight, or where clocks skip that, when they have.</summary>
    /// <param name="day">The day, at midnight.</param>
    /// <param name="zone">Where.</param>
    /// <returns>Unix milliseconds.</returns>
    public static long FirstMomentOf(DateTime day, TimeZoneInfo zone)
    {
        long local = (long)(day - DateTime.UnixEpoch).TotalMilliseconds;
        long before = local - OffsetAt(local - (15 * HourMs), zone);
        long after = local - OffsetAt(local + (15 * HourMs), zone);
        (long first, long second) = before < after ? (before, after) : (after, before);
        if (first + OffsetAt(first, zone) == local)
        {
            return first;
        }

        if (second + OffsetAt(second, zone) == local)
        {
            return second;
        }

        // Clocks skip midnight: the day begins when they have.
        while (second - first > 1)
        {
            long middle = first + ((second - first) / 2);
            (first, second) = middle + OffsetAt(middle, zone) < local ? (middle, second) : (first, middle);
        }

        return second;
    }

    internal static long OffsetAt(long atMs, TimeZoneInfo zone) => (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(atMs)).TotalMilliseconds;
}
