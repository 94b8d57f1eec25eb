using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Appends usage rows and their totals. Used on the writer thread only, inside the writer's transaction.</summary>
/// <remarks>
/// It runs on the cores of the data path, so what it costs counts. Measured on two shared cores in batches of 500: 3.5 to 4.7 µs
/// of CPU and about 1 byte allocated per record, totals and commit included. The row alone through ADO.NET parameters: 7.8 to
/// 10 µs, with numbers or with texts. A rowid table with a unique index on the request: no cheaper, and a second tree to write.
/// </remarks>
internal sealed class UsageBook(SqliteConnection connection) : IDisposable
{
    private const long MillisecondsPerHour = 3_600_000;

    private readonly NameTable _names = new(connection);
    private readonly HourlyTotals _totals = new(connection);
    private readonly AdjustmentBook _adjustments = new(connection);
    private readonly Statement _insert = new(
        connection,
        """
        INSERT INTO usage (
          request, at_ms, team, feature, environment, key, protocol, route, model_asked, model_sent, model_served, provider, region,
          input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_30m_tokens, cache_write_1h_tokens,
          cache_write_12h_tokens, output_tokens, reasoning_tokens, cost_nano_usd,
          source, status, outcome, error_code, stop_reason, attempts, streamed, first_byte_us, total_us,
          channel, release, dropped, contract, contract_schema, contract_outcome, repairs, repair_cost_nano_usd, mended,
          grant_id, price, held_nano_usd, overrun_nano_usd, revision, rule, bucket, cached_from, inherits, data_class, agreement,
          cost_centre, end_user, tags, steps, unit_hash, conversation, tool_uses, tool_fee_nano_usd)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25,
          ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43, ?44, ?45, ?46, ?47, ?48, ?49, ?50, ?51, ?52, ?53, ?54, ?55, ?56, ?57, ?58, ?59)
        ON CONFLICT DO NOTHING
        """);

    private readonly Statement _step = new(
        connection,
        """
        INSERT INTO usage_attempts (request, step, provider, model, reason, status, duration_us, cost_nano_usd, region, agreement, began_us, first_byte_us)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """);

    /// <summary>Books the records whose request is not booked yet.</summary>
    public void Append(IReadOnlyList<UsageRecord> records) => Append(records, static record => record);

    /// <summary>Books the records that come with entries.</summary>
    public void Append(IReadOnlyList<JournalEntry> entries) => Append(entries, static entry => entry.Usage);

    private void Append<T>(IReadOnlyList<T> all, Func<T, UsageRecord?> recordOf)
    {
        _totals.Clear();
        for (int i = 0; i < all.Count; i++)
        {
            if (recordOf(all[i]) is { } record)
            {
                Append(record);
            }
        }

        _totals.Book();
    }

    /// <summary>Books a later word on a request whose usage is booked.</summary>
    public void Adjust(UsageAdjustment adjusted) => _adjustments.Book(adjusted);

    /// <summary>After a rollback.</summary>
    public void Forget()
    {
        _names.Forget();
        _totals.Forget();
    }

    /// <summary>After hours were added to the daily totals.</summary>
    public void RolledUp() => _totals.Forget();

    public void Dispose()
    {
        _insert.Dispose();
        _step.Dispose();
        _totals.Dispose();
        _adjustments.Dispose();
        _names.Dispose();
    }

    private void Append(UsageRecord record)
    {
        long at = record.At.ToUnixTimeMilliseconds();
        long asked = _names.NumberOf(record.ModelAsked);
        long? sent = _names.NumberOfAny(record.ModelSent);
        long? served = _names.NumberOfAny(record.ModelServed);
        long? provider = _names.NumberOfAny(record.Provider);
        var group = new TotalsKey(
            at / MillisecondsPerHour,
            _names.NumberOf(record.Attribution.Team),
            _names.NumberOf(record.Attribution.Feature),
            _names.NumberOf(record.Attribution.Environment),
            _names.NumberOf(record.Key),
            provider ?? NameTable.None,
            served ?? sent ?? asked);

        Span<byte> request = stackalloc byte[16];
        record.Request.TryWriteBytes(request, bigEndian: true, out _); // Big-endian: bytes sort as the ids do, by time.
        _insert.Bind(1, request);
        _insert.Bind(2, at);
        _insert.Bind(3, group.Team);
        _insert.Bind(4, group.Feature);
        _insert.Bind(5, group.Environment);
        _insert.Bind(6, group.Key);
        _insert.Bind(7, _names.NumberOf(record.Protocol));
        _insert.Bind(8, _names.NumberOf(record.Route));
        _insert.Bind(9, asked);
        _insert.Bind(10, sent);
        _insert.Bind(11, served);
        _insert.Bind(12, provider);
        _insert.Bind(13, _names.NumberOfAny(record.Region));
        _insert.Bind(14, record.Tokens.Input);
        _insert.Bind(15, record.Tokens.CacheRead);
        _insert.Bind(16, record.Tokens.CacheWrite5m);
        _insert.Bind(17, record.Tokens.CacheWrite30m);
        _insert.Bind(18, record.Tokens.CacheWrite1h);
        _insert.Bind(19, record.Tokens.CacheWrite12h);
        _insert.Bind(20, record.Tokens.Output);
        _insert.Bind(21, record.Tokens.Reasoning);
        _insert.Bind(22, record.CostNanoUsd);
        _insert.Bind(23, (long)record.Source);
        _insert.Bind(24, record.Status);
        _insert.Bind(25, (long)record.Outcome);
        _insert.Bind(26, _names.NumberOfAny(record.ErrorCode));
        _insert.Bind(27, _names.NumberOfAny(record.StopReason));
        _insert.Bind(28, record.Attempts);
        _insert.Bind(29, record.Streamed ? 1L : 0L);
        _insert.Bind(30, Microseconds(record.TimeToFirstByte));
        _insert.Bind(31, Microseconds(record.Total));
        _insert.Bind(32, _names.NumberOfAny(record.Channel));
        _insert.Bind(33, _names.NumberOfAny(record.Release));
        BindText(34, record.Dropped);
        _insert.Bind(35, _names.NumberOfAny(record.Contract));
        _insert.Bind(36, _names.NumberOfAny(record.ContractSchema));
        _insert.Bind(37, _names.NumberOfAny(record.ContractOutcome));
        _insert.Bind(38, record.Repairs);
        _insert.Bind(39, record.RepairCostNanoUsd);
        BindText(40, record.Mended);
        BindId(41, record.Grant?.Value);
        _insert.Bind(42, _names.NumberOfAny(record.Price));
        _insert.Bind(43, record.HeldNanoUsd);
        _insert.Bind(44, record.OverrunNanoUsd);
        _insert.Bind(45, record.RoutingRevision);
        _insert.Bind(46, record.RoutingRule);
        _insert.Bind(47, record.Bucket);
        BindId(48, record.CachedFrom);
        _insert.Bind(49, _names.NumberOfAny(record.Inherits));
        _insert.Bind(50, _names.NumberOfAny(record.DataClass));
        _insert.Bind(51, _names.NumberOfAny(record.Agreement));
        _insert.Bind(52, _names.NumberOfAny(record.Attribution.CostCentre));
        BindText(53, record.EndUser);
        BindText(54, record.Tags);
        BindSteps(55, record.Steps);
        _insert.Bind(56, (long?)record.UnitHash);
        BindText(57, record.Conversation);
        _insert.Bind(58, Some(record.ToolUses));
        _insert.Bind(59, record.ToolFeeNanoUsd);
        if (_insert.RunAndCount() == 1)
        {
            _totals.Add(group, record);
            AppendTrail(request, record.Trail);
        }
    }

    private static long? Some(int uses) => uses == 0 ? null : uses;

    private void BindText(int parameter, string? text)
    {
        if (text is null)
        {
            _insert.Bind(parameter, (long?)null);
        }
        else
        {
            _insert.Bind(parameter, text);
        }
    }

    private void BindId(int parameter, Guid? id)
    {
        if (id is not { } value)
        {
            _insert.Bind(parameter, (long?)null);
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        _insert.Bind(parameter, bytes);
    }

    private void BindSteps(int parameter, StepTimes steps)
    {
        Span<byte> bytes = stackalloc byte[StepBytes.Most];
        int length = StepBytes.Write(steps, bytes);
        if (length == 0)
        {
            _insert.Bind(parameter, (long?)null);
            return;
        }

        _insert.Bind(parameter, bytes[..length]);
    }

    private void AppendTrail(ReadOnlySpan<byte> request, IReadOnlyList<AttemptRecord> trail)
    {
        for (int i = 0; i < trail.Count; i++)
        {
            AttemptRecord step = trail[i];
            _step.Bind(1, request);
            _step.Bind(2, i);
            _step.Bind(3, _names.NumberOf(step.Provider));
            _step.Bind(4, _names.NumberOf(step.Model));
            _step.Bind(5, _names.NumberOf(step.Reason));
            _step.Bind(6, (long?)step.Status);
            _step.Bind(7, step.Duration.Ticks / TimeSpan.TicksPerMicrosecond);
            _step.Bind(8, step.CostNanoUsd);
            _step.Bind(9, _names.NumberOfAny(step.Region));
            _step.Bind(10, _names.NumberOfAny(step.Agreement));
            _step.Bind(11, Microseconds(step.Began));
            _step.Bind(12, Microseconds(step.FirstByte));
            _step.Run();
        }
    }

    private static long? Microseconds(TimeSpan? time) => time?.Ticks / TimeSpan.TicksPerMicrosecond;
}
