using System.Buffers.Binary;
using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Usage on SQLite. Times are kept to the millisecond, durations to the microsecond.</summary>
internal sealed class SqliteUsageStore(SqliteWriter writer, SqliteReaders readers, UsageBook book) : IUsageStore
{
    private const int MaxRecent = 1000;
    private const long MillisecondsPerHour = 3_600_000;

    private const int MaxPage = 10_000;

    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_idSlack = TimeSpan.FromHours(1);

    // The primary key is the order in time: a request's id is a version 7 UUID.
    private const string Columns =
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
          late_input, late_cache_read, late_cache_write, late_output, late_reasoning, late_cost_nano_usd
        FROM usage LEFT JOIN usage_adjustments USING (request)
        """;

    private const string RecentSql = $"{Columns} ORDER BY request DESC LIMIT $limit";

    private const string PageSql = $"{Columns} WHERE request > $after AND request < $end AND at_ms >= $since AND at_ms < $until ORDER BY request LIMIT $limit";

    private const string FindSql = $"{Columns} WHERE request = $request";

    private const string TrailsSql =
        """
        SELECT request,
          (SELECT name FROM names WHERE id = provider),
          (SELECT name FROM names WHERE id = model),
          (SELECT name FROM names WHERE id = reason),
          status, duration_us, cost_nano_usd
        FROM usage_attempts WHERE request >= $oldest ORDER BY request, step
        """;

    private const string Sums =
        """
        ifnull(sum(requests), 0), ifnull(sum(failures), 0), ifnull(sum(unpriced_requests), 0), ifnull(sum(estimated_requests), 0),
        ifnull(sum(input_tokens), 0), ifnull(sum(cache_read_tokens), 0), ifnull(sum(cache_write_tokens), 0),
        ifnull(sum(output_tokens), 0), ifnull(sum(reasoning_tokens), 0), ifnull(sum(cost_nano_usd), 0)
        FROM usage_hourly WHERE hour BETWEEN $since AND $until
        """;

    private static readonly int s_dimensions = Enum.GetValues<SpendDimension>().Length;

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellation) => records.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(
            _ =>
            {
                book.Append(records);
                return true;
            },
            cancellation);

    public Task<IReadOnlyList<SpendRow>> SpendAsync(SpendQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.By.Count, s_dimensions, nameof(query));
        string sql = SpendSql(query.By);
        return readers.RunAsync<IReadOnlyList<SpendRow>>(connection => ReadSpend(connection, sql, query), cancellation);
    }

    public Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxRecent);
        return readers.RunAsync<IReadOnlyList<UsageRecord>>(connection => ReadRecent(connection, limit), cancellation);
    }

    public Task<IReadOnlyList<UsageRecord>> PageAsync(UsageRange range, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(range.Limit, 1, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Limit, MaxPage, nameof(range));
        return readers.RunAsync<IReadOnlyList<UsageRecord>>(connection => ReadPage(connection, range), cancellation);
    }

    public Task<UsageRecord?> FindAsync(Guid request, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = FindSql;
            command.Parameters.AddWithValue("$request", request.ToByteArray(bigEndian: true));
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read() ? ReadRecord(row) : null;
        },
        cancellation);

    public Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation) =>
        readers.RunAsync(connection => ContractOutcomes.Read(connection, contract, since), cancellation);

    // Made of the constants below alone. Groups are formed over numbers; a name is looked up once per group.
    private static string SpendSql(IReadOnlyList<SpendDimension> by)
    {
        var sql = new StringBuilder("SELECT ");
        foreach (SpendDimension dimension in by)
        {
            sql.Append(ShownAs(dimension)).Append(", ");
        }

        sql.Append(Sums);
        for (int i = 0; i < by.Count; i++)
        {
            sql.Append(i == 0 ? " GROUP BY " : ", ").Append(GroupedBy(by[i]));
        }

        for (int i = 0; i < by.Count; i++)
        {
            sql.Append(i == 0 ? " ORDER BY " : ", ").Append(i + 1);
        }

        return sql.ToString();
    }

    private static string ShownAs(SpendDimension dimension) => dimension switch
    {
        SpendDimension.Team => "(SELECT name FROM names WHERE id = team)",
        SpendDimension.Feature => "(SELECT name FROM names WHERE id = feature)",
        SpendDimension.Environment => "(SELECT name FROM names WHERE id = environment)",
        SpendDimension.Model => "(SELECT name FROM names WHERE id = model)",
        SpendDimension.Provider => "ifnull((SELECT name FROM names WHERE id = provider), '')",
        SpendDimension.Key => "(SELECT name FROM names WHERE id = key)",
        SpendDimension.Hour => "strftime('%Y-%m-%dT%H:%MZ', hour * 3600, 'unixepoch')",
        SpendDimension.Day => "strftime('%Y-%m-%d', hour * 3600, 'unixepoch')",
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

    private static List<SpendRow> ReadSpend(SqliteConnection connection, string sql, SpendQuery query)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // SpendSql puts it together from constants, chosen by an enum.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$since", HourOf(query.Since));
        command.Parameters.AddWithValue("$until", query.Until is { } until ? HourOf(until) : long.MaxValue);
        using SqliteDataReader row = command.ExecuteReader();
        int groups = query.By.Count;
        var rows = new List<SpendRow>();
        while (row.Read())
        {
            string[] group = new string[groups];
            for (int i = 0; i < groups; i++)
            {
                group[i] = row.GetString(i);
            }

            rows.Add(new SpendRow(
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
                CostNanoUsd: row.GetInt64(groups + 9)));
        }

        return rows;
    }

    private static long HourOf(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / MillisecondsPerHour;

    private static List<UsageRecord> ReadRecent(SqliteConnection connection, int limit)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = RecentSql;
        command.Parameters.AddWithValue("$limit", limit);
        using SqliteDataReader row = command.ExecuteReader();
        var records = new List<UsageRecord>();
        while (row.Read())
        {
            records.Add(ReadRecord(row));
        }

        ILookup<Guid, AttemptRecord> trails = ReadTrails(connection, records);
        return [.. records.Select(record => trails.Contains(record.Request) ? record with { Trail = [.. trails[record.Request]] } : record)];
    }

    private static List<UsageRecord> ReadPage(SqliteConnection connection, UsageRange range)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = PageSql;
        command.Parameters.AddWithValue("$after", range.After?.ToByteArray(bigEndian: true) ?? FirstIdOf(range.Since - s_idSlack));
        command.Parameters.AddWithValue("$end", FirstIdOf(range.Until + s_idSlack));
        command.Parameters.AddWithValue("$since", range.Since.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$until", range.Until.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$limit", range.Limit);
        using SqliteDataReader row = command.ExecuteReader();
        var records = new List<UsageRecord>();
        while (row.Read())
        {
            records.Add(ReadRecord(row));
        }

        return records;
    }

    // The first 48 bits of a version 7 UUID are milliseconds (RFC 9562, 5.7).
    private static byte[] FirstIdOf(DateTimeOffset moment)
    {
        byte[] id = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, Math.Max(0, moment.ToUnixTimeMilliseconds()) << 16);
        return id;
    }

    private static ILookup<Guid, AttemptRecord> ReadTrails(SqliteConnection connection, List<UsageRecord> records)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = TrailsSql;
        command.Parameters.AddWithValue("$oldest", records.Count == 0 ? [] : records[^1].Request.ToByteArray(bigEndian: true));
        using SqliteDataReader row = command.ExecuteReader();
        var steps = new List<(Guid Request, AttemptRecord Step)>();
        while (row.Read())
        {
            var step = new AttemptRecord(
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.IsDBNull(4) ? null : row.GetInt32(4),
                TimeSpan.FromMicroseconds(row.GetInt64(5)),
                Number(row, 6));
            steps.Add((new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), step));
        }

        return steps.ToLookup(step => step.Request, step => step.Step);
    }

    private static UsageRecord ReadRecord(SqliteDataReader row) => new()
    {
        Request = new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true),
        At = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)),
        Attribution = new Attribution(row.GetString(2), row.GetString(3), row.GetString(4)),
        Key = KeyId.TryParse(row.GetString(5), out KeyId key) ? key : throw new InvalidDataException("A usage row names no key."),
        Protocol = row.GetString(6),
        Route = row.GetString(7),
        ModelAsked = row.GetString(8),
        ModelSent = Text(row, 9),
        ModelServed = Text(row, 10),
        Provider = Text(row, 11),
        Region = Text(row, 12),
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
        Source = (UsageSource)row.GetInt64(22),
        Status = row.GetInt32(23),
        Outcome = (Outcome)row.GetInt64(24),
        ErrorCode = Text(row, 25),
        StopReason = Text(row, 26),
        Attempts = row.GetInt32(27),
        Streamed = row.GetInt64(28) != 0,
        TimeToFirstByte = Number(row, 29) is { } firstByte ? TimeSpan.FromMicroseconds(firstByte) : null,
        Total = TimeSpan.FromMicroseconds(row.GetInt64(30)),
        Channel = Text(row, 31),
        Release = Text(row, 32),
        Dropped = Text(row, 33),
        Contract = Text(row, 34),
        ContractSchema = Text(row, 35),
        ContractOutcome = Text(row, 36),
        Repairs = row.GetInt32(37),
        RepairCostNanoUsd = Number(row, 38),
        Mended = Text(row, 39),
        Grant = row.IsDBNull(40) ? null : new GrantId(new Guid(row.GetFieldValue<byte[]>(40), bigEndian: true)),
        Price = Text(row, 41),
        HeldNanoUsd = Number(row, 42),
        OverrunNanoUsd = row.GetInt64(43),
        Adjusted = row.IsDBNull(49)
            ? null
            : new UsageAdjustment(
                new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true),
                new TokenCounts(row.GetInt64(44), row.GetInt64(45), row.GetInt64(46), 0, 0, 0, row.GetInt64(47), row.GetInt64(48)),
                row.GetInt64(49)),
    };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
