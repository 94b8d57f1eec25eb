using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Causeway.Budgets.Grants;

namespace Causeway.Admin.Spend;

/// <summary>Windows that a calendar has, in a time zone.</summary>
internal static class CalendarWindow
{
    /// <summary>Their names. Weeks begin on Monday (ISO 8601).</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year",
    ];

    /// <summary>The window of a name; of one that is not over yet, the end is in the future.</summary>
    public static SpendWindow Of(string name, TimeZoneInfo zone, DateTimeOffset now)
    {
        DateOnly today = DayOf(now, zone);
        (DateOnly begin, Func<DateOnly, int, DateOnly> step) = name[(name.IndexOf('_', StringComparison.Ordinal) + 1)..] switch
        {
            "week" => (today.AddDays(-(((int)today.DayOfWeek + 6) % 7)), (day, count) => day.AddDays(7 * count)),
            "month" => (new DateOnly(today.Year, today.Month, 1), (day, count) => day.AddMonths(count)),
            "quarter" => (new DateOnly(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1), (day, count) => day.AddMonths(3 * count)),
            "year" => (new DateOnly(today.Year, 1, 1), (day, count) => day.AddYears(count)),
            _ => (today, (Func<DateOnly, int, DateOnly>)((day, count) => day.AddDays(count))),
        };
        begin = name == "yesterday" || name.StartsWith("last_", StringComparison.Ordinal) ? step(begin, -1) : begin;
        return SpendWindow.Of(MidnightOf(begin, zone), MidnightOf(step(begin, 1), zone)) with { PreviousSince = MidnightOf(step(begin, -1), zone) };
    }

    /// <summary>The day that it is somewhere.</summary>
    public static DateOnly DayOf(DateTimeOffset moment, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>When a day begins somewhere, as the windows of budgets say.</summary>
    public static DateTimeOffset MidnightOf(DateOnly day, TimeZoneInfo zone) => DateTimeOffset.FromUnixTimeMilliseconds(ZoneDays.FirstMomentOf(day.ToDateTime(TimeOnly.MinValue), zone));

    /// <summary>A zone by its name in the time zone database: <c>UTC</c>, <c>Europe/Berlin</c>.</summary>
    public static bool TryZone(string name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        return name.All(static one => char.IsAsciiLetterOrDigit(one) || one is '/' or '_' or '-' or '+') // No way to another file.
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    /// <summary>As <see cref="Moment.TryParse(string, DateTimeOffset, out DateTimeOffset)"/>, with days that begin somewhere.</summary>
    public static bool TryMoment(string text, TimeZoneInfo zone, DateTimeOffset now, out DateTimeOffset moment)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) && day.Year is > 1970 and < 9000)
        {
            moment = MidnightOf(day, zone);
            return true;
        }

        return Moment.TryParse(text, now, out moment);
    }
}
