namespace Causeway.Budgets.Forecasts;

/// <summary>What a window will have cost at its end, nano-USD, if the coming days are as the last ones were.</summary>
/// <param name="NanoUsd">The expected sum: what was spent, and for each day that remains the mean of its kind.</param>
/// <param name="LowNanoUsd">Four of five such windows end between this, which is never less than what was spent,</param>
/// <param name="HighNanoUsd">and this.</param>
/// <param name="Days">Whole days that it was made of.</param>
/// <param name="IsByWeekday">A day that remains counts as the days of its weekday did; otherwise as the mean of all.</param>
/// <remarks>
/// Means, not a trend: a straight line through two weeks of a young product promises the moon. The band comes from how far the days lay from their
/// means (sample variance), for the days that remain and for the means themselves; days are taken as independent, so a run of dear days passes it more often than one in five.
/// </remarks>
public sealed record SpendForecast(long NanoUsd, long LowNanoUsd, long HighNanoUsd, int Days, bool IsByWeekday)
{
    /// <summary>Fewer whole days tell nothing.</summary>
    public const int MinDays = 3;

    /// <summary>From this many on every weekday was there twice.</summary>
    public const int MinWeekdayDays = 14;

    /// <summary>More are not looked at: what was long ago says little of tomorrow.</summary>
    public const int MaxDays = 28;

    /// <summary>A window that ends later than this is not forecast.</summary>
    public const int MaxAheadDays = 400;

    private const double Band = 1.2816; // The normal distribution's 90th percentile: 80 % lie between minus and plus this.
    private const double Most = 9e18;

    /// <param name="spent">What the window has cost until now, nano-USD, 0 or more.</param>
    /// <param name="history">Whole days before today, from the first that had a request on; the last <see cref="MaxDays"/> count.</param>
    /// <param name="remaining">The days until the window's end; a share below 1 is a part of one, such as what is left of today.</param>
    /// <returns>Null: there are fewer than <see cref="MinDays"/> days.</returns>
    public static SpendForecast? Of(long spent, IReadOnlyList<(DayOfWeek Day, long NanoUsd)> history, IReadOnlyList<(DayOfWeek Day, double Share)> remaining)
    {
        (DayOfWeek Day, long NanoUsd)[] days = [.. history.TakeLast(MaxDays)];
        if (days.Length < MinDays)
        {
            return null;
        }

        bool isByWeekday = days.Length >= MinWeekdayDays;
        Dictionary<int, (double Mean, int Count)> kinds = days.GroupBy(day => KindOf(day.Day)).ToDictionary(kind => kind.Key, kind => (kind.Average(day => (double)day.NanoUsd), kind.Count()));
        double variance = days.Sum(day => Math.Pow(day.NanoUsd - kinds[KindOf(day.Day)].Mean, 2)) / Math.Max(1, days.Length - kinds.Count);
        double expected = remaining.Sum(day => day.Share * kinds[KindOf(day.Day)].Mean);
        double spread = Band * Math.Sqrt(variance * (
            remaining.Sum(day => day.Share)
            + remaining.GroupBy(day => KindOf(day.Day)).Sum(kind => Math.Pow(kind.Sum(day => day.Share), 2) / kinds[kind.Key].Count)));
        return new SpendForecast(At(expected), At(Math.Max(0, expected - spread)), At(expected + spread), days.Length, isByWeekday);

        int KindOf(DayOfWeek day) => isByWeekday ? (int)day : 0;

        long At(double more) => spent + (long)Math.Min(Math.Round(more), Most - spent);
    }
}
