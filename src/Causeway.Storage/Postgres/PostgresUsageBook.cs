using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Appends usage rows, their steps and their totals: one statement for a whole group, so it costs one round trip however many records there are. What
/// is booked already is left out by the server, and so adds nothing to the totals. Used by the writer only, inside its transaction.
/// </summary>
internal sealed class PostgresUsageBook
{
    private static readonly Column[] s_columns =
    [
        Column.Of("request", "uuid", (record, _) => record.Request),
        Column.Of("at_ms", "bigint", (record, _) => record.At.ToUnixTimeMilliseconds()),
        Column.Of("team", "bigint", (record, names) => names.Of(record.Attribution.Team)),
        Column.Of("feature", "bigint", (record, names) => names.Of(record.Attribution.Feature)),
        Column.Of("environment", "bigint", (record, names) => names.Of(record.Attribution.Environment)),
        Column.Of("key", "bigint", (record, names) => names.Of(record.Key.ToString())),
        Column.Of("protocol", "bigint", (record, names) => names.Of(record.Protocol)),
        Column.Of("route", "bigint", (record, names) => names.Of(record.Route)),
        Column.Of("model_asked", "bigint", (record, names) => names.Of(record.ModelAsked)),
        Column.Of("model_sent", "bigint", (record, names) => names.OfAny(record.ModelSent)),
        Column.Of("model_served", "bigint", (record, names) => names.OfAny(record.ModelServed)),
        Column.Of("provider", "bigint", (record, names) => names.OfAny(record.Provider)),
        Column.Of("region", "bigint", (record, names) => names.OfAny(record.Region)),
        Column.Of("input_tokens", "bigint", (record, _) => record.Tokens.Input),
        Column.Of("cache_read_tokens", "bigint", (record, _) => record.Tokens.CacheRead),
        Column.Of("cache_write_5m_tokens", "bigint", (record, _) => record.Tokens.CacheWrite5m),
        Column.Of("cache_write_30m_tokens", "bigint", (record, _) => record.Tokens.CacheWrite30m),
        Column.Of("cache_write_1h_tokens", "bigint", (record, _) => record.Tokens.CacheWrite1h),
        Column.Of("cache_write_12h_tokens", "bigint", (record, _) => record.Tokens.CacheWrite12h),
        Column.Of("output_tokens", "bigint", (record, _) => record.Tokens.Output),
        Column.Of("reasoning_tokens", "bigint", (record, _) => record.Tokens.Reasoning),
        Column.Of("cost_nano_usd", "bigint", (record, _) => record.CostNanoUsd),
        Column.Of("source", "integer", (record, _) => (int)record.Source),
        Column.Of("status", "integer", (record, _) => record.Status),
        Column.Of("outcome", "integer", (record, _) => (int)record.Outcome),
        Column.Of("error_code", "bigint", (record, names) => names.OfAny(record.ErrorCode)),
        Column.Of("stop_reason", "bigint", (record, names) => names.OfAny(record.StopReason)),
        Column.Of("attempts", "integer", (record, _) => record.Attempts),
        Column.Of("streamed", "integer", (record, _) => record.Streamed ? 1 : 0),
        Column.Of("first_byte_us", "bigint", (record, _) => Microseconds(record.TimeToFirstByte)),
        Column.Of("total_us", "bigint", (record, _) => Microseconds(record.Total)!.Value),
        Column.Of("channel", "bigint", (record, names) => names.OfAny(record.Channel)),
        Column.Of("release", "bigint", (record, names) => names.OfAny(record.Release)),
        Column.Of("dropped", "text", (record, _) => Kept(record.Dropped)),
        Column.Of("contract", "bigint", (record, names) => names.OfAny(record.Contract)),
        Column.Of("contract_schema", "bigint", (record, names) => names.OfAny(record.ContractSchema)),
        Column.Of("contract_outcome", "bigint", (record, names) => names.OfAny(record.ContractOutcome)),
        Column.Of("repairs", "integer", (record, _) => record.Repairs),
        Column.Of("repair_cost_nano_usd", "bigint", (record, _) => record.RepairCostNanoUsd),
        Column.Of("mended", "text", (record, _) => Kept(record.Mended)),
        Column.Of("grant_id", "uuid", (record, _) => record.Grant?.Value),
        Column.Of("price", "bigint", (record, names) => names.OfAny(record.Price)),
        Column.Of("held_nano_usd", "bigint", (record, _) => record.HeldNanoUsd),
        Column.Of("overrun_nano_usd", "bigint", (record, _) => record.OverrunNanoUsd),
        Column.Of("revision", "bigint", (record, _) => record.RoutingRevision),
        Column.Of("rule", "integer", (record, _) => record.RoutingRule),
        Column.Of("bucket", "integer", (record, _) => record.Bucket),
        Column.Of("cached_from", "uuid", (record, _) => record.CachedFrom),
        Column.Of("inherits", "bigint", (record, names) => names.OfAny(record.Inherits)),
        Column.Of("data_class", "bigint", (record, names) => names.OfAny(record.DataClass)),
        Column.Of("agreement", "bigint", (record, names) => names.OfAny(record.Agreement)),
        Column.Of("cost_centre", "bigint", (record, names) => names.OfAny(record.Attribution.CostCentre)),
        Column.Of("end_user", "text", (record, _) => Kept(record.EndUser)),
        Column.Of("tags", "text", (record, _) => record.Tags),
        Column.Of("steps", "bytea", (record, _) => StepBytes.Of(record.Steps)),
        Column.Of("unit_hash", "bigint", (record, _) => (long?)record.UnitHash),
        Column.Of("conversation", "text", (record, _) => record.Conversation),
        Column.Of("tool_uses", "integer", (record, _) => record.ToolUses == 0 ? (int?)null : record.ToolUses),
        Column.Of("tool_fee_nano_usd", "bigint", (record, _) => record.ToolFeeNanoUsd),
    ];

    private const string TotalSql = $"{TotalsSql.Into} SELECT at_ms / 3600000, {Change} {TotalsSql.Add}";

    private const string DailySql = $"{TotalsSql.IntoDaily} SELECT at_ms / 86400000, {Change} AND at_ms / 3600000 < {TotalsSql.RolledHour} {TotalsSql.AddDaily}";

    private const string Change =
        """
        team, feature, environment, key, coalesce(provider, 0), coalesce(model_served, model_sent, model_asked),
          0, 0,
          CASE WHEN cost_nano_usd IS NULL AND late_cost_nano_usd IS NULL
            AND input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_30m_tokens + cache_write_1h_tokens + cache_write_12h_tokens + output_tokens > 0
            THEN -1 ELSE 0 END,
          0, $2, $3, $4, $5, $6, $7
        FROM usage LEFT JOIN usage_adjustments USING (request) WHERE request = $1
        """;

    private const string WordSql =
        """
        INSERT INTO usage_adjustments AS kept (request, late_input, late_cache_read, late_cache_write, late_output, late_reasoning, late_cost_nano_usd)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (request) DO UPDATE SET
          late_input = kept.late_input + excluded.late_input,
          late_cache_read = kept.late_cache_read + excluded.late_cache_read,
          late_cache_write = kept.late_cache_write + excluded.late_cache_write,
          late_output = kept.late_output + excluded.late_output,
          late_reasoning = kept.late_reasoning + excluded.late_reasoning,
          late_cost_nano_usd = kept.late_cost_nano_usd + excluded.late_cost_nano_usd
        """;

    private static readonly string s_sums =
        $"""
        team, feature, environment, key, coalesce(provider, {Names.None}), coalesce(model_served, model_sent, model_asked),
          count(*),
          count(*) FILTER (WHERE outcome IN ({(int)Outcome.Denied}, {(int)Outcome.Failed}, {(int)Outcome.Interrupted})),
          count(*) FILTER (WHERE cost_nano_usd IS NULL AND input_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_30m_tokens
            + cache_write_1h_tokens + cache_write_12h_tokens + output_tokens <> 0),
          count(*) FILTER (WHERE source IN ({(int)UsageSource.Counted}, {(int)UsageSource.Estimated})),
          sum(input_tokens)::bigint, sum(cache_read_tokens)::bigint,
          sum(cache_write_5m_tokens + cache_write_30m_tokens + cache_write_1h_tokens + cache_write_12h_tokens)::bigint,
          sum(output_tokens)::bigint, sum(reasoning_tokens)::bigint, coalesce(sum(cost_nano_usd), 0)::bigint
        """;

    private static readonly string s_sql = Sql();

    private readonly Names _names = new();
    private readonly UsageDays _days = new();

    /// <summary>Adds to a batch what books the records whose request is not booked yet.</summary>
    public async Task AddAsync(NpgsqlConnection connection, NpgsqlBatch batch, IEnumerable<UsageRecord> records)
    {
        // The first of two under one id stands.
        UsageRecord[] incoming = [.. records.DistinctBy(record => record.Request)];
        if (incoming.Length == 0)
        {
            return;
        }

        await _names.LearnAsync(connection, Words(incoming));
        await _days.EnsureAsync(connection, incoming.Select(record => record.Request));
        (UsageRecord Of, int Number, AttemptRecord Step)[] steps = [.. incoming.SelectMany(record => record.Trail.Select((step, number) => (record, number, step)))];
        batch.Add(
            s_sql,
            [
                .. s_columns.Select(column => column.Values(incoming, _names)),
                Column.Parameter(steps, step => step.Of.Request),
                Column.Parameter(steps, step => step.Number),
                Column.Parameter(steps, step => _names.Of(step.Step.Provider)),
                Column.Parameter(steps, step => _names.Of(step.Step.Model)),
                Column.Parameter(steps, step => _names.Of(step.Step.Reason)),
                Column.Parameter(steps, step => step.Step.Status),
                Column.Parameter(steps, step => Microseconds(step.Step.Duration)!.Value),
                Column.Parameter(steps, step => step.Step.CostNanoUsd),
                Column.Parameter(steps, step => _names.OfAny(step.Step.Region)),
                Column.Parameter(steps, step => _names.OfAny(step.Step.Agreement)),
                Column.Parameter(steps, step => Microseconds(step.Step.Began)),
                Column.Parameter(steps, step => Microseconds(step.Step.FirstByte)),
            ]);
    }

    /// <summary>Adds to a batch later words on requests whose usage is booked, in the totals of the hour in which those arrived, and beside their rows.</summary>
    public static void AddWords(NpgsqlBatch batch, IEnumerable<UsageAdjustment> words)
    {
        foreach (UsageAdjustment word in words)
        {
            // Before the word itself: a row without a price is unpriced until the first word on it.
            object[] values = [word.Request, word.Tokens.Input, word.Tokens.CacheRead, word.Tokens.CacheWrite, word.Tokens.Output, word.Tokens.Reasoning, word.NanoUsd];
            batch.Add(TotalSql, values);
            batch.Add(DailySql, values);
            batch.Add(WordSql, values);
        }
    }

    /// <summary>Makes the partitions of a day before anybody waits for them.</summary>
    public Task PrepareAsync(NpgsqlConnection connection, DateTimeOffset day) => _days.EnsureAsync(connection, DateOnly.FromDateTime(day.UtcDateTime));

    /// <summary>After a rollback.</summary>
    public void Forget()
    {
        _names.Forget();
        _days.Forget();
    }

    private static HashSet<string> Words(UsageRecord[] records)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (UsageRecord record in records)
        {
            words.UnionWith(
            [
                record.Attribution.Team, record.Attribution.Feature, record.Attribution.Environment, record.Key.ToString(), record.Protocol, record.Route, record.ModelAsked,
            ]);
            foreach (string? word in (ReadOnlySpan<string?>)
            [
                record.ModelSent, record.ModelServed, record.Provider, record.Region, record.ErrorCode, record.StopReason, record.Channel, record.Release, record.Inherits, record.DataClass, record.Agreement,
                record.Contract, record.ContractSchema, record.ContractOutcome, record.Price, record.Attribution.CostCentre,
            ])
            {
                if (word is not null)
                {
                    words.Add(word);
                }
            }

            foreach (AttemptRecord step in record.Trail)
            {
                words.UnionWith([step.Provider, step.Model, step.Reason]);
                words.UnionWith(((string?[])[step.Region, step.Agreement]).OfType<string>());
            }
        }

        return words;
    }

    private static string Sql()
    {
        string names = string.Join(", ", s_columns.Select(column => column.Name));
        string arrays = string.Join(", ", s_columns.Select((column, place) => $"${place + 1}::{column.Type}[]"));
        string step = string.Join(
            ", ", ((string[])["uuid", "integer", "bigint", "bigint", "bigint", "integer", "bigint", "bigint", "bigint", "bigint", "bigint", "bigint"]).Select((type, place) => $"${s_columns.Length + place + 1}::{type}[]"));
        return $"""
            WITH fresh AS (
              INSERT INTO usage ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT (request) DO NOTHING RETURNING *
            ), steps AS (
              INSERT INTO usage_attempts (request, step, provider, model, reason, status, duration_us, cost_nano_usd, region, agreement, began_us, first_byte_us)
              SELECT incoming.* FROM unnest({step}) AS incoming (request, step, provider, model, reason, status, duration_us, cost_nano_usd, region, agreement, began_us, first_byte_us)
              JOIN fresh ON fresh.request = incoming.request
            ), late AS (
              {TotalsSql.IntoDaily}
              SELECT at_ms / 86400000, {s_sums} FROM fresh WHERE at_ms / 3600000 < {TotalsSql.RolledHour} GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
              {TotalsSql.AddDaily}
            )
            {TotalsSql.Into}
            SELECT at_ms / 3600000, {s_sums} FROM fresh GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
            {TotalsSql.Add}
            """;
    }

    private static string? Kept(string? text) => text is null ? null : PostgresText.Kept(text);

    private static long? Microseconds(TimeSpan? time) => time?.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A column: its values of all records at once.</summary>
    private sealed record Column(string Name, string Type, Func<UsageRecord[], Names, NpgsqlParameter> Values)
    {
        public static Column Of<T>(string name, string type, Func<UsageRecord, Names, T> value) =>
            new(name, type, (records, names) => Parameter(records, record => value(record, names)));

        public static NpgsqlParameter<T[]> Parameter<TRow, T>(TRow[] rows, Func<TRow, T> value) => new() { TypedValue = Array.ConvertAll(rows, row => value(row)) };
    }
}
