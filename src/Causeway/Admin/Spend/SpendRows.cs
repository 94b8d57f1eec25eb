using System.Globalization;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Spend;

/// <summary>What is done with the store's rows before they are shown: days of a time zone, an order, the dearest and the others.</summary>
internal static class SpendRows
{
    private const string HourForm = "yyyy-MM-dd'T'HH:mm'Z'";
    private const char Joint = '\n';

    /// <summary>The sum of rows, under another group.</summary>
    public static SpendRow Sum(IEnumerable<SpendRow> rows, IReadOnlyList<string> group)
    {
        SpendRow sum = new(group, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        foreach (SpendRow row in rows)
        {
            checked
            {
                sum = new SpendRow(
                    group,
                    sum.Requests + row.Requests,
                    sum.Failures + row.Failures,
                    sum.UnpricedRequests + row.UnpricedRequests,
                    sum.EstimatedRequests + row.EstimatedRequests,
                    sum.InputTokens + row.InputTokens,
                    sum.CacheReadTokens + row.CacheReadTokens,
                    sum.CacheWriteTokens + row.CacheWriteTokens,
                    sum.OutputTokens + row.OutputTokens,
                    sum.ReasoningTokens + row.ReasoningTokens,
                    sum.CostNanoUsd + row.CostNanoUsd);
            }
        }

        return sum;
    }

    /// <summary>The groups that the store is asked for: days that are not UTC's are put together from hours.</summary>
    public static IReadOnlyList<SpendDimension> Asked(IReadOnlyList<SpendDimension> by, TimeZoneInfo zone) =>
        zone.Equals(TimeZoneInfo.Utc) || by.Contains(SpendDimension.Hour) ? by : [.. by.Select(one => one == SpendDimension.Day ? SpendDimension.Hour : one)];

    /// <summary>What was asked for, from what the store was asked for.</summary>
    public static IReadOnlyList<SpendRow> InZone(IReadOnlyList<SpendRow> rows, IReadOnlyList<SpendDimension> by, TimeZoneInfo zone)
    {
        int day = by.ToList().IndexOf(SpendDimension.Day);
        if (day < 0 || zone.Equals(TimeZoneInfo.Utc))
        {
            return rows;
        }

        int hour = by.ToList().IndexOf(SpendDimension.Hour);
        return
        [
            .. rows.Select(row => row with { Group = [.. row.Group.Select((value, place) => place == day ? DayOf(row.Group[hour < 0 ? day : hour], zone) : value)] })
                .GroupBy(row => string.Join(Joint, row.Group), StringComparer.Ordinal)
                .Select(rows => Sum(rows, rows.First().Group)),
        ];
    }

    /// <summary>Time runs downward; within a moment the dearest is first, as everywhere when time is no group.</summary>
    public static IEnumerable<SpendRow> InOrder(IEnumerable<SpendRow> rows, IReadOnlyList<SpendDimension> by)
    {
        int time = by.ToList().FindIndex(dimension => dimension is SpendDimension.Hour or SpendDimension.Day);
        return rows
            .OrderBy(row => time < 0 ? "" : row.Group[time], StringComparer.Ordinal)
            .ThenByDescending(row => row.CostNanoUsd)
            .ThenByDescending(row => row.Requests)
            .ThenBy(row => string.Join(Joint, row.Group), StringComparer.Ordinal);
    }

    /// <summary>The rows of the dearest groups, and those of all others; groups are told apart by everything but time.</summary>
    public static (IReadOnlyList<SpendRow> Dearest, IReadOnlyList<SpendRow> Others) Top(IReadOnlyList<SpendRow> rows, IReadOnlyList<SpendDimension> by, int? top)
    {
        if (top is not { } most)
        {
            return (rows, []);
        }

        IGrouping<string, SpendRow>[] things = [.. rows.GroupBy(row => ThingOf(row, by), StringComparer.Ordinal)
            .OrderByDescending(group => group.Sum(row => row.CostNanoUsd)).ThenByDescending(group => group.Sum(row => row.Requests)).ThenBy(group => group.Key, StringComparer.Ordinal)];
        return ([.. things.Take(most).SelectMany(thing => thing)], [.. things.Skip(most).SelectMany(thing => thing)]);
    }

    /// <summary>What tells a row's group from others, time apart.</summary>
    public static string ThingOf(SpendRow row, IReadOnlyList<SpendDimension> by) =>
        string.Join(Joint, row.Group.Where((_, place) => by[place] is not (SpendDimension.Hour or SpendDimension.Day)));

    /// <summary>When an hour of the store's begins.</summary>
    public static DateTimeOffset HourOf(string hour) => DateTimeOffset.ParseExact(hour, HourForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string DayOf(string hour, TimeZoneInfo zone) => CalendarWindow.DayOf(HourOf(hour), zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
