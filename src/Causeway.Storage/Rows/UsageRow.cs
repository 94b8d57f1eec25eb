using System.Buffers.Binary;
using System.Data.Common;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Storage.Rows;

/// <summary>What engines read differently.</summary>
internal sealed record RowFormat(Func<DbDataReader, int, Guid> Id, Func<DbDataReader, int, string> Text);

/// <summary>Usage as rows: columns in one order, whatever the engine.</summary>
internal static class UsageRow
{
    /// <summary>Every column; words are looked up by their numbers. The primary key is the order in time: a request's id is a version 7 UUID.</summary>
    public const string Select = Columns + " FROM usage" + Adjusted;

    /// <summary>What stands after the table, or after what stands in for it.</summary>
    public const string Adjusted = " LEFT JOIN usage_adjustments USING (request)";

    /// <summary>The columns alone, to be read from <c>usage</c> or from a part of it that goes by that name.</summary>
    public const string Columns =
        """
        SELECT request, at_ms,
          (SELECT name FROM names WHERE id = team),
          (SELECT name FROM names WHERE id = feature),
          (SELECT name FROM names WHERE id = environment),
          (SELECT name FROM names WHERE id = key),
          (SELECT name FROM names WHERE id = protocol),
          (SELECT name FROM names WHERE id = route),
          (SELECT name FROM names WHERE id = model_asked),
          (SELECT name FROM names WHERE id = model_sent),
          (SELECT name FROM names WHERE id = model_served),
          (SELECT name FROM names WHERE id = provider),
          (SELECT name FROM names WHERE id = region),
          input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_30m_tokens, cache_write_1h_tokens,
          cache_write_12h_tokens, output_tokens, reasoning_tokens, cost_nano_usd, source, status, outcome,
          (SELECT name FROM names WHERE id = error_code),
          (SELECT name FROM names WHERE id = stop_reason),
          attempts, streamed, first_byte_us, total_us,
          (SELECT name FROM names WHERE id = channel),
          (SELECT name FROM names WHERE id = release),
          dropped,
          (SELECT name FROM names WHERE id = contract),
          (SELECT name FROM names WHERE id = contract_schema),
          (SELECT name FROM names WHERE id = contract_outcome),
          repairs, repair_cost_nano_usd, mended,
          grant_id, (SELECT name FROM names WHERE id = price), held_nano_usd, overrun_nano_usd,
          late_input, late_cache_read, late_cache_write, late_output, late_reasoning, late_cost_nano_usd,
          revision, rule, bucket, cached_from, (SELECT name FROM names WHERE id = inherits),
          (SELECT name FROM names WHERE id = data_class), (SELECT name FROM names WHERE id = agreement),
          (SELECT name FROM names WHERE id = cost_centre), end_user, tags, steps, unit_hash, conversation,
          tool_uses, tool_fee_nano_usd
        """;

    /// <summary>The steps of requests from one on.</summary>
    public const string SelectTrails =
        """
        SELECT request,
          (SELECT name FROM names WHERE id = provider),
          (SELECT name FROM names WHERE id = model),
          (SELECT name FROM names WHERE id = reason),
          status, duration_us, cost_nano_usd,
          (SELECT name FROM names WHERE id = region),
          (SELECT name FROM names WHERE id = agreement),
          began_us, first_byte_us
        FROM usage_attempts
        """;

    /// <summary>A row of <see cref="Select"/>, without its trail.</summary>
    public static UsageRecord Read(DbDataReader row, RowFormat format) => new()
    {
        Request = format.Id(row, 0),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Attribution = new Attribution(format.Text(row, 2), format.Text(row, 3), format.Text(row, 4)) { CostCentre = Text(row, 57, format) },
        EndUser = Text(row, 58, format),
        Tags = Text(row, 59, format),
        Key = KeyId.TryParse(row.GetString(5), out KeyId key) ? key : throw new InvalidDataException("A usage row names no key."),
        Protocol = format.Text(row, 6),
        Route = format.Text(row, 7),
        ModelAsked = format.Text(row, 8),
        ModelSent = Text(row, 9, format),
        ModelServed = Text(row, 10, format),
        Provider = Text(row, 11, format),
        Region = Text(row, 12, format),
        Tokens = new TokenCounts(
            Input: row.GetInt64(13),
            CacheRead: row.GetInt64(14),
            CacheWrite5m: row.GetInt64(15),
            CacheWrite30m: row.GetInt64(16),
            CacheWrite1h: row.GetInt64(17),
            CacheWrite12h: row.GetInt64(18),
            Output: row.GetInt64(19),
            Reasoning: row.GetInt64(20)),
        CostNanoUsd = Number(row, 21),
        Source = (UsageSource)row.GetInt32(22),
        Status = row.GetInt32(23),
        Outcome = (Outcome)row.GetInt32(24),
        ErrorCode = Text(row, 25, format),
        StopReason = Text(row, 26, format),
        Attempts = row.GetInt32(27),
        Streamed = row.GetInt32(28) != 0,
        TimeToFirstByte = Time(row, 29),
        Total = TimeSpan.FromMicroseconds(row.GetInt64(30)),
        Channel = Text(row, 31, format),
        Release = Text(row, 32, format),
        Dropped = Text(row, 33, format),
        Contract = Text(row, 34, format),
        ContractSchema = Text(row, 35, format),
        ContractOutcome = Text(row, 36, format),
        Repairs = row.GetInt32(37),
        RepairCostNanoUsd = Number(row, 38),
        Mended = Text(row, 39, format),
        Grant = row.IsDBNull(40) ? null : new GrantId(format.Id(row, 40)),
        Price = Text(row, 41, format),
        HeldNanoUsd = Number(row, 42),
        OverrunNanoUsd = row.GetInt64(43),
        Adjusted = row.IsDBNull(49)
            ? null
            : new UsageAdjustment(
                format.Id(row, 0),
                new TokenCounts(row.GetInt64(44), row.GetInt64(45), row.GetInt64(46), 0, 0, 0, row.GetInt64(47), row.GetInt64(48)),
                row.GetInt64(49)),
        RoutingRevision = Number(row, 50),
        RoutingRule = row.IsDBNull(51) ? null : row.GetInt32(51),
        Bucket = row.IsDBNull(52) ? null : row.GetInt32(52),
        CachedFrom = row.IsDBNull(53) ? null : format.Id(row, 53),
        Inherits = Text(row, 54, format),
        DataClass = Text(row, 55, format),
        Agreement = Text(row, 56, format),
        Steps = row.IsDBNull(60) ? default : StepBytes.Read(row.GetFieldValue<byte[]>(60)),
        UnitHash = (ulong?)Number(row, 61), // The same 64 bits with a sign.
        Conversation = Text(row, 62, format),
        ToolUses = row.IsDBNull(63) ? 0 : row.GetInt32(63),
        ToolFeeNanoUsd = Number(row, 64),
    };

    /// <summary>A row of <see cref="SelectTrails"/>.</summary>
    public static (Guid Request, AttemptRecord Step) ReadStep(DbDataReader row, RowFormat format) => (
        format.Id(row, 0),
        new AttemptRecord(
            format.Text(row, 1), format.Text(row, 2), format.Text(row, 3), row.IsDBNull(4) ? null : row.GetInt32(4), TimeSpan.FromMicroseconds(row.GetInt64(5)), Number(row, 6))
        { Region = Text(row, 7, format), Agreement = Text(row, 8, format), Began = Time(row, 9), FirstByte = Time(row, 10) });

    /// <summary>A row of sums: the group's values, then the ten sums.</summary>
    public static SpendRow ReadSpend(DbDataReader row, int groups, RowFormat format)
    {
        string[] group = new string[groups];
        for (int i = 0; i < groups; i++)
        {
            group[i] = format.Text(row, i);
        }

        return new SpendRow(
            group,
            Requests: row.GetInt64(groups),
            Failures: row.GetInt64(groups + 1),
            UnpricedRequests: row.GetInt64(groups + 2),
            EstimatedRequests: row.GetInt64(groups + 3),
            InputTokens: row.GetInt64(groups + 4),
            CacheReadTokens: row.GetInt64(groups + 5),
            CacheWriteTokens: row.GetInt64(groups + 6),
            OutputTokens: row.GetInt64(groups + 7),
            ReasoningTokens: row.GetInt64(groups + 8),
            CostNanoUsd: row.GetInt64(groups + 9));
    }

    /// <summary>A row of what became of contracts.</summary>
    public static ContractOutcomeRow ReadOutcome(DbDataReader row, RowFormat format) => new(
        format.Text(row, 0), row.GetString(1), format.Text(row, 2), format.Text(row, 3), format.Text(row, 4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7));

    /// <summary>Records with the steps that are theirs.</summary>
    public static IReadOnlyList<UsageRecord> WithTrails(List<UsageRecord> records, IEnumerable<(Guid Request, AttemptRecord Step)> steps)
    {
        ILookup<Guid, AttemptRecord> trails = steps.ToLookup(step => step.Request, step => step.Step);
        return [.. records.Select(record => trails.Contains(record.Request) ? record with { Trail = [.. trails[record.Request]] } : record)];
    }

    /// <summary>The least id of a moment: the first 48 bits of a version 7 UUID are its Unix milliseconds (RFC 9562, section 5.7).</summary>
    public static Guid FirstIdAt(DateTimeOffset moment)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id, Math.Clamp(moment.ToUnixTimeMilliseconds(), 0, (1L << 48) - 1) << 16);
        return new Guid(id, bigEndian: true);
    }

    private static string? Text(DbDataReader row, int column, RowFormat format) => row.IsDBNull(column) ? null : format.Text(row, column);

    private static TimeSpan? Time(DbDataReader row, int column) => Number(row, column) is { } microseconds ? TimeSpan.FromMicroseconds(microseconds) : null;

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
