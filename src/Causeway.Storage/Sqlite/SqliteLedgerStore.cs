using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>The ledger on SQLite.</summary>
internal sealed class SqliteLedgerStore(SqliteWriter writer, SqliteReaders readers, UsageBook usage, LedgerBook ledger) : ILedgerStore
{
    // On the writer's connection: a start may read more than a reader is given time for, and nothing is written meanwhile.
    public Task<LedgerImage> LoadAsync(CancellationToken cancellation) => writer.RunAsync(Load, cancellation);

    public Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation) => writer.RunNextAsync(
        _ =>
        {
            IReadOnlyList<JournalEntry> entries = take(LedgerNews.None);
            usage.Append(entries);
            ledger.Append(entries);
            for (int i = 0; i < entries.Count; i++)
            {
                if (entries[i].Adjusted is { } adjusted)
                {
                    usage.Adjust(adjusted);
                }
            }

            return true;
        },
        cancellation);

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation) => LedgerPages.FindAsync(
        query,
        () => readers.RunAsync(connection => Ends(connection, query), cancellation),
        (from, to) => readers.RunAsync(connection => ReadRows(connection, from, to), cancellation));

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => LedgerPages.VerifyAsync(
        (from, to) => readers.RunAsync(connection => ReadRows(connection, from, to), cancellation),
        count => readers.RunAsync(connection => IsCutAt(connection, count), cancellation));

    public Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation) => readers.RunAsync(
        connection => LedgerPages.Head(seq, ReadRows(connection, seq ?? Scalar(connection, "SELECT ifnull(max(seq), 0) FROM ledger WHERE seq > $value", 0), seq ?? long.MaxValue)), cancellation);

    private static bool IsCutAt(SqliteConnection connection, long count) => Scalar(
        connection,
        """
        SELECT (SELECT count(*) FROM ledger WHERE seq < 1)
          + (SELECT count(*) FROM ledger WHERE seq > $value AND NOT EXISTS (SELECT 1 FROM ledger WHERE seq = $value + 1))
          + (SELECT count(*) FROM ledger_checkpoints WHERE seq > $value AND NOT EXISTS (SELECT 1 FROM ledger WHERE seq = $value + 1))
        """,
        count) > 0;

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
        long after = (older ?? newer)?.Seq ?? 0;
        (List<LedgerEvent> events, string? problem) = LedgerRow.Chained(after, ReadRows(connection, after, after).FirstOrDefault(), ReadRows(connection, after + 1, long.MaxValue));
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
            grants.Add(Kept.Grant(row.GetFieldValue<byte[]>(0)));
        }

        return grants;
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

    private static List<LedgerRow> ReadRows(SqliteConnection connection, long first, long last)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT seq, at_ms, kind, payload, hash FROM ledger WHERE seq BETWEEN $first AND $last ORDER BY seq";
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$last", last);
        using SqliteDataReader row = command.ExecuteReader();
        List<LedgerRow> rows = [];
        while (row.Read())
        {
            rows.Add(new LedgerRow(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4)));
        }

        return rows;
    }

    private static Guid Id(SqliteDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);
}
