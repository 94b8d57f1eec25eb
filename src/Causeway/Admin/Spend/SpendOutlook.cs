using System.ComponentModel;
using System.Globalization;
using Causeway.Budgets.Forecasts;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Spend;

/// <summary>What a window will have cost at its end.</summary>
internal static class SpendOutlook
{
    /// <summary>From the days before today, under the same conditions.</summary>
    public static async Task<ForecastView> OfAsync(IUsageStore usage, SpendQuestion asked, long spent, DateTimeOffset now, CancellationToken cancellation)
    {
        if (asked.Window.Until is not { } end || end <= now)
        {
            return ForecastView.None("The window has no end that is yet to come: ask for one of the calendar, or say until.");
        }

        if (asked.Query(asked.Window, []).IsLabelled)
        {
            return ForecastView.None("There are no daily totals by end user and tag.");
        }

        if (end > now.AddDays(SpendForecast.MaxAheadDays))
        {
            return ForecastView.None($"The window ends more than {SpendForecast.MaxAheadDays} days from now.");
        }

        DateOnly today = CalendarWindow.DayOf(now, asked.Zone);
        SpendWindow past = SpendWindow.Of(CalendarWindow.MidnightOf(today.AddDays(-SpendForecast.MaxDays), asked.Zone), CalendarWindow.MidnightOf(today, asked.Zone));
        IReadOnlyList<SpendDimension> byDay = [SpendDimension.Day];
        IReadOnlyList<SpendRow> rows = SpendRows.InZone(await usage.SpendAsync(asked.Query(past, SpendRows.Asked(byDay, asked.Zone)), cancellation), byDay, asked.Zone);
        (DayOfWeek, long)[] history = [.. History(rows, today)];
        return SpendForecast.Of(spent, history, [.. Remaining(now, end, asked.Zone)]) is { } forecast
            ? ForecastView.Of(forecast)
            : ForecastView.None($"It takes {SpendForecast.MinDays} whole days since the first request, and there {(history.Length == 1 ? "is" : "are")} {history.Length}.");
    }

    // From the first day that had a request on: those without any are days too. A day that only begins within an hour of the window before is none.
    private static IEnumerable<(DayOfWeek Day, long NanoUsd)> History(IReadOnlyList<SpendRow> rows, DateOnly today)
    {
        Dictionary<DateOnly, long> days = rows.ToDictionary(row => DateOnly.ParseExact(row.Group[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), row => row.CostNanoUsd);
        if (days.Count == 0)
        {
            yield break;
        }

        DateOnly first = days.Keys.Min();
        first = first < today.AddDays(-SpendForecast.MaxDays) ? today.AddDays(-SpendForecast.MaxDays) : first;
        for (DateOnly day = first; day < today; day = day.AddDays(1))
        {
            yield return (day.DayOfWeek, days.GetValueOrDefault(day));
        }
    }

    private static IEnumerable<(DayOfWeek Day, double Share)> Remaining(DateTimeOffset now, DateTimeOffset end, TimeZoneInfo zone)
    {
        for (DateOnly day = CalendarWindow.DayOf(now, zone); CalendarWindow.MidnightOf(day, zone) < end; day = day.AddDays(1))
        {
            (DateTimeOffset begins, DateTimeOffset ends) = (CalendarWindow.MidnightOf(day, zone), CalendarWindow.MidnightOf(day.AddDays(1), zone));
            TimeSpan left = (ends < end ? ends : end) - (begins > now ? begins : now);
            yield return (day.DayOfWeek, left / (ends - begins));
        }
    }
}

/// <summary>What a window will have cost at its end, or why that cannot be said.</summary>
internal sealed record ForecastView(
    [property: Description("Why there is no forecast; null: there is one.")] string? Missing,
    [property: Description("The expected cost of the whole window, nano-USD: what was spent, and the mean of the last days for each that remains. Without what has no price.")] long? NanoUsd,
    [property: Description("The same in USD, exact.")] string? Usd,
    [property: Description("Four of five such windows end between this")] long? LowNanoUsd,
    [property: Description("and this.")] long? HighNanoUsd,
    [property: Description("The whole days that it was made of, 28 at most.")] int? Days,
    [property: Description("Each day that remains counts as the last ones of its weekday did, which takes 14 days; otherwise as the mean of all.")] bool? ByWeekday)
{
    public static ForecastView Of(SpendForecast forecast) => new(null, forecast.NanoUsd, Money.Usd(forecast.NanoUsd), forecast.LowNanoUsd, forecast.HighNanoUsd, forecast.Days, forecast.IsByWeekday);

    public static ForecastView None(string why) => new(why, null, null, null, null, null, null);
}
