using Causeway.Contracts.Registry;
using Causeway.Releases.Releases;
using Causeway.Storage.Backups;
using Causeway.Storage.Rows;

namespace Causeway.Storage.Moving;

/// <summary>
/// Looks a store over, row by row: the chain of the ledger, the balances that it comes to, releases and contracts against their ids, the words that usage refers to, and every
/// total against its rows. Of each thing that is wrong it names the first place.
/// </summary>
internal sealed class StoreProof
{
    private static readonly int[] s_words =
    [
        .. ((string[])["team", "feature", "environment", "key", "protocol", "route", "model_asked", "model_sent", "model_served", "provider", "region", "error_code", "stop_reason", "price"])
            .Select(StoreTables.Usage.Place),
    ];

    private readonly IRowSource _source;
    private readonly IProgress<MoveProgress> _progress;
    private readonly CancellationToken _cancellation;
    private readonly List<string> _problems = [];
    private readonly List<TableRows> _tables = [];
    private readonly HashSet<long> _names = [];
    private readonly Dictionary<Guid, Cell[]> _late = [];
    private readonly Dictionary<(long Day, TotalsGroup Group), Sums> _days = [];
    private readonly UsageTotals _totals;
    private readonly long _rolledHour;
    private string? _unknownName;

    private StoreProof(IRowSource source, UsageTotals totals, long rolledHour, IProgress<MoveProgress> progress, CancellationToken cancellation) =>
        (_source, _totals, _rolledHour, _progress, _cancellation) = (source, totals, rolledHour, progress, cancellation);

    public static async Task<StoreReport> OfAsync(IRowSource source, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        Dictionary<string, long> marks = new(StringComparer.Ordinal);
        await foreach (Cell[] row in source.ReadAsync(StoreTables.Marks, null, cancellation))
        {
            marks[row[0].Text] = row[1].Number;
        }

        StoreProof proof = new(source, new UsageTotals(marks.GetValueOrDefault("dropped_ms")), marks.GetValueOrDefault("rolled_hour"), progress, cancellation);
        return await proof.RunAsync();
    }

    private async Task<StoreReport> RunAsync()
    {
        await foreach (Cell[] row in _source.ReadAsync(StoreTables.Adjustments, null, _cancellation))
        {
            _late[row[0].Id] = [.. row];
        }

        foreach (StoreTable table in StoreTables.All)
        {
            await LookAsync(table);
        }

        LedgerFacts ledger = await LedgerFacts.OfAsync(_source, events => _progress.Report(new MoveProgress("balances", events, null, MovePhase.Comparing)), _cancellation);
        AddIfAny(ledger.Problem is { } broken ? $"ledger: {broken}" : null);
        AddIfAny(_unknownName);
        AddIfAny(_totals.Problem);
        if (_days.Count > 0)
        {
            ((long day, TotalsGroup group), Sums sums) = _days.MinBy(pair => pair.Key.Day);
            AddIfAny($"The totals of {DateTimeOffset.UnixEpoch.AddDays(Math.Clamp(day, 0, 2_900_000)):yyyy-MM-dd} (usage_daily: day {day}, {group}) are not the sum of their hours: {sums}.");
        }

        return new StoreReport(
            _source.Name, _source.Schema, _tables, ledger.Grants, ledger.Events, ledger.Head, ledger.Balances, ledger.Open, _problems);
    }

    private async Task LookAsync(StoreTable table)
    {
        TableSum? sum = _source is BackupSource ? new TableSum(table) : null;
        string? wrong = null;
        long rows = 0;
        await foreach (Cell[] row in _source.ReadAsync(table, null, _cancellation))
        {
            rows++;
            sum?.Add(row);
            wrong ??= Look(table, row);
            if (rows % 65_536 == 0)
            {
                _progress.Report(new MoveProgress(table.Name, rows, null, MovePhase.Comparing));
            }
        }

        AddIfAny(wrong);
        _tables.Add(new TableRows(table.Name, rows));
        if (sum is not null && ((BackupSource)_source).Sums.FirstOrDefault(said => said.Table == table.Name) is { } said && (said.Rows != rows || said.Sum != sum.ToString()))
        {
            AddIfAny($"{table.Name}: the backup holds {rows} rows where it says {said.Rows}, or others than it says.");
        }
    }

    private string? Look(StoreTable table, Cell[] row)
    {
        if (table == StoreTables.Names)
        {
            _names.Add(row[0].Number);
        }
        else if (table == StoreTables.Usage)
        {
            _unknownName ??= UnknownName(row);
            _totals.Add(row, _late.GetValueOrDefault(row[0].Id));
        }
        else if (table == StoreTables.Hourly)
        {
            _totals.Subtract(row);
            if (row[0].Number < _rolledHour)
            {
                Count(row, row[0].Number / 24, 1);
            }
        }
        else if (table == StoreTables.Daily)
        {
            Count(row, row[0].Number, -1);
        }
        else if (table == StoreTables.Releases || table == StoreTables.Contracts)
        {
            return Unsound(table, row);
        }

        return null;
    }

    // A day that is even is done with.
    private void Count(Cell[] row, long day, int sign)
    {
        (long, TotalsGroup) key = (day, TotalsGroup.Of(row));
        Sums sums = _days.GetValueOrDefault(key);
        sums.Add(row, 7, sign);
        if (sums.IsEven)
        {
            _days.Remove(key);
        }
        else
        {
            _days[key] = sums;
        }
    }

    private string? UnknownName(Cell[] row)
    {
        foreach (int place in s_words)
        {
            Cell number = row[place];
            if (!number.IsNull && !_names.Contains(number.Number))
            {
                return $"{StoreTables.Usage.Show(row)}: {StoreTables.Usage.Columns[place].Name} refers to the name {number.Number}, which is not there.";
            }
        }

        return null;
    }

    private static string? Unsound(StoreTable table, Cell[] row)
    {
        try
        {
            if (table == StoreTables.Releases)
            {
                _ = Kept.Release(ReleaseId.FromDigest(row[0].Bytes), row[1].Bytes, row[2].Bytes, null, DateTimeOffset.UnixEpoch);
            }
            else
            {
                _ = Kept.Contract(row[0].Text, (int)row[1].Number, ContractId.FromDigest(row[2].Bytes), row[3].Bytes, row[4].Bytes, DateTimeOffset.UnixEpoch);
            }

            return null;
        }
        catch (Exception wrong) when (wrong is StoreUnavailableException or ArgumentException or FormatException)
        {
            return $"{table.Show(row)}: {wrong.Message}";
        }
    }

    private void AddIfAny(string? problem)
    {
        if (problem is not null)
        {
            _problems.Add(problem);
        }
    }
}
