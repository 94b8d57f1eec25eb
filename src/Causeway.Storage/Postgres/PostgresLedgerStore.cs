using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// The ledger on PostgreSQL: one chain that several instances write, in turns. A turn is a transaction that holds the lock of the chain's head, so that nobody else
/// is in one; it reads what others wrote, asks for the decisions, and appends them.
/// </summary>
internal sealed class PostgresLedgerStore(PostgresWriter writer, PostgresDatabase database, PostgresUsageBook usage, PostgresLedgerBook ledger, Guid instance) : ILedgerStore
{
    /// <summary>The one chain that there is.</summary>
    internal static readonly Guid Stream = Guid.Empty;

    private const int Page = 10_000;
    private long _known; // The last event that this instance has heard of or written.
    private long _turn;

    public bool IsShared => true;

    // At the head: nobody writes meanwhile, so that grants and events are of one moment.
    public async Task<LedgerImage> LoadAsync(CancellationToken cancellation)
    {
        (LedgerImage image, long known) = await writer.RunAsync(
            async connection =>
            {
                (ChainEnd end, _) = await HeadAsync(connection);
                return (await LoadAsync(connection), end.Seq);
            },
            cancellation);
        _known = known;
        return image;
    }

    public async Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation)
    {
        long turn = ++_turn;
        _known = await writer.RunAsync(
            async connection =>
            {
                (ChainEnd end, long nowMs) = await HeadAsync(connection);
                IReadOnlyList<JournalEntry> entries = take(await NewsAsync(connection, end.Seq, nowMs));
                if (entries.Count == 0)
                {
                    return end.Seq;
                }

                await usage.AppendAsync(connection, entries.Select(entry => entry.Usage).OfType<UsageRecord>());
                ChainEnd after = await ledger.AppendAsync(connection, end, entries);
                await PostgresUsageBook.AdjustAsync(connection, entries.Select(entry => entry.Adjusted).OfType<UsageAdjustment>());
                await connection.RunAsync(
                    "INSERT INTO ledger_turns (stream, instance, turn, seq) VALUES ($1, $2, $3, $4) ON CONFLICT (stream, instance) DO UPDATE SET turn = excluded.turn, seq = excluded.seq",
                    Stream, instance, turn, after.Seq);
                if (after.Seq > end.Seq)
                {
                    await connection.RunAsync("SELECT pg_notify($1, 'ledger')", PostgresInstanceStore.ChannelOf(database.Address));
                }

                return after.Seq;
            },
            cancellation);
    }

    // The lock of the head is had only when the session that was lost has ended, one way or the other.
    public async Task<bool> WasAppendedAsync(CancellationToken cancellation)
    {
        long seq = await writer.RunAsync(
            async connection =>
            {
                await HeadAsync(connection);
                return (await connection.ReadAsync(
                    row => row.GetInt64(0), CancellationToken.None, "SELECT seq FROM ledger_turns WHERE stream = $1 AND instance = $2 AND turn = $3", Stream, instance, _turn))
                    .FirstOrDefault(-1);
            },
            cancellation);
        _known = Math.Max(_known, seq);
        return seq >= 0;
    }

    public async Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 10_000, nameof(query));
        List<LedgerEvent> found = [];
        (long first, long last) = await database.ReadAsync((connection, leave) => EndsAsync(connection, query, leave), cancellation);
        while (first <= last && found.Count < query.Limit)
        {
            long from = query.Newest ? Math.Max(first, last - Page + 1) : first;
            long to = query.Newest ? last : Math.Min(last, first + Page - 1);
            List<LedgerRow> rows = await database.ReadAsync((connection, leave) => RowsAsync(connection, from, to, leave), cancellation);
            IEnumerable<LedgerEvent> page = rows.Select(row => row.ToEvent()).Where(query.Matches);
            if (query.Newest)
            {
                found.InsertRange(0, page.TakeLast(query.Limit - found.Count));
                last = from - 1;
            }
            else
            {
                found.AddRange(page.Take(query.Limit - found.Count));
                first = to + 1;
            }
        }

        return found;
    }

    public async Task<ChainReport> VerifyAsync(CancellationToken cancellation)
    {
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        long count = 0;
        List<LedgerRow> page;
        do
        {
            long after = count;
            page = await database.ReadAsync((connection, leave) => RowsAsync(connection, after + 1, after + Page, leave), cancellation);
            foreach (LedgerRow row in page)
            {
                if (row.Break(hash, count) is { } problem)
                {
                    return new ChainReport(count, Convert.ToHexStringLower(hash), count + 1, problem);
                }

                row.Hash.CopyTo(hash, 0);
                count++;
            }
        }
        while (page.Count == Page);

        // A chain that was cut at its end is whole in itself: that there was more is told by what stands behind a gap, and by the last checkpoint. Where
        // the next event is there after all, it was appended since the walk came to the end.
        bool wrong = await database.ReadAsync(
            (connection, leave) => connection.NumberAsync(
                leave,
                """
                SELECT (SELECT count(*) FROM ledger WHERE stream = $1 AND seq < 1)
                  + (SELECT count(*) FROM ledger WHERE stream = $1 AND seq > $2 AND NOT EXISTS (SELECT 1 FROM ledger WHERE stream = $1 AND seq = $2 + 1))
                  + (SELECT count(*) FROM ledger_checkpoints WHERE stream = $1 AND seq > $2 AND NOT EXISTS (SELECT 1 FROM ledger WHERE stream = $1 AND seq = $2 + 1))
                """,
                Stream,
                count),
            cancellation) > 0;
        return new ChainReport(count, Convert.ToHexStringLower(hash), wrong ? count + 1 : null, wrong ? $"Event {count + 1} is missing." : null);
    }

    private static async Task<LedgerImage> LoadAsync(NpgsqlConnection connection)
    {
        List<LedgerCheckpoint> checkpoints = await connection.ReadAsync(
            row => new LedgerCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
            CancellationToken.None,
            "SELECT seq, state FROM ledger_checkpoints WHERE stream = $1 ORDER BY seq DESC LIMIT 2",
            Stream);
        (LedgerCheckpoint? newer, LedgerCheckpoint? older) = (checkpoints.ElementAtOrDefault(0), checkpoints.ElementAtOrDefault(1));
        long after = (older ?? newer)?.Seq ?? 0;
        LedgerRow? last = (await RowsAsync(connection, after, after, CancellationToken.None)).FirstOrDefault();
        (List<LedgerEvent> events, string? problem) = LedgerRow.Chained(after, last, await RowsAsync(connection, after + 1, long.MaxValue, CancellationToken.None));
        return new LedgerImage
        {
            Grants = await connection.ReadAsync(row => Kept.Grant(row.GetFieldValue<byte[]>(0)), CancellationToken.None, "SELECT body FROM grants"),
            Overlays = await OverlaysAsync(connection, ""),
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

    // Waits for its turn. The clock is read when the turn has come: it is the one that decides for all.
    private async Task<(ChainEnd End, long NowMs)> HeadAsync(NpgsqlConnection connection)
    {
        await connection.RunAsync("SELECT pg_advisory_xact_lock($1)", PostgresLock.Head.Of(database.Address));
        return (await connection.ReadAsync(
            row => (row.IsDBNull(0) ? new ChainEnd(0, LedgerEventCodec.Origin.ToArray()) : new ChainEnd(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), row.GetInt64(2)),
            CancellationToken.None,
            """
            SELECT seq, hash, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
            FROM (SELECT) AS here LEFT JOIN LATERAL (SELECT seq, hash FROM ledger WHERE stream = $1 ORDER BY seq DESC LIMIT 1) AS last ON true
            """,
            Stream))[0];
    }

    private async Task<LedgerNews> NewsAsync(NpgsqlConnection connection, long head, long nowMs)
    {
        if (head == _known)
        {
            return new LedgerNews { NowMs = nowMs };
        }

        List<LedgerEvent> events = [.. (await RowsAsync(connection, _known + 1, head, CancellationToken.None)).Select(row => row.ToEvent())];
        Guid[] raised = [.. events.Where(one => one.Kind is LedgerEventKind.OverlayAdded or LedgerEventKind.GlassBroken).SelectMany(one => new[] { one.Grant, one.DecidedBy }).OfType<GrantId>().Select(id => id.Value).Distinct()];
        return new LedgerNews
        {
            Events = events,
            Overlays = raised.Length == 0 ? [] : await OverlaysAsync(connection, "WHERE origin LIKE 'glass%' OR grant_id = ANY($1)", new NpgsqlParameter<Guid[]> { TypedValue = raised }),
            Checkpoints = await connection.ReadAsync(
                row => new LedgerMark(row.GetInt64(0), LedgerMark.TimeOf(row.GetFieldValue<byte[]>(1))),
                CancellationToken.None,
                "SELECT seq, substr(state, 1, 9) FROM ledger_checkpoints WHERE stream = $1 AND seq > $2 ORDER BY seq",
                Stream,
                _known),
            NowMs = nowMs,
        };
    }

    private static Task<List<Overlay>> OverlaysAsync(NpgsqlConnection connection, string where, params object?[] values) => connection.ReadAsync(
        row => new Overlay(
            row.GetFieldValue<Guid>(0), new GrantId(row.GetFieldValue<Guid>(1)), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.Text(6)),
        CancellationToken.None,
        $"SELECT id, grant_id, limit_no, amount, from_ms, until_ms, origin FROM overlays {where} ORDER BY id",
        values);

    // Time never goes back along the ledger, so its place in time is found by halving.
    private static async Task<(long First, long Last)> EndsAsync(NpgsqlConnection connection, LedgerQuery query, CancellationToken cancellation)
    {
        long last = await connection.NumberAsync(cancellation, "SELECT coalesce(max(seq), 0) FROM ledger WHERE stream = $1", Stream);
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
                Stream,
                middle);
            (low, high) = at < moment.ToUnixTimeMilliseconds() ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static Task<List<LedgerRow>> RowsAsync(NpgsqlConnection connection, long first, long last, CancellationToken cancellation) => connection.ReadAsync(
        static row => new LedgerRow(row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)),
        cancellation,
        "SELECT seq, at_ms, kind, payload, hash FROM ledger WHERE stream = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq",
        Stream,
        first,
        last);
}
