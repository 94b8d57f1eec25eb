using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Books later words on requests beside their usage rows, and in the totals of the hour in which they arrived. Used on the writer thread only.</summary>
internal sealed class AdjustmentBook(SqliteConnection connection) : IDisposable
{
    private const string Change =
        """
        team, feature, environment, key, ifnull(provider, 0), coalesce(model_served, model_sent, model_asked),
          0, 0,
          CASE WHEN cost_nano_usd IS NULL AND late_cost_nano_usd IS NULL
            AND input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_30m_tokens + cache_write_1h_tokens + cache_write_12h_tokens + output_tokens > 0
            THEN -1 ELSE 0 END,
          0, ?2, ?3, ?4, ?5, ?6, ?7
        FROM usage LEFT JOIN usage_adjustments USING (request) WHERE request = ?1
        """;

    // Before the word itself is written: a row without a price is unpriced until the first word on it.
    private readonly Statement _total = new(connection, $"{TotalsSql.Into} SELECT at_ms / 3600000, {Change} {TotalsSql.Add}");

    private readonly Statement _daily = new(connection, $"{TotalsSql.IntoDaily} SELECT at_ms / 86400000, {Change} AND at_ms / 3600000 < {TotalsSql.RolledHour} {TotalsSql.AddDaily}");

    private readonly Statement _word = new(
        connection,
        """
        INSERT INTO usage_adjustments (request, late_input, late_cache_read, late_cache_write, late_output, late_reasoning, late_cost_nano_usd)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT DO UPDATE SET
          late_input = late_input + excluded.late_input,
          late_cache_read = late_cache_read + excluded.late_cache_read,
          late_cache_write = late_cache_write + excluded.late_cache_write,
          late_output = late_output + excluded.late_output,
          late_reasoning = late_reasoning + excluded.late_reasoning,
          late_cost_nano_usd = late_cost_nano_usd + excluded.late_cost_nano_usd
        """);

    /// <summary>Books a word on a request whose usage is booked.</summary>
    public void Book(UsageAdjustment adjusted)
    {
        Run(_total, adjusted);
        Run(_daily, adjusted);
        Run(_word, adjusted);
    }

    public void Dispose()
    {
        _total.Dispose();
        _daily.Dispose();
        _word.Dispose();
    }

    private static void Run(Statement statement, UsageAdjustment adjusted)
    {
        Span<byte> request = stackalloc byte[16];
        adjusted.Request.TryWriteBytes(request, bigEndian: true, out _);
        statement.Bind(1, request);
        statement.Bind(2, adjusted.Tokens.Input);
        statement.Bind(3, adjusted.Tokens.CacheRead);
        statement.Bind(4, adjusted.Tokens.CacheWrite);
        statement.Bind(5, adjusted.Tokens.Output);
        statement.Bind(6, adjusted.Tokens.Reasoning);
        statement.Bind(7, adjusted.NanoUsd);
        statement.Run();
    }
}
