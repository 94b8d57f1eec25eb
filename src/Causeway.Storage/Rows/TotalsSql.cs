namespace Causeway.Storage.Rows;

/// <summary>How sums are added to the totals, in words that every engine takes: what was there stays, and each column grows by what comes.</summary>
internal static class TotalsSql
{
    /// <summary>The columns of the hourly totals in their order; <c>VALUES</c> or a <c>SELECT</c> follows.</summary>
    public const string Into = $"INSERT INTO usage_hourly AS total (hour, {Columns})";

    /// <summary>Ends it.</summary>
    public const string Add = $"ON CONFLICT (hour, {Groups}) DO UPDATE SET {Grow}";

    /// <summary>The columns of the daily totals in their order.</summary>
    public const string IntoDaily = $"INSERT INTO usage_daily AS total (day, {Columns})";

    /// <summary>Ends it.</summary>
    public const string AddDaily = $"ON CONFLICT (day, {Groups}) DO UPDATE SET {Grow}";

    /// <summary>Hours before this one are in the daily totals too: what is booked in them late goes into both.</summary>
    public const string RolledHour = "(SELECT value FROM usage_marks WHERE name = 'rolled_hour')";

    /// <summary>By what totals are grouped, beside the time.</summary>
    public const string Groups = "team, feature, environment, key, provider, model";

    /// <summary>The sums of a total.</summary>
    public const string Sums =
        """
        requests, failures, unpriced_requests, estimated_requests,
          input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd
        """;

    private const string Columns =
        $"""
        {Groups},
          {Sums}
        """;

    private const string Grow =
        """

          requests = total.requests + excluded.requests,
          failures = total.failures + excluded.failures,
          unpriced_requests = total.unpriced_requests + excluded.unpriced_requests,
          estimated_requests = total.estimated_requests + excluded.estimated_requests,
          input_tokens = total.input_tokens + excluded.input_tokens,
          cache_read_tokens = total.cache_read_tokens + excluded.cache_read_tokens,
          cache_write_tokens = total.cache_write_tokens + excluded.cache_write_tokens,
          output_tokens = total.output_tokens + excluded.output_tokens,
          reasoning_tokens = total.reasoning_tokens + excluded.reasoning_tokens,
          cost_nano_usd = total.cost_nano_usd + excluded.cost_nano_usd
        """;
}
