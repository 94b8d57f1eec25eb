using System.Text;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>The questions about spend in one engine's words, put together from constants alone. Groups are formed over numbers; a name is looked up once per group.</summary>
/// <param name="Hour">How an hour is shown.</param>
/// <param name="Day">How a day is shown.</param>
/// <param name="Sum">How a column, <c>{0}</c>, is summed where there may be no row.</param>
/// <param name="Within">The hours that are asked for.</param>
internal sealed record SpendSql(string Hour, string Day, string Sum, string Within)
{
    private static readonly string[] s_sums =
    [
        "requests", "failures", "unpriced_requests", "estimated_requests", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
        "cost_nano_usd",
    ];

    public string For(IReadOnlyList<SpendDimension> by)
    {
        var sql = new StringBuilder("SELECT ");
        sql.AppendJoin(", ", by.Select(ShownAs).Concat(s_sums.Select(column => Sum.Replace("{0}", column, StringComparison.Ordinal))));
        sql.Append(" FROM usage_hourly WHERE ").Append(Within);
        if (by.Count > 0)
        {
            sql.Append(" GROUP BY ").AppendJoin(", ", by.Select(GroupedBy));
            sql.Append(" ORDER BY ").AppendJoin(", ", Enumerable.Range(1, by.Count));
        }

        return sql.ToString();
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
