namespace Causeway.Budgets.Alerts;

/// <summary>When an alert is raised.</summary>
public sealed record AlertRules
{
    /// <summary>Thresholds at most.</summary>
    public const int MaxThresholds = 10;

    /// <summary>50, 80 and 100 %; a forecast from 10 % on.</summary>
    public static AlertRules Default { get; } = new();

    /// <summary>Hundredths of a limit's amount, 1 to 100, rising, 1 to <see cref="MaxThresholds"/> of them.</summary>
    public IReadOnlyList<int> Thresholds { get; init; } = [50, 80, 100];

    /// <summary>Below so many hundredths of the amount nothing is forecast: the first requests of a window foretell nothing.</summary>
    public int ForecastFrom { get; init; } = 10;

    /// <summary>
    /// Over which time the present rate is taken: a 24th of the window, from ten minutes to a day. Of a month a day, so that working hours
    /// are not taken for the whole of it.
    /// </summary>
    public static long RateOverMs(long windowMs) => Math.Clamp(windowMs / 24, 10 * 60_000L, 24 * 3_600_000L);

    /// <summary>A window that rolls has no end at which its alerts could begin anew: they do after its length, and not within a day.</summary>
    public static long QuietMs(TimeSpan rollingLength) => Math.Max((long)rollingLength.TotalMilliseconds, 24 * 3_600_000L);
}
