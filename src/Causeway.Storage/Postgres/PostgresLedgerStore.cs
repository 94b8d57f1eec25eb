using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>The ledger on PostgreSQL: the chain of one stream.</summary>
internal sealed class PostgresLedgerStore(PostgresWriter writer, PostgresDatabase database, PostgresUsageBook usage, PostgresLedgerBook ledger) : ILedgerStore
{
    // On the writer's session, which owns the stream: nothing is written meanwhile.
    public Task<LedgerImage> LoadAsync(CancellationToken cancellation) => writer.RunAsync(
        async connection =>
        {
            await ledger.FreshAsync(connection, []);
            return await LoadAsync(connection);
        },
        cancellation);

    public Task AppendAsync(Func<IReadOnlyList<JournalEntry>> take, CancellationToken cancellation) => writer.RunAsync(
        async connection =>
        {
            IReadOnlyList<JournalEntry> entries = await ledger.FreshAsync(connection, take());
            await usage.AppendAsync(connection, entries.Select(entry => entry.Usage).OfType<UsageRecord>());
            await ledger.AppendAsync(connection, entries);
            await PostgresUsageBook.AdjustAsync(connection, entries.Select(entry => entry.Adjusted).OfType<UsageAdjustment>());
            return true;
        },
        cancellation);

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation) => LedgerPages.FindAsync(
        query,
        () => database.ReadAsync((connection, leave) => EndsAsync(connection, query, leave), cancellation),
        (from, to) => database.ReadAsync((connection, leave) => RowsAsync(connection, from, to, leave), cancellation));

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => LedgerPages.VerifyAsync(
        (from, to) => database.ReadAsync((connection, leave) => RowsAsync(connection, from, to, leave), cancellation),
        count => database.ReadAsync((connection, leave) => IsCutAtAsync(connection, count, leave), cancellation));

    private static async Task<bool> IsCutAtAsync(NpgsqlConnection connection, long count, CancellationToken cancellation) => await connection.NumberAsync(
        cancellation,
        """
        SELECT (SELECT count(*) FROM ledger WHERE stream = $1 AND seq < 1)
          + (SELECT count(*) FROM ledger WHERE stream = $1 AND seq > $2 AND NOT EXISTS (SELECT 1 FROM ledger WHERE stream = $1 AND seq = $2 + 1))
          + (SELECT count(*) FROM ledger_checkpoints WHERE stream = $1 AND seq > $2 AND NOT EXISTS (SELECT 1 FROM ledger WHERE stream = $1 AND seq = $2 + 1))
        """,
        StreamOwner.Stream,
        count) > 0;

    private static async Task<LedgerImage> LoadAsync(NpgsqlConnection connection)
    {
        List<LedgerCheckpoint> checkpoints = await connection.ReadAsync(
            row => new LedgerCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
            CancellationToken.None,
            "SELECT seq, state FROM ledger_checkpoints WHERE stream = $1 ORDER BY seq DESC LIMIT 2",
            StreamOwner.Stream);
        (LedgerCheckpoint? newer, LedgerCheckpoint? older) = (checkpoints.ElementAtOrDefault(0), checkpoints.ElementAtOrDefault(1));
        long after = (older ?? newer)?.Seq ?? 0;
        LedgerRow? last = (await RowsAsync(connection, after, after, CancellationToken.None)).FirstOrDefault();
        (List<LedgerEvent> events, string? problem) = LedgerRow.Chained(after, last, await RowsAsync(connection, after + 1, long.MaxValue, CancellationToken.None));
        return new LedgerImage
        {
            Grants = await connection.ReadAsync(row => Kept.Grant(row.GetFieldValue<byte[]>(0)), CancellationToken.None, "SELECT body FROM grants"),
            Overlays = await connection.ReadAsync(
                row => new Overlay(
                    row.GetFieldValue<Guid>(0), new GrantId(row.GetFieldValue<Guid>(1)), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.Text(6)),
                CancellationToken.None,
                "SELECT id, grant_id, limit_no, amount, from_ms, until_ms, origin FROM overlays ORDER BY id"),
            Uses = await connection.ReadAsync(
                row => new GrantUse(new GrantId(row.GetFieldValue<Guid>(0)), row.Text(1), row.GetInt64(2), row.GetInt64(3)),
                CancellationToken.None,
                "SELECT grant_id, limit_text, last_allowed_ms, last_denied_ms FROM grant_use ORDER BY grant_id, limit_text"),
            Older = older,
            Newer = newer,
            Events = events,
            Problem = problem,
        };
    }

    // Time never goes back along the ledger, so its place in time is found by halving.
    private static async Task<(long First, long Last)> EndsAsync(NpgsqlConnection connection, LedgerQuery query, CancellationToken cancellation)
    {
        long last = await connection.NumberAsync(cancellation, "SELECT coalesce(max(seq), 0) FROM ledger WHERE stream = $1", StreamOwner.Stream);
        long first = query.Since is { } since ? Math.Max(query.After + 1, await FirstAtAsync(connection, last, since, cancellation)) : query.After + 1;
        return (first, query.Until is { } until ? await FirstAtAsync(connection, last, until, cancellation) - 1 : last);
    }

    private static async Task<long> FirstAtAsync(NpgsqlConnection connection, long last, DateTimeOffset moment, CancellationToken cancellation)
    {
        long low = 1;
        long high = last + 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            long at = await connection.NumberAsync(
                cancellation,
                "SELECT coalesce((SELECT at_ms FROM ledger WHERE stream = $1 AND seq >= $2 ORDER BY seq LIMIT 1), 9223372036854775807)",
                StreamOwner.Stream,
                middle);
            (low, high) = at < moment.ToUnixTimeMilliseconds() ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static Task<List<LedgerRow>> RowsAsync(NpgsqlConnection connection, long first, long last, CancellationToken cancellation) => connection.ReadAsync(
        static row => new LedgerRow(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)),
        cancellation,
        "SELECT seq, at_ms, kind, payload, hash FROM ledger WHERE stream = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq",
        StreamOwner.Stream,
        first,
        last);
}
