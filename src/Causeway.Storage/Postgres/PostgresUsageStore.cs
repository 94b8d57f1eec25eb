using System.Data.Common;
using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Usage on PostgreSQL. Times are kept to the millisecond, durations to the microsecond.</summary>
internal sealed class PostgresUsageStore(PostgresWriter writer, PostgresDatabase database, PostgresUsageBook book) : IUsageStore
{
    private const int MaxRecent = 1000;
    private const int MaxPage = 10_000;

    // Versions stand after an '@', and 'A' is the character that follows it: the range is every version of one name. A request's id is made at its
    // arrival, so that the key's order prunes by time.
    private const string OutcomesSql =
        """
        SELECT
          (SELECT name FROM names WHERE id = contract) COLLATE "C",
          to_char(to_timestamp(day * 86400) AT TIME ZONE 'UTC', 'YYYY-MM-DD') COLLATE "C",
          coalesce((SELECT name FROM names WHERE id = provider), '') COLLATE "C",
          (SELECT name FROM names WHERE id = model) COLLATE "C",
          (SELECT name FROM names WHERE id = outcome) COLLATE "C",
          requests, repairs, repair_cost
        FROM (
          SELECT contract, at_ms / 86400000 AS day, provider, coalesce(model_sent, model_asked) AS model, contract_outcome AS outcome,
            count(*) AS requests, sum(repairs)::bigint AS repairs, coalesce(sum(repair_cost_nano_usd), 0)::bigint AS repair_cost
          FROM usage
          WHERE contract IN (SELECT id FROM names WHERE left(name, 128) = $1 OR (left(name, 128) >= $1 || '@' AND left(name, 128) < $1 || 'A'))
            AND contract_outcome IS NOT NULL AND request >= $2 AND at_ms >= $3
          GROUP BY 1, 2, 3, 4, 5) AS grouped
        ORDER BY 1, 2, 3, 4, 5
        """;

    private static readonly SpendSql s_spend = new(
        Hour: """to_char(to_timestamp(hour * 3600) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')""",
        Day: "to_char(to_timestamp((hour / 24) * 86400) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
        Sum: "coalesce(sum({0}), 0)::bigint",
        Place: static place => string.Create(CultureInfo.InvariantCulture, $"${place}"),
        Named: Named,
        Least: "least",
        Greatest: "greatest",
        LabelSql.Postgres);

    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_pageSlack = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_outcomeSlack = TimeSpan.FromSeconds(1);

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellation) => records.Count == 0
        ? Task.CompletedTask
        : writer.RunAsync(
            async connection =>
            {
                await connection.RunAsync("SELECT pg_advisory_xact_lock($1)", PostgresLock.Head.Of(database.Address)); // The days' partitions are made by one at a time.
                await using NpgsqlBatch batch = connection.CreateBatch();
                await book.AddAsync(connection, batch, records);
                await batch.ExecuteNonQueryAsync(CancellationToken.None);
                return true;
            },
            cancellation);

    public Task<IReadOnlyList<SpendRow>> SpendAsync(SpendQuery query, CancellationToken cancellation)
    {
        (string sql, IReadOnlyList<object> values) = s_spend.For(query);
        return ReadAsync(row => UsageRow.ReadSpend(row, query.By.Count, PostgresText.Format), cancellation, sql, [.. values]);
    }

    public Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxRecent);
        return database.ReadAsync(
            async (connection, leave) =>
            {
                List<UsageRecord> records = await connection.ReadAsync(Read, leave, UsageRow.Select + " ORDER BY request DESC LIMIT $1", limit);
                return records is [.., { } oldest]
                    ? UsageRow.WithTrails(records, await connection.ReadAsync(
                        row => UsageRow.ReadStep(row, PostgresText.Format), leave, UsageRow.SelectTrails + " WHERE request >= $1 ORDER BY request, step", oldest.Request))
                    : records;
            },
            cancellation);
    }

    public Task<IReadOnlyList<UsageRecord>> PageAsync(UsageRange range, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(range.Limit, 1, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.Limit, MaxPage, nameof(range));
        return ReadAsync(
            Read,
            cancellation,
            UsageRow.Select + " WHERE request > $1 AND request < $2 AND at_ms >= $3 AND at_ms < $4 ORDER BY request LIMIT $5",
            range.After ?? UsageRow.FirstIdAt(range.Since - s_pageSlack),
            UsageRow.FirstIdAt(range.Until + s_pageSlack),
            range.Since,
            range.Until,
            range.Limit);
    }

    public async Task<UsageRecord?> FindAsync(Guid request, CancellationToken cancellation) =>
        await ReadAsync(Read, cancellation, UsageRow.Select + " WHERE request = $1", request) is [{ } found] ? found : null;

    public Task<UsageSearchPage> SearchAsync(UsageSearch search, CancellationToken cancellation)
    {
        UsageSearchSql sql = UsageSearchSql.For(search, static place => string.Create(CultureInfo.InvariantCulture, $"${place}"), Named, LabelSql.Postgres);
        return database.ReadAsync(
            async (connection, leave) =>
            {
                List<UsageRecord> records = await connection.ReadAsync(Read, leave, sql.Records, [.. sql.Values]);
                Guid? edge = records.Count <= search.Limit && await connection.ReadAsync(row => row.GetGuid(0), leave, sql.Edge, [.. sql.Values.Take(2)]) is [var last] ? last : null;
                UsageSearchPage page = UsageSearchSql.Page(records, search.Limit, edge);
                return page.Records is [{ } newest, ..]
                    ? page with { Records = UsageRow.WithTrails([.. page.Records], await StepsAsync(connection, page.Records[^1].Request, newest.Request, leave)) }
                    : page;
            },
            cancellation);
    }

    public Task<IReadOnlyList<AttemptRecord>> TrailAsync(Guid request, CancellationToken cancellation) => database.ReadAsync<IReadOnlyList<AttemptRecord>>(
        async (connection, leave) => [.. (await StepsAsync(connection, request, request, leave)).Select(step => step.Step)], cancellation);

    public Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation) => ReadAsync(
        row => UsageRow.ReadOutcome(row, PostgresText.Format),
        cancellation,
        OutcomesSql,
        contract,
        UsageRow.FirstIdAt(since > DateTimeOffset.UnixEpoch ? since - s_outcomeSlack : since),
        since);

    private static Task<List<(Guid Request, AttemptRecord Step)>> StepsAsync(NpgsqlConnection connection, Guid oldest, Guid newest, CancellationToken leave) => connection.ReadAsync(
        row => UsageRow.ReadStep(row, PostgresText.Format), leave, UsageRow.SelectTrails + " WHERE request >= $1 AND request <= $2 ORDER BY request, step", oldest, newest);

    // The index is over beginnings.
    private static string Named(string place) => $"SELECT id FROM names WHERE left(name, 128) = left({place}, 128) AND name = {place}";

    private static UsageRecord Read(DbDataReader row) => UsageRow.Read(row, PostgresText.Format);

#pragma warning disable CA1068 // What varies stands last: the statement's parameters.
    private Task<IReadOnlyList<T>> ReadAsync<T>(Func<DbDataReader, T> read, CancellationToken cancellation, string sql, params object?[] values) =>
        database.ReadAsync<IReadOnlyList<T>>(async (connection, leave) => await connection.ReadAsync(read, leave, sql, values), cancellation);
#pragma warning restore CA1068
}
