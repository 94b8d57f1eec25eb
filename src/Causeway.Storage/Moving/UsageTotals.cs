using System.Runtime.InteropServices;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Moving;

/// <summary>
/// Adds up usage and takes away the totals that are kept of it: what is left over is wrong. Holds one entry for each hour and group that is not even yet, some 100 bytes each.
/// </summary>
/// <param name="droppedMs">Rows of requests before this moment were dropped; totals of hours that they may have been in are not looked at.</param>
internal sealed class UsageTotals(long droppedMs)
{
    private const long MillisecondsPerHour = 3_600_000;
    private const int MaxHour = 8_000 * 8_760; // What a moment can say.

    // An id is made with the moment of arrival; this much they may be apart (IUsageStore).
    private readonly long _firstHour = droppedMs == 0 ? long.MinValue : (droppedMs / MillisecondsPerHour) + 2;
    private readonly Dictionary<TotalsGroup, int> _numbers = [];
    private readonly List<TotalsGroup> _groups = [];
    private readonly Dictionary<(int Hour, int Group), Sums> _open = [];
    private static readonly int s_at = Usage("at_ms"), s_team = Usage("team"), s_feature = Usage("feature"), s_environment = Usage("environment"), s_key = Usage("key");
    private static readonly int s_asked = Usage("model_asked"), s_sent = Usage("model_sent"), s_served = Usage("model_served"), s_provider = Usage("provider");
    private static readonly int s_input = Usage("input_tokens"), s_cacheRead = Usage("cache_read_tokens"), s_output = Usage("output_tokens"), s_reasoning = Usage("reasoning_tokens");
    private static readonly int s_cost = Usage("cost_nano_usd"), s_source = Usage("source"), s_outcome = Usage("outcome");
    private static readonly int[] s_cacheWrites = [.. ((string[])["5m", "30m", "1h", "12h"]).Select(time => Usage($"cache_write_{time}_tokens"))];

    /// <summary>Counts a request in, with the later words on it.</summary>
    /// <param name="row">Of <see cref="StoreTables.Usage"/>.</param>
    /// <param name="late">Of <see cref="StoreTables.Adjustments"/>; null: there is none.</param>
    public void Add(Cell[] row, Cell[]? late)
    {
        long hour = row[s_at].Number / MillisecondsPerHour;
        if (hour < _firstHour)
        {
            return;
        }

        long model = !row[s_served].IsNull ? row[s_served].Number : !row[s_sent].IsNull ? row[s_sent].Number : row[s_asked].Number;
        long provider = row[s_provider].IsNull ? 0 : row[s_provider].Number;
        (int, int) key = ((int)hour, NumberOf(new TotalsGroup(row[s_team].Number, row[s_feature].Number, row[s_environment].Number, row[s_key].Number, provider, model)));
        long cacheWrite = s_cacheWrites.Sum(place => row[place].Number);
        long tokens = row[s_input].Number + row[s_cacheRead].Number + cacheWrite + row[s_output].Number;
        ref Sums sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, key, out _);
        sums.Requests++;
        sums.Failures += (Outcome)row[s_outcome].Number is Outcome.Denied or Outcome.Failed or Outcome.Interrupted ? 1 : 0;
        sums.Unpriced += row[s_cost].IsNull && tokens > 0 && late is null ? 1 : 0; // The first later word gives a price.
        sums.Estimated += (UsageSource)row[s_source].Number is UsageSource.Counted or UsageSource.Estimated ? 1 : 0;
        sums.Input += row[s_input].Number + Late(late, 1);
        sums.CacheRead += row[s_cacheRead].Number + Late(late, 2);
        sums.CacheWrite += cacheWrite + Late(late, 3);
        sums.Output += row[s_output].Number + Late(late, 4);
        sums.Reasoning += row[s_reasoning].Number + Late(late, 5);
        sums.Cost += (row[s_cost].IsNull ? 0 : row[s_cost].Number) + Late(late, 6);
    }

    /// <summary>Takes away what is kept of an hour.</summary>
    /// <param name="row">Of <see cref="StoreTables.Hourly"/>.</param>
    public void Subtract(Cell[] row)
    {
        if (row[0].Number < _firstHour)
        {
            return;
        }

        (int, int) key = ((int)row[0].Number, NumberOf(TotalsGroup.Of(row)));
        ref Sums sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_open, key, out _);
        sums.Take(row, 7);
        if (sums.IsEven)
        {
            _open.Remove(key);
        }
    }

    /// <summary>The first hour and group whose total is not the sum of its rows, in a sentence; null: there is none.</summary>
    public string? Problem
    {
        get
        {
            if (_open.Count == 0)
            {
                return null;
            }

            ((int hour, int group), Sums sums) = _open.MinBy(pair => pair.Key);
            return $"The totals of {DateTimeOffset.UnixEpoch.AddHours(Math.Clamp(hour, 0, MaxHour)):yyyy-MM-ddTHH:mmZ} (usage_hourly: hour {hour}, {_groups[group]}) are not the sum of their rows: {sums}.";
        }
    }

    // The same few groups come again every hour.
    private int NumberOf(TotalsGroup group)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, group, out bool isKnown);
        if (!isKnown)
        {
            number = _groups.Count;
            _groups.Add(group);
        }

        return number;
    }

    private static int Usage(string column) => StoreTables.Usage.Place(column);

    private static long Late(Cell[]? late, int place) => late is null ? 0 : late[place].Number;
}
