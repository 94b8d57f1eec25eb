namespace Causeway.Storage.Rows;

/// <summary>How sums are added to the hourly totals, in words that every engine takes: what was there stays, and each column grows by what comes.</summary>
internal static class TotalsSql
{
    /// <summary>The columns in their order; <c>VALUES</c> or a <c>SELECT</c> follows.</summary>
    public const string Into =
        """
        INSERT INTO usage_hourly AS total (
          hour, team, feature, environment, key, provider, model,
          requests, failures, unpriced_requests, estimated_requests,
          input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd)
        """;

    /// <summary>Ends it.</summary>
    public const string Add =
        """
        ON CONFLICT (hour, team, feature, environment, key, provider, model) DO UPDATE SET
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
