using System.Runtime.InteropServices;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>What the hourly totals are kept by; all but the hour are numbers of names.</summary>
internal readonly record struct TotalsKey(
    long Hour, long Team, long Feature, long Environment, long Key, long Provider, long Model);

/// <summary>
/// Sums the records of one append in memory and adds each sum to its row once: a batch of 500 requests has a handful of groups,
/// and one upsert costs as much as one insert. Used on the writer thread only.
/// </summary>
internal sealed class HourlyTotals(SqliteConnection connection) : IDisposable
{
    private const string Values = "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

    private readonly Dictionary<TotalsKey, Sums> _groups = [];
    private readonly Statement _upsert = new(connection, $"{TotalsSql.Into} {Values} {TotalsSql.Add}");
    private readonly Statement _upsertDaily = new(connection, $"{TotalsSql.IntoDaily} {Values} {TotalsSql.AddDaily}");
    private readonly Statement _findRolled = new(connection, $"SELECT {TotalsSql.RolledHour}");
    private long? _rolledHour;

    /// <summary>Drops what an append that failed half-way left.</summary>
    public void Clear() => _groups.Clear();

    /// <summary>Counts a record in.</summary>
    public void Add(in TotalsKey key, UsageRecord record)
    {
        ref Sums sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, key, out _);
        sums.Requests++;
        sums.Failures += record.Outcome is Outcome.Denied or Outcome.Failed or Outcome.Interrupted ? 1 : 0;
        sums.Unpriced += record.CostNanoUsd is null && record.Tokens is not { AllInput: 0, Output: 0 } ? 1 : 0;
        sums.Estimated += record.Source is UsageSource.Counted or UsageSource.Estimated ? 1 : 0;
        checked
        {
            sums.Input += record.Tokens.Input;
            sums.CacheRead += record.Tokens.CacheRead;
            sums.CacheWrite += record.Tokens.CacheWrite;
            sums.Output += record.Tokens.Output;
            sums.Reasoning += record.Tokens.Reasoning;
            sums.CostNanoUsd += record.CostNanoUsd ?? 0;
        }
    }

    /// <summary>Adds the sums to the table. A sum beyond 63 bits is refused by the table's types, never rounded.</summary>
    public void Book()
    {
        long rolled = _rolledHour ??= _findRolled.Find() ?? 0;
        foreach ((TotalsKey key, Sums sums) in _groups)
        {
            Run(_upsert, key.Hour, key, sums);
            if (key.Hour < rolled)
            {
                Run(_upsertDaily, key.Hour / 24, key, sums); // It came late: its hour is in the days already.
            }
        }

        _groups.Clear();
    }

    /// <summary>After a rollback, and after hours were added to the days: which they are is what the file says.</summary>
    public void Forget() => _rolledHour = null;

    private static void Run(Statement upsert, long time, in TotalsKey key, in Sums sums)
    {
        upsert.Bind(1, time);
        upsert.Bind(2, key.Team);
        upsert.Bind(3, key.Feature);
        upsert.Bind(4, key.Environment);
        upsert.Bind(5, key.Key);
        upsert.Bind(6, key.Provider);
        upsert.Bind(7, key.Model);
        upsert.Bind(8, sums.Requests);
        upsert.Bind(9, sums.Failures);
        upsert.Bind(10, sums.Unpriced);
        upsert.Bind(11, sums.Estimated);
        upsert.Bind(12, sums.Input);
        upsert.Bind(13, sums.CacheRead);
        upsert.Bind(14, sums.CacheWrite);
        upsert.Bind(15, sums.Output);
        upsert.Bind(16, sums.Reasoning);
        upsert.Bind(17, sums.CostNanoUsd);
        upsert.Run();
    }

    public void Dispose()
    {
        _upsert.Dispose();
        _upsertDaily.Dispose();
        _findRolled.Dispose();
    }

    private struct Sums
    {
        public long Requests;
        public long Failures;
        public long Unpriced;
        public long Estimated;
        public long Input;
        public long CacheRead;
        public long CacheWrite;
        public long Output;
        public long Reasoning;
        public long CostNanoUsd;
    }
}
