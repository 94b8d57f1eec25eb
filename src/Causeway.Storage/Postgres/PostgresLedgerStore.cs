using System.Data;
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

    private ChainEnd _known = ChainEnd.Empty;
    private string? _divergence; // For as long as this process lives: what it once read is not there.
    private long _turn;

    public bool IsShared => true;

    /// <summary>The last event that this instance has heard of or written.</summary>
    public long Known => Volatile.Read(ref _known).Seq;

    // In one snapshot, so that grants and events are of one moment; not at the head, where everybody would wait for as long as it takes to read.
    public async Task<LedgerImage> LoadAsync(CancellationToken cancellation)
    {
        (LedgerImage image, ChainEnd end, ChainEnd there) = await database.ReadAsync(
            async (connection, leave) =>
            {
                await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, leave);
                return (await LoadAsync(connection), await EndAsync(connection, long.MaxValue), await EndAsync(connection, _known.Seq));
            },
            cancellation);
        _divergence ??= there == _known ? null : Divergence(_known);
        _known = end;
        return image with { Problem = image.Problem ?? _divergence };
    }

    public async Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation)
    {
        long turn = ++_turn;
        _known = await writer.RunAsync(
            async connection =>
            {
                (ChainEnd end, long nowMs) = await HeadAsync(connection);
                IReadOnlyList<JournalEntry> entries = take(await NewsAsync(connection, end, nowMs));
                if (entries.Count == 0)
                {
                    return end;
                }

                await using NpgsqlBatch batch = connection.CreateBatch(); // One way there and back, however much it is: everybody waits meanwhile.
                await usage.AddAsync(connection, batch, entries.Select(entry => entry.Usage).OfType<UsageRecord>());
                ChainEnd after = ledger.Add(batch, end, entries);
                PostgresUsageBook.AddWords(batch, entries.Select(entry => entry.Adjusted).OfType<UsageAdjustment>());
                batch.Add(
                    "INSERT INTO ledger_turns (stream, instance, turn, seq) VALUES ($1, $2, $3, $4) ON CONFLICT (stream, instance) DO UPDATE SET turn = excluded.turn, seq = excluded.seq",
                    Stream, instance, turn, after.Seq);
                if (entries.Any(entry => entry.Event is { } happened && IsPressing(happened.Kind)))
                {
                    batch.Add("SELECT pg_notify($1, 'ledger')", PostgresInstanceStore.ChannelOf(database.Address));
                }

                await batch.ExecuteNonQueryAsync(CancellationToken.None);
                return after;
            },
            cancellation);
    }

    // The lock of the head is had only when the session that was lost has ended, one way or the other.
    public async Task<bool> WasAppendedAsync(CancellationToken cancellation)
    {
        ChainEnd? kept = await writer.RunAsync(
            async connection =>
            {
                await HeadAsync(connection);
                long seq = (await connection.ReadAsync(
                    row => row.GetInt64(0), CancellationToken.None, "SELECT seq FROM ledger_turns WHERE stream = $1 AND instance = $2 AND turn = $3", Stream, instance, _turn))
                    .FirstOrDefault(-1);
                return seq < 0 ? null : await EndAsync(connection, seq);
            },
            cancellation);
        _known = kept?.Seq > _known.Seq ? kept : _known;
        return kept is not null;
    }

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation) => LedgerPages.FindAsync(
        query,
        () => database.ReadAsync((connection, leave) => EndsAsync(connection, query, leave), cancellation),
        (from, to) => database.ReadAsync((connection, leave) => RowsAsync(connection, from, to, leave), cancellation));

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => LedgerPages.VerifyAsync(
        (from, to) => database.ReadAsync((connection, leave) => RowsAsync(connection, from, to, leave), cancellation),
        count => database.ReadAsync((connection, leave) => IsCutAtAsync(connection, count, leave), cancellation));

    public Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation) => database.ReadAsync(
        async (connection, leave) => LedgerPages.Head(
            seq,
            await RowsAsync(connection, seq ?? await connection.NumberAsync(leave, "SELECT coalesce(max(seq), 0) FROM ledger WHERE stream = $1", Stream), seq ?? long.MaxValue, leave)),
        cancellation);

    // What others have to act on now. The life of requests is for whoever decides next, and is read then: a word for each would have every instance take a turn for each.
    private static bool IsPressing(LedgerEventKind kind) => kind is not (LedgerEventKind.Reserved or LedgerEventKind.Extended or LedgerEventKind.Settled or LedgerEventKind.Voided
        or LedgerEventKind.InDoubt or LedgerEventKind.Adjusted or LedgerEventKind.Denied or LedgerEventKind.Clamped or LedgerEventKind.RunAction or LedgerEventKind.AlertRaised or LedgerEventKind.Started
        or LedgerEventKind.LeaseTaken or LedgerEventKind.LeaseReturned);

    private static async Task<bool> IsCutAtAsync(NpgsqlConnection connection, long count, CancellationToken cancellation) => await connection.NumberAsync(
        cancellation,
        """
        SELECT (SELECT count(*) FROM ledger WHERE stream = $1 AND seq < 1)
          + (SELECT count(*) FROM ledger WHERE stream = $1 AND seq > $2 AND NOT EXISTS (SELECT 1 FROM ledger WHERE stream = $1 AND seq = $2 + 1))
          + (SELECT count(*) FROM ledger_checkpoints WHERE stream = $1 AND seq > $2 AND NOT EXISTS (SELECT 1 FROM ledger WHERE stream = $1 AND seq = $2 + 1))
        """,
        Stream,
        count) > 0;

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
        await using NpgsqlBatch batch = connection.CreateBatch();
        batch.Add("SELECT pg_advisory_xact_lock($1)", PostgresLock.Head.Of(database.Address));
        batch.Add(
            """
            SELECT seq, hash, (extract(epoch FROM clock_timestamp()) * 1000)::bigint
            FROM (SELECT) AS here LEFT JOIN LATERAL (SELECT seq, hash FROM ledger WHERE stream = $1 ORDER BY seq DESC LIMIT 1) AS last ON true
            """,
            Stream);
        await using NpgsqlDataReader row = await batch.ExecuteReaderAsync(CancellationToken.None);
        await row.NextResultAsync(CancellationToken.None);
        await row.ReadAsync(CancellationToken.None);
        return (row.IsDBNull(0) ? ChainEnd.Empty : new ChainEnd(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), row.GetInt64(2));
    }

    // The chain up to a place, or to its end where that is earlier.
    private static async Task<ChainEnd> EndAsync(NpgsqlConnection connection, long seq) => (await connection.ReadAsync(
        row => new ChainEnd(row.GetInt64(0), row.GetFieldValue<byte[]>(1)),
        CancellationToken.None,
        "SELECT seq, hash FROM ledger WHERE stream = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1",
        Stream,
        seq)).FirstOrDefault(ChainEnd.Empty);

    private static string Divergence(ChainEnd known) =>
        $"Event {known.Seq}, up to which this instance had read, is not there any more or is another one. An older store was put in its place: a standby that had not everything yet, or a backup.";

    private async Task<LedgerNews> NewsAsync(NpgsqlConnection connection, ChainEnd head, long nowMs)
    {
        if (head == _known)
        {
            return new LedgerNews { NowMs = nowMs };
        }

        // What was decided since stands on what this process knows. Where that is not what the others have, numbers alone would look as if nothing were wrong.
        (List<LedgerEvent> events, string? problem) = LedgerRow.Chained(_known, await RowsAsync(connection, _known.Seq + 1, head.Seq, CancellationToken.None));
        if (head.Seq <= _known.Seq || problem is not null)
        {
            throw new LedgerDivergedException(problem ?? Divergence(_known));
        }

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
                _known.Seq),
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
