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
    private readonly Dictionary<TotalsKey, Sums> _groups = [];
    private readonly Statement _upsert = new(
        connection,
        $"{TotalsSql.Into} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) {TotalsSql.Add}");

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
        foreach ((TotalsKey key, Sums sums) in _groups)
        {
            _upsert.Bind(1, key.Hour);
            _upsert.Bind(2, key.Team);
            _upsert.Bind(3, key.Feature);
            _upsert.Bind(4, key.Environment);
            _upsert.Bind(5, key.Key);
            _upsert.Bind(6, key.Provider);
            _upsert.Bind(7, key.Model);
            _upsert.Bind(8, sums.Requests);
            _upsert.Bind(9, sums.Failures);
            _upsert.Bind(10, sums.Unpriced);
            _upsert.Bind(11, sums.Estimated);
            _upsert.Bind(12, sums.Input);
            _upsert.Bind(13, sums.CacheRead);
            _upsert.Bind(14, sums.CacheWrite);
            _upsert.Bind(15, sums.Output);
            _upsert.Bind(16, sums.Reasoning);
            _upsert.Bind(17, sums.CostNanoUsd);
            _upsert.Run();
        }

        _groups.Clear();
    }

    public void Dispose() => _upsert.Dispose();

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
