using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Usage on SQLite. Times are kept to the millisecond, durations to the microsecond.</summary>
internal sealed class SqliteUsageStore(SqliteWriter writer, SqliteReaders readers, UsageBook book) : IUsageStore
{
    private const int MaxRecent = 1000;

    private const int MaxPage = 10_000;

    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_idSlack = TimeSpan.FromHours(1);

    private const string RecentSql = $"{UsageRow.Select} ORDER BY request DESC LIMIT $limit";

    private const string PageSql = $"{UsageRow.Select} WHERE request > $after AND request < $end AND at_ms >= $since AND at_ms < $until ORDER BY request LIMIT $limit";

    private const string FindSql = $"{UsageRow.Select} WHERE request = $request";

    private const string TrailsSql = $"{UsageRow.SelectTrails} WHERE request >= $oldest AND request <= $newest ORDER BY request, step";

    private static readonly SpendSql s_spend = new(
        Hour: "strftime('%Y-%m-%dT%H:%MZ', hour * 3600, 'unixepoch')",
        Day: "strftime('%Y-%m-%d', hour * 3600, 'unixepoch')",
        Sum: "ifnull(sum({0}), 0)",
        Place: static place => string.Create(CultureInfo.InvariantCulture, $"?{place}"),
        Named: Named,
        Least: "min",
        Greatest: "max",
        LabelSql.Sqlite);

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
        (string sql, IReadOnlyList<object> values) = s_spend.For(query);
        return readers.RunAsync<IReadOnlyList<SpendRow>>(connection => ReadSpend(connection, sql, values, query.By.Count), cancellation);
    }

    public Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxRecent);
        return readers.RunAsync(connection => ReadRecent(connection, limit), cancellation);
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
            command.Parameters.AddWithValue("$request", Bytes(request));
            using SqliteDataReader row = command.ExecuteReader();
            return row.Read() ? UsageRow.Read(row, SqliteRows.Format) : null;
        },
        cancellation);

    public Task<UsageSearchPage> SearchAsync(UsageSearch search, CancellationToken cancellation) => readers.RunAsync(connection => Search(connection, search), cancellation);

    public Task<IReadOnlyList<AttemptRecord>> TrailAsync(Guid request, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<AttemptRecord>>(
        connection => [.. ReadTrails(connection, request, request).Select(step => step.Step)], cancellation);

    public Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation) =>
        readers.RunAsync(connection => ContractOutcomes.Read(connection, contract, since), cancellation);

    private static List<SpendRow> ReadSpend(SqliteConnection connection, string sql, IReadOnlyList<object> values, int groups)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Put together from constants, chosen by an enum.
        command.CommandText = sql;
#pragma warning restore CA2100
        Bind(command, values);
        using SqliteDataReader row = command.ExecuteReader();
        var rows = new List<SpendRow>();
        while (row.Read())
        {
            rows.Add(UsageRow.ReadSpend(row, groups, SqliteRows.Format));
        }

        return rows;
    }

    private static string Named(string place) => $"SELECT id FROM names WHERE name = {place}";

    private static IReadOnlyList<UsageRecord> ReadRecent(SqliteConnection connection, int limit)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = RecentSql;
        command.Parameters.AddWithValue("$limit", limit);
        using SqliteDataReader row = command.ExecuteReader();
        var records = new List<UsageRecord>();
        while (row.Read())
        {
            records.Add(UsageRow.Read(row, SqliteRows.Format));
        }

        return WithTrails(connection, records);
    }

    private static IReadOnlyList<UsageRecord> WithTrails(SqliteConnection connection, List<UsageRecord> records) =>
        records is [{ } newest, ..] ? UsageRow.WithTrails(records, ReadTrails(connection, records[^1].Request, newest.Request)) : records;

    private static UsageSearchPage Search(SqliteConnection connection, UsageSearch search)
    {
        UsageSearchSql sql = UsageSearchSql.For(search, static place => string.Create(CultureInfo.InvariantCulture, $"?{place}"), Named, LabelSql.Sqlite);
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Put together from constants; what comes from outside is in the parameters.
        command.CommandText = sql.Records;
#pragma warning restore CA2100
        Bind(command, sql.Values);
        var records = new List<UsageRecord>();
        using (SqliteDataReader row = command.ExecuteReader())
        {
            while (row.Read())
            {
                records.Add(UsageRow.Read(row, SqliteRows.Format));
            }
        }

        Guid? edge = null;
        if (records.Count <= search.Limit)
        {
            using SqliteCommand last = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
            last.CommandText = sql.Edge;
#pragma warning restore CA2100
            Bind(last, [.. sql.Values.Take(2)]);
            edge = last.ExecuteScalar() is byte[] id ? new Guid(id, bigEndian: true) : null;
        }

        UsageSearchPage page = UsageSearchSql.Page(records, search.Limit, edge);
        return page with { Records = WithTrails(connection, [.. page.Records]) };
    }

    private static void Bind(SqliteCommand command, IReadOnlyList<object> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"?{i + 1}"), values[i] is Guid id ? Bytes(id) : values[i]);
        }
    }

    private static List<UsageRecord> ReadPage(SqliteConnection connection, UsageRange range)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = PageSql;
        command.Parameters.AddWithValue("$after", Bytes(range.After ?? UsageRow.FirstIdAt(range.Since - s_idSlack)));
        command.Parameters.AddWithValue("$end", Bytes(UsageRow.FirstIdAt(range.Until + s_idSlack)));
        command.Parameters.AddWithValue("$since", range.Since.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$until", range.Until.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$limit", range.Limit);
        using SqliteDataReader row = command.ExecuteReader();
        var records = new List<UsageRecord>();
        while (row.Read())
        {
            records.Add(UsageRow.Read(row, SqliteRows.Format));
        }

        return records;
    }

    private static List<(Guid Request, AttemptRecord Step)> ReadTrails(SqliteConnection connection, Guid oldest, Guid newest)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = TrailsSql;
        command.Parameters.AddWithValue("$oldest", Bytes(oldest));
        command.Parameters.AddWithValue("$newest", Bytes(newest));
        using SqliteDataReader row = command.ExecuteReader();
        var steps = new List<(Guid Request, AttemptRecord Step)>();
        while (row.Read())
        {
            steps.Add(UsageRow.ReadStep(row, SqliteRows.Format));
        }

        return steps;
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);
}
