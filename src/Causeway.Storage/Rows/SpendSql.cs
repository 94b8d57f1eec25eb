using System.Text;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>The questions about spend in one engine's words, put together from constants alone. Groups are formed over numbers; a name is looked up once per group.</summary>
/// <param name="Hour">How an hour is shown.</param>
/// <param name="Day">How a day is shown.</param>
/// <param name="Sum">How a column, <c>{0}</c>, is summed where there may be no row.</param>
/// <param name="Places">How the parameters are written: the first hour, the last hour, the first day that is asked for whole, and the one after the last such day.</param>
/// <param name="Least">The function that takes the smaller of two.</param>
/// <param name="Greatest">The one that takes the larger.</param>
internal sealed record SpendSql(string Hour, string Day, string Sum, string[] Places, string Least, string Greatest)
{
    private static readonly string[] s_sums =
    [
        "requests", "failures", "unpriced_requests", "estimated_requests", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
        "cost_nano_usd",
    ];

    /// <param name="by">What to group by.</param>
    /// <param name="where">What has to have a value: those of which the value is not empty stand in parameters, in this order.</param>
    /// <param name="named">How the engine finds the number of the name in the nth of those parameters, from 0 on.</param>
    public string For(IReadOnlyList<SpendDimension> by, IReadOnlyDictionary<SpendDimension, string> where, Func<int, string> named)
    {
        var sql = new StringBuilder("SELECT ");
        sql.AppendJoin(", ", by.Select(ShownAs).Concat(s_sums.Select(column => Sum.Replace("{0}", column, StringComparison.Ordinal))));
        sql.Append(by.Contains(SpendDimension.Hour) ? $" FROM usage_hourly WHERE hour BETWEEN {Places[0]} AND {Places[1]}" : $" FROM ({ByDays()}) AS counted");
        int place = 0;
        string joint = by.Contains(SpendDimension.Hour) ? " AND " : " WHERE ";
        foreach ((SpendDimension dimension, string value) in where)
        {
            sql.Append(joint).Append(MatchedBy(dimension)).Append(value.Length == 0 ? " = 0" : $" = ({named(place++)})"); // No name has the number 0.
            joint = " AND ";
        }

        if (by.Count > 0)
        {
            sql.Append(" GROUP BY ").AppendJoin(", ", by.Select(GroupedBy));
            sql.Append(" ORDER BY ").AppendJoin(", ", Enumerable.Range(1, by.Count));
        }

        return sql.ToString();
    }

    /// <summary>The whole days among hours, whose totals stand in one row each: the first of them, and the one after the last.</summary>
    public static (long First, long End) WholeDays(long firstHour, long lastHour) => ((firstHour + 23) / 24, lastHour == long.MaxValue ? long.MaxValue / 24 : (lastHour + 1) / 24);

    // Days that are asked for whole and are rolled up, and the hours before and behind them. Of a day that is not rolled up yet, its hours.
    private string ByDays()
    {
        string end = $"{Greatest}({Places[2]}, {Least}({Places[3]}, {TotalsSql.RolledHour} / 24))";
        return $"""
            SELECT day * 24 AS hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_daily WHERE day >= {Places[2]} AND day < {end}
            UNION ALL
            SELECT hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour >= {Places[0]} AND hour < {Places[2]} * 24 AND hour <= {Places[1]}
            UNION ALL
            SELECT hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour >= {end} * 24 AND hour <= {Places[1]}
            """;
    }

    private string ShownAs(SpendDimension dimension) => dimension switch
    {
        SpendDimension.Team => "(SELECT name FROM names WHERE id = team)",
        SpendDimension.Feature => "(SELECT name FROM names WHERE id = feature)",
        SpendDimension.Environment => "(SELECT name FROM names WHERE id = environment)",
        SpendDimension.Model => "(SELECT name FROM names WHERE id = model)",
        SpendDimension.Provider => "coalesce((SELECT name FROM names WHERE id = provider), '')",
        SpendDimension.Key => "(SELECT name FROM names WHERE id = key)",
        SpendDimension.Hour => Hour,
        SpendDimension.Day => Day,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "There is no such dimension of spend."),
    };

    private static string MatchedBy(SpendDimension dimension) => dimension is SpendDimension.Hour or SpendDimension.Day
        ? throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "Time is bounded by the window.")
        : GroupedBy(dimension);

    private static string GroupedBy(SpendDimension dimension) => dimension switch
    {
        SpendDimension.Team => "team",
        SpendDimension.Feature => "feature",
        SpendDimension.Environment => "environment",
        SpendDimension.Model => "model",
        SpendDimension.Provider => "provider",
        SpendDimension.Key => "key",
        SpendDimension.Hour => "hour",
        SpendDimension.Day => "hour / 24",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "There is no such dimension of spend."),
    };
}
