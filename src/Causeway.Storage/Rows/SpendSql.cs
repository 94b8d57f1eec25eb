using System.Globalization;
using System.Text;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>The questions about spend in one engine's words, put together from constants; what comes from outside is a parameter. Groups are formed over numbers; a name is looked up once per group.</summary>
/// <param name="Hour">How an hour is shown.</param>
/// <param name="Day">How a day is shown.</param>
/// <param name="Sum">How a column, <c>{0}</c>, is summed where there may be no row.</param>
/// <param name="Place">How the nth parameter is written, from 1 on.</param>
/// <param name="Named">How the number of the name in a parameter is found.</param>
/// <param name="Least">The function that takes the smaller of two.</param>
/// <param name="Greatest">The one that takes the larger.</param>
/// <param name="Labels">How labels are read.</param>
internal sealed record SpendSql(string Hour, string Day, string Sum, Func<int, string> Place, Func<string, string> Named, string Least, string Greatest, LabelSql Labels)
{
    private const long MillisecondsPerHour = 3_600_000;

    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_idSlack = TimeSpan.FromHours(1);
    private static readonly int s_dimensions = Enum.GetValues<SpendDimension>().Length;

    private static readonly string[] s_sums =
    [
        "requests", "failures", "unpriced_requests", "estimated_requests", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
        "cost_nano_usd",
    ];

    /// <summary>A question's text and its parameters: times as hours or days in <see cref="long"/>, ids as <see cref="Guid"/>.</summary>
    public (string Text, IReadOnlyList<object> Values) For(SpendQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.By.Count, s_dimensions, nameof(query));
        List<object> values = [];
        string? tag = query.Tag is { } name && query.By.Contains(SpendDimension.Tag) ? Labels.Value(Put(name)) : null;
        StringBuilder sql = new("SELECT ");
        sql.AppendJoin(", ", query.By.Select(dimension => ShownAs(dimension, tag)).Concat(s_sums.Select(column => Sum.Replace("{0}", column, StringComparison.Ordinal))));
        sql.Append(" FROM (").Append(query.IsLabelled ? Records(query) : query.By.Contains(SpendDimension.Hour) ? Hours(query) : Days(query)).Append(") AS counted");
        if (query.By.Contains(SpendDimension.CostCentre) || query.Where.ContainsKey(SpendDimension.CostCentre))
        {
            sql.Append(CultureInfo.InvariantCulture, $" LEFT JOIN (SELECT ({Named(Labels.KeyOf)}) AS centre_key, cost_centre AS centre FROM keys WHERE cost_centre IS NOT NULL) AS centres ON centre_key = key");
        }

        string joint = " WHERE ";
        foreach ((SpendDimension dimension, string value) in query.Where)
        {
            sql.Append(joint).Append(Condition(dimension, value));
            joint = " AND ";
        }

        if (query.Tagged is { } tagged)
        {
            sql.Append(joint).Append(Labels.Has(Put($"{tagged.Name}={tagged.Value}")));
        }

        if (query.By.Count > 0)
        {
            sql.Append(" GROUP BY ").AppendJoin(", ", query.By.Select(dimension => GroupedBy(dimension, tag)));
            sql.Append(query.IsLabelled
                ? string.Create(CultureInfo.InvariantCulture, $" ORDER BY {query.By.Count + s_sums.Length} DESC LIMIT {SpendQuery.MostLabelled}")
                : " ORDER BY " + string.Join(", ", Enumerable.Range(1, query.By.Count)));
        }

        return (sql.ToString(), values);

        string Put(object value)
        {
            values.Add(value);
            return Place(values.Count);
        }

        string Condition(SpendDimension dimension, string value) => dimension switch
        {
            SpendDimension.Hour or SpendDimension.Day => throw new ArgumentOutOfRangeException(nameof(query), dimension, "Time is bounded by the window."),
            SpendDimension.Tag => throw new ArgumentOutOfRangeException(nameof(query), dimension, "A tag is asked for by Tagged."),
            SpendDimension.CostCentre or SpendDimension.EndUser => $"{GroupedBy(dimension, null)} = {Put(value)}",
            _ when value.Length == 0 => $"{GroupedBy(dimension, null)} = 0", // No name has the number 0.
            _ => $"{GroupedBy(dimension, null)} = ({Named(Put(value))})",
        };

        string Hours(SpendQuery of)
        {
            (long since, long until) = HoursOf(of);
            return $"SELECT hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour BETWEEN {Put(since)} AND {Put(until)}";
        }

        // Days that are asked for whole and are rolled up, and the hours before and behind them. Of a day that is not rolled up yet, its hours.
        string Days(SpendQuery of)
        {
            (long since, long until) = HoursOf(of);
            (string first, string last) = (Put(since), Put(until));
            string begin = Put((since + 23) / 24);
            string end = $"{Greatest}({begin}, {Least}({Put(until == long.MaxValue ? long.MaxValue / 24 : (until + 1) / 24)}, {TotalsSql.RolledHour} / 24))";
            return $"""
                SELECT day * 24 AS hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_daily WHERE day >= {begin} AND day < {end}
                UNION ALL
                SELECT hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour >= {first} AND hour < {begin} * 24 AND hour <= {last}
                UNION ALL
                SELECT hour, {TotalsSql.Groups}, {TotalsSql.Sums} FROM usage_hourly WHERE hour >= {end} * 24 AND hour <= {last}
                """;
        }

        string Records(SpendQuery of)
        {
            (long since, long until) = HoursOf(of);
            string ids = $"request >= {Put(UsageRow.FirstIdAt(of.Since > DateTimeOffset.UnixEpoch + s_idSlack ? of.Since - s_idSlack : DateTimeOffset.UnixEpoch))}"
                + (of.Until is { } end && end < DateTimeOffset.MaxValue - (4 * s_idSlack) ? $" AND request < {Put(UsageRow.FirstIdAt(end + s_idSlack + s_idSlack))}" : "");
            return $"{Each} WHERE {ids} AND at_ms / {MillisecondsPerHour} BETWEEN {Put(since)} AND {Put(until)}";
        }
    }

    // A record as a row of the totals, with what was said of it later.
    private const string Each =
        """
        SELECT at_ms / 3600000 AS hour, team, feature, environment, key, coalesce(provider, 0) AS provider, coalesce(model_served, model_sent, model_asked) AS model, end_user, tags,
          1 AS requests,
          CASE WHEN outcome IN (1, 2, 3) THEN 1 ELSE 0 END AS failures,
          CASE WHEN cost_nano_usd IS NULL AND late_cost_nano_usd IS NULL
            AND input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_30m_tokens + cache_write_1h_tokens + cache_write_12h_tokens + output_tokens > 0
            THEN 1 ELSE 0 END AS unpriced_requests,
          CASE WHEN source IN (2, 3) THEN 1 ELSE 0 END AS estimated_requests,
          input_tokens + coalesce(late_input, 0) AS input_tokens,
          cache_read_tokens + coalesce(late_cache_read, 0) AS cache_read_tokens,
          cache_write_5m_tokens + cache_write_30m_tokens + cache_write_1h_tokens + cache_write_12h_tokens + coalesce(late_cache_write, 0) AS cache_write_tokens,
          output_tokens + coalesce(late_output, 0) AS output_tokens,
          reasoning_tokens + coalesce(late_reasoning, 0) AS reasoning_tokens,
          coalesce(cost_nano_usd, 0) + coalesce(late_cost_nano_usd, 0) AS cost_nano_usd
        FROM usage LEFT JOIN usage_adjustments USING (request)
        """;

    private static (long Since, long Until) HoursOf(SpendQuery query) => (HourOf(query.Since), query.Until is { } last ? HourOf(last) : long.MaxValue);

    private static long HourOf(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / MillisecondsPerHour;

    private string ShownAs(SpendDimension dimension, string? tag) => dimension switch
    {
        SpendDimension.Team => "(SELECT name FROM names WHERE id = team)",
        SpendDimension.Feature => "(SELECT name FROM names WHERE id = feature)",
        SpendDimension.Environment => "(SELECT name FROM names WHERE id = environment)",
        SpendDimension.Model => "(SELECT name FROM names WHERE id = model)",
        SpendDimension.Provider => "coalesce((SELECT name FROM names WHERE id = provider), '')",
        SpendDimension.Key => "(SELECT name FROM names WHERE id = key)",
        SpendDimension.Hour => Hour,
        SpendDimension.Day => Day,
        _ => GroupedBy(dimension, tag),
    };

    private static string GroupedBy(SpendDimension dimension, string? tag) => dimension switch
    {
        SpendDimension.Team => "team",
        SpendDimension.Feature => "feature",
        SpendDimension.Environment => "environment",
        SpendDimension.Model => "model",
        SpendDimension.Provider => "provider",
        SpendDimension.Key => "key",
        SpendDimension.Hour => "hour",
        SpendDimension.Day => "hour / 24",
        SpendDimension.CostCentre => "coalesce(centre, '')",
        SpendDimension.EndUser => "coalesce(end_user, '')",
        SpendDimension.Tag => tag ?? throw new ArgumentOutOfRangeException(nameof(tag), "A question by a tag names it."),
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "There is no such dimension of spend."),
    };
}
