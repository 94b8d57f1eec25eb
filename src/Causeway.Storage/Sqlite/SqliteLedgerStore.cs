using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>The ledger on SQLite.</summary>
internal sealed class SqliteLedgerStore(SqliteWriter writer, SqliteReaders readers, UsageBook usage, LedgerBook ledger) : ILedgerStore
{
    // Events of one read: each fits the time that a reader may hold the log.
    private const int Page = 10_000;

    // On the writer's connection: a start may read more than a reader is given time for, and nothing is written meanwhile.
    public Task<LedgerImage> LoadAsync(CancellationToken cancellation) => writer.RunAsync(Load, cancellation);

    public Task AppendAsync(Func<IReadOnlyList<JournalEntry>> take, CancellationToken cancellation) => writer.RunNextAsync(
        _ =>
        {
            IReadOnlyList<JournalEntry> entries = take();
            usage.Append(entries);
            for (int i = 0; i < entries.Count; i++)
            {
                ledger.Append(entries[i]);
                if (entries[i].Adjusted is { } adjusted)
                {
                    usage.Adjust(adjusted);
                }
            }

            return true;
        },
        cancellation);

    public async Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 10_000, nameof(query));
        List<LedgerEvent> found = [];
        (long first, long last) = await readers.RunAsync(connection => Ends(connection, query), cancellation);
        while (first <= last && found.Count < query.Limit)
        {
            long from = query.Newest ? Math.Max(first, last - Page + 1) : first;
            long to = query.Newest ? last : Math.Min(last, first + Page - 1);
            IEnumerable<LedgerEvent> page = (await readers.RunAsync(connection => Read(connection, from, to), cancellation)).Where(query.Matches);
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
        List<Row> page;
        do
        {
            long after = count;
            page = await readers.RunAsync(connection => ReadRows(connection, after + 1, after + Page), cancellation);
            foreach (Row row in page)
            {
                if (Break(row, hash, count) is { } problem)
                {
                    return new ChainReport(count, Convert.ToHexStringLower(hash), count + 1, problem);
                }

                row.Hash.CopyTo(hash, 0);
                count++;
            }
        }
        while (page.Count == Page);

        string? ending = await readers.RunAsync(connection => WrongEnd(connection, count), cancellation);
        return new ChainReport(count, Convert.ToHexStringLower(hash), ending is null ? null : count + 1, ending);
    }

    // What is wrong with the row that comes after so many.
    private static string? Break(Row row, byte[] previous, long count)
    {
        if (row.Seq != count + 1)
        {
            return $"Event {count + 1} is missing.";
        }

        Span<byte> hash = stackalloc byte[LedgerEventCodec.HashLength];
        LedgerEventCodec.Chain(previous, row.Seq, row.AtMs, row.Kind, row.Payload, hash);
        return row.HasKind && hash.SequenceEqual(row.Hash) ? null : $"Event {row.Seq} or its hash was changed: it does not follow from the one before it.";
    }

    // A chain that was cut at its end is whole in itself: that there was more is told by what stands behind a gap, and by the last checkpoint.
    private static string? WrongEnd(SqliteConnection connection, long count) =>
        Scalar(connection, "SELECT count(*) FROM ledger WHERE seq > $value OR seq < 1", count) > 0
        || Scalar(connection, "SELECT count(*) FROM ledger_checkpoints WHERE seq > $value", count) > 0
            ? $"Event {count + 1} is missing."
            : null;

    // Time never goes back along the ledger, so its place in time is found by halving.
    private static (long First, long Last) Ends(SqliteConnection connection, LedgerQuery query)
    {
        long last = Scalar(connection, "SELECT ifnull(max(seq), 0) FROM ledger WHERE seq > $value", 0);
        long first = query.Since is { } since ? Math.Max(query.After + 1, FirstAt(connection, last, since)) : query.After + 1;
        return (first, query.Until is { } until ? FirstAt(connection, last, until) - 1 : last);
    }

    private static long FirstAt(SqliteConnection connection, long last, DateTimeOffset moment)
    {
        long low = 1;
        long high = last + 1;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (Scalar(connection, "SELECT ifnull((SELECT at_ms FROM ledger WHERE seq >= $value ORDER BY seq LIMIT 1), 9223372036854775807)", middle) < moment.ToUnixTimeMilliseconds())
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static long Scalar(SqliteConnection connection, string sql, long value)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$value", value);
        return (long)command.ExecuteScalar()!;
    }

    private static LedgerImage Load(SqliteConnection connection)
    {
        (LedgerCheckpoint? newer, LedgerCheckpoint? older) = Checkpoints(connection);
        (List<LedgerEvent> events, string? problem) = Chained(connection, (older ?? newer)?.Seq ?? 0);
        return new LedgerImage
        {
            Grants = Grants(connection),
            Overlays = Overlays(connection),
            Uses = GrantUseBook.Read(connection),
            Older = older,
            Newer = newer,
            Events = events,
            Problem = problem,
        };
    }

    // The events that a start folds have to follow from one another: a number that was changed in the file must not become a balance in silence.
    private static (List<LedgerEvent> Events, string? Problem) Chained(SqliteConnection connection, long after)
    {
        List<LedgerEvent> events = [];
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        if (after > 0)
        {
            if (ReadRows(connection, after, after) is not [{ Hash.Length: LedgerEventCodec.HashLength } last])
            {
                return (events, $"Event {after} is missing, and the last checkpoint follows it.");
            }

            hash = last.Hash;
        }

        string? problem = null;
        long expected = after;
        foreach (Row row in ReadRows(connection, after + 1, long.MaxValue))
        {
            LedgerEventCodec.Chain(hash, row.Seq, row.AtMs, row.Kind, row.Payload, hash);
            problem ??= row.Seq != ++expected ? $"Event {expected} is missing."
                : hash.AsSpan().SequenceEqual(row.Hash) ? null
                : $"Event {row.Seq} or its hash was changed: it does not follow from the one before it.";
            try
            {
                events.Add(LedgerEventCodec.Read(row.Seq, row.AtMs, row.Kind, row.Payload));
            }
            catch (FormatException unreadable)
            {
                return (events, problem ?? $"Event {row.Seq} cannot be read: {unreadable.Message}");
            }
        }

        return (events, problem);
    }

    private static (LedgerCheckpoint? Newer, LedgerCheckpoint? Older) Checkpoints(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT seq, state FROM ledger_checkpoints ORDER BY seq DESC LIMIT 2";
        using SqliteDataReader row = command.ExecuteReader();
        LedgerCheckpoint? newer = row.Read() ? new LedgerCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
        return (newer, row.Read() ? new LedgerCheckpoint(row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null);
    }

    private static List<Grant> Grants(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT body FROM grants";
        using SqliteDataReader row = command.ExecuteReader();
        List<Grant> grants = [];
        while (row.Read())
        {
            grants.Add(Readable(row.GetFieldValue<byte[]>(0)));
        }

        return grants;
    }

    private static Grant Readable(byte[] body)
    {
        try
        {
            return GrantJson.Read(body);
        }
        catch (InvalidDataException damaged)
        {
            throw new StoreUnavailableException("The store holds a grant that this version cannot read: it is damaged, or of a newer version. Put a backup in its place.", damaged);
        }
    }

    private static List<Overlay> Overlays(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, grant_id, limit_no, amount, from_ms, until_ms, origin FROM overlays ORDER BY id";
        using SqliteDataReader row = command.ExecuteReader();
        List<Overlay> overlays = [];
        while (row.Read())
        {
            overlays.Add(new Overlay(
                Id(row, 0), new GrantId(Id(row, 1)), row.GetInt32(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetString(6)));
        }

        return overlays;
    }

    private static List<LedgerEvent> Read(SqliteConnection connection, long first, long last) =>
        [.. ReadRows(connection, first, last).Select(row => LedgerEventCodec.Read(row.Seq, row.AtMs, row.Kind, row.Payload))];

    private static List<Row> ReadRows(SqliteConnection connection, long first, long last)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT seq, at_ms, kind, payload, hash FROM ledger WHERE seq BETWEEN $first AND $last ORDER BY seq";
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$last", last);
        using SqliteDataReader row = command.ExecuteReader();
        List<Row> rows = [];
        while (row.Read())
        {
            rows.Add(new Row(row.GetInt64(0), row.GetInt64(1), (LedgerEventKind)row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4))
            {
                HasKind = row.GetInt64(2) is >= 0 and <= byte.MaxValue,
            });
        }

        return rows;
    }

    private static Guid Id(SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);

    private sealed record Row(long Seq, long AtMs, LedgerEventKind Kind, byte[] Payload, byte[] Hash)
    {
        /// <summary>The number of its kind fits one byte, as its hash takes it.</summary>
        public required bool HasKind { get; init; }
    }
}
