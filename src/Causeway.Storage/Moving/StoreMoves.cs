using System.Security.Cryptography;
using System.Text;
using Causeway.Storage.Backups;

namespace Causeway.Storage.Moving;

/// <summary>Moves stores, backs them up and checks them. Works on the store itself: no server is needed.</summary>
public static class StoreMoves
{
    private const int RowsOfACommit = 50_000;

    /// <summary>
    /// Copies a store, or restores a backup, into an empty one, and compares what is there then with the source: every row of every table, the head of the chain, and every balance.
    /// Cut off at any moment, it goes on when it is called again; the source is not changed.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Source or target cannot be used, the target holds something else, or the two differ afterwards.</exception>
    public static Task<MoveReport> MoveAsync(StorePlace from, StorePlace to, TimeProvider time, IProgress<MoveProgress> progress, CancellationToken cancellation) =>
        MoveAsync(from, to, RowsOfACommit, time, progress, cancellation);

    /// <summary>As above, with commits of another size.</summary>
    internal static async Task<MoveReport> MoveAsync(
        StorePlace from, StorePlace to, int rowsOfACommit, TimeProvider time, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        await using IRowSource source = await from.ReadStoppedAsync(cancellation);
        await using IRowTarget target = await to.WriteAsync(time, cancellation);
        string fingerprint = await FingerprintAsync(from, source, cancellation);
        MoveState? begun = await target.StateAsync(cancellation);
        if (begun is not null && begun.Source != source.Name)
        {
            throw new StoreUnavailableException($"{target.Name} is half of a move from {begun.Source}, not from {source.Name}. End that one first, or remove what is there and begin anew.");
        }

        if (begun is null && await target.FirstUsedAsync(cancellation) is { } used)
        {
            throw new StoreUnavailableException($"{target.Name} is not empty: it holds {used}. Rows are moved into an empty store only: name another one, or remove what is there.");
        }

        bool goesOn = begun?.Fingerprint == fingerprint;
        if (!goesOn)
        {
            begun = new MoveState(source.Name, fingerprint, new HashSet<string>());
            await target.BeginAsync(begun, cancellation);
        }

        Dictionary<StoreTable, TableSum> sums = await FillAsync(source, target, begun!, rowsOfACommit, progress, cancellation);
        MoveReport report = await CompareAsync(source, target, sums, progress, cancellation);
        await target.FinishAsync(cancellation);
        return report with { WentOn = goesOn };
    }

    /// <summary>Writes a backup of a store as it is at one moment; instances may go on with it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="file">The file to make; there must be none of that name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Ends it; nothing is left behind.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read, or the file not be written.</exception>
    public static async Task<BackupReport> BackupAsync(StorePlace store, string file, TimeProvider time, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        if (File.Exists(file))
        {
            throw new StoreUnavailableException($"{file} is there already and is not overwritten. Name another file with --out, or remove it.");
        }

        DateTimeOffset madeAt = time.GetUtcNow();
        await using IRowSource source = await store.CopyAsync(file + ".copy", cancellation);
        using var writer = BackupWriter.Create(file, new BackupHead(madeAt.ToUnixTimeMilliseconds(), source.Name, StoreTables.All));
        List<TableRows> tables = [];
        for (int place = 0; place < StoreTables.All.Length; place++)
        {
            StoreTable table = StoreTables.All[place];
            long? expected = await source.ExpectedAsync(table, cancellation);
            long rows = 0;
            await writer.AddAsync(place, table, source.ReadAsync(table, null, cancellation), kept => progress.Report(new MoveProgress(table.Name, rows = kept, expected, MovePhase.Copying)), cancellation);
            tables.Add(new TableRows(table.Name, rows));
        }

        string digest = writer.Complete();
        return new BackupReport(source.Name, file, madeAt, new FileInfo(file).Length, digest, tables);
    }

    /// <summary>Looks a store or a backup over and changes nothing; instances may go on with it.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be read, is of another version, or is a damaged backup.</exception>
    public static async Task<StoreReport> VerifyAsync(StorePlace place, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        await using IRowSource source = await place.ReadAsync(cancellation);
        return await StoreProof.OfAsync(source, progress, cancellation);
    }

    private static async Task<Dictionary<StoreTable, TableSum>> FillAsync(
        IRowSource source, IRowTarget target, MoveState begun, int rowsOfACommit, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        Dictionary<StoreTable, TableSum> sums = [];
        foreach (StoreTable table in StoreTables.All.Where(table => !begun.Done.Contains(table.Name)))
        {
            // The last row that is there says how far it has come; a table that is not long is there whole or not at all.
            Cell[]? after = table.IsLong ? await target.LastAsync(table, cancellation) : null;
            long? expected = await source.ExpectedAsync(table, cancellation);
            TableSum sum = new(table);
            await target.WriteAsync(
                table,
                SummedAsync(source.ReadAsync(table, after, cancellation), sum),
                rowsOfACommit,
                written => progress.Report(new MoveProgress(table.Name, written, after is null ? expected : null, MovePhase.Copying)),
                cancellation);
            if (after is null)
            {
                sums.Add(table, sum);
            }
        }

        return sums;
    }

    private static async Task<MoveReport> CompareAsync(
        IRowSource source, IRowTarget target, Dictionary<StoreTable, TableSum> sums, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        List<TableRows> tables = [];
        foreach (StoreTable table in StoreTables.All)
        {
            TableSum here = sums.GetValueOrDefault(table) ?? await SumAsync(source, table, progress, cancellation);
            TableSum there = await SumAsync(target, table, progress, cancellation);
            if (here.Rows != there.Rows || here.ToString() != there.ToString())
            {
                throw new StoreUnavailableException(
                    $"{table.Name} differs after the move: {here.Rows} rows in {source.Name}, {there.Rows} in {target.Name}{(here.Rows == there.Rows ? ", of another content" : "")}. Somebody has written one "
                    + "of them meanwhile. Remove what is in the target and begin anew, with every instance stopped.");
            }

            tables.Add(new TableRows(table.Name, here.Rows));
        }

        LedgerFacts from = await LedgerFacts.OfAsync(source, Seen, cancellation);
        LedgerFacts to = await LedgerFacts.OfAsync(target, Seen, cancellation);
        return from == to
            ? new MoveReport(source.Name, target.Name, tables, to.Grants, to.Events, to.Head, to.Balances, to.Problem)
            : throw new StoreUnavailableException(
                $"The ledger differs after the move: {from.Events} events with the head {from.Head} and balances {from.Balances} in {source.Name}, {to.Events} with {to.Head} and {to.Balances} in "
                + $"{target.Name}. Remove what is in the target and begin anew.");

        void Seen(long events) => progress.Report(new MoveProgress("balances", events, null, MovePhase.Comparing));
    }

    private static async Task<TableSum> SumAsync(IRowSource source, StoreTable table, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        TableSum sum = new(table);
        await foreach (Cell[] row in source.ReadAsync(table, null, cancellation))
        {
            sum.Add(row);
            if (sum.Rows % 65_536 == 0)
            {
                progress.Report(new MoveProgress(table.Name, sum.Rows, null, MovePhase.Comparing));
            }
        }

        return sum;
    }

    private static async IAsyncEnumerable<Cell[]> SummedAsync(IAsyncEnumerable<Cell[]> rows, TableSum sum)
    {
        await foreach (Cell[] row in rows)
        {
            sum.Add(row);
            yield return row;
        }
    }

    // What long tables end with and all of the others: whatever is booked changes one of them.
    private static async Task<string> FingerprintAsync(StorePlace place, IRowSource source, CancellationToken cancellation)
    {
        if (place.Digest(source) is { } digest)
        {
            return digest;
        }

        StringBuilder held = new();
        foreach (StoreTable table in StoreTables.All)
        {
            held.Append(table.Name).Append(' ');
            if (table.IsLong)
            {
                held.Append(await source.LastAsync(table, cancellation) is { } last ? table.Show(last) : "empty");
            }
            else
            {
                TableSum sum = new(table);
                await foreach (Cell[] row in source.ReadAsync(table, null, cancellation))
                {
                    sum.Add(row);
                }

                held.Append(sum);
            }

            held.Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(held.ToString())));
    }
}
