using System.Data.Common;
using Causeway.Budgets.Agreements;

namespace Causeway.Storage.Rows;

/// <summary>The question where what went. A request with one call has no trail: its record says where. One with several has a trail, which says it of each.</summary>
internal static class ResidencySql
{
    private const string Input = "input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_30m_tokens + cache_write_1h_tokens + cache_write_12h_tokens";

    /// <param name="range">Which rows of <c>usage u</c> are looked at.</param>
    /// <param name="sum">How a column, <c>{0}</c>, is summed to a whole number.</param>
    public static string For(string range, string sum) =>
        $"""
        SELECT (SELECT name FROM names WHERE id = g.data_class), (SELECT name FROM names WHERE id = g.provider), (SELECT name FROM names WHERE id = g.region),
          (SELECT name FROM names WHERE id = g.agreement), (SELECT name FROM names WHERE id = g.team), g.kind, g.calls, g.input, g.output, g.first_ms, g.last_ms
        FROM (
          SELECT data_class, provider, region, agreement, team, kind, count(*) AS calls, {Sum(sum, "input")} AS input, {Sum(sum, "output")} AS output, min(at_ms) AS first_ms, max(at_ms) AS last_ms
          FROM (
            SELECT u.data_class, u.provider, u.region, u.agreement, u.team, 0 AS kind, {Input} AS input, u.output_tokens AS output, u.at_ms
            FROM usage u WHERE {range} AND u.attempts > 0 AND NOT EXISTS (SELECT 1 FROM usage_attempts a WHERE a.request = u.request)
            UNION ALL
            SELECT u.data_class, a.provider, a.region, a.agreement, u.team, 0,
              CASE WHEN a.reason = (SELECT id FROM names WHERE name = 'answered') THEN {Input} ELSE 0 END,
              CASE WHEN a.reason = (SELECT id FROM names WHERE name = 'answered') THEN u.output_tokens ELSE 0 END, u.at_ms
            FROM usage u JOIN usage_attempts a ON a.request = u.request
            WHERE {range} AND (a.status IS NOT NULL OR (a.duration_us > 0 AND a.reason NOT IN (
              SELECT id FROM names WHERE name IN ('upstream_unreachable', 'data_class_not_covered', 'agreement_changed', 'circuit_open', 'release_revoked'))))
            UNION ALL
            SELECT u.data_class, NULL, NULL, u.agreement, u.team, 1, 0, 0, u.at_ms FROM usage u WHERE {range} AND u.cached_from IS NOT NULL
            UNION ALL
            SELECT u.data_class, NULL, NULL, NULL, u.team, 2, 0, 0, u.at_ms
            FROM usage u WHERE {range} AND u.attempts = 0 AND u.error_code IN (SELECT id FROM names WHERE name IN ('data_class_not_covered', 'retention_not_allowed'))
            UNION ALL
            SELECT u.data_class, a.provider, NULL, NULL, u.team, 3, 0, 0, u.at_ms
            FROM usage u JOIN usage_attempts a ON a.request = u.request
            WHERE {range} AND a.status IS NULL AND a.reason = (SELECT id FROM names WHERE name = 'data_class_not_covered')) AS legs
          GROUP BY data_class, provider, region, agreement, team, kind) AS g
        """;

    /// <summary>A row of it.</summary>
    public static ResidencyRow Read(DbDataReader row, RowFormat format) => new(
        Text(row, 0, format),
        Text(row, 1, format),
        Text(row, 2, format),
        Text(row, 3, format),
        format.Text(row, 4),
        (ResidencyKind)row.GetInt32(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetInt64(8),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(10)));

    private static string Sum(string sum, string column) => sum.Replace("{0}", column, StringComparison.Ordinal);

    private static string? Text(DbDataReader row, int column, RowFormat format) => row.IsDBNull(column) ? null : format.Text(row, column);
}
