using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Releases.Drills;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Rollouts;

/// <summary>What requests met a drill, read from the books: of every instance, and of nothing that somebody remembers.</summary>
internal static class DrillCounting
{
    private const int MaxPages = 1_000; // Two million requests: a drill of ten minutes at more than any load that was measured.
    private const int TooMany = 429;

    /// <summary>Counts.</summary>
    /// <param name="usage">The books.</param>
    /// <param name="drill">The drill.</param>
    /// <param name="from">When it was in force, UTC.</param>
    /// <param name="until">When it was over, UTC.</param>
    /// <param name="endedIn">The revision that ended it: another instance may have applied that, and given units back, a moment before it was known here to be committed. Null: none did.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<DrillCounts> CountAsync(IUsageStore usage, Drill drill, DateTimeOffset from, DateTimeOffset until, long? endedIn, CancellationToken cancellation)
    {
        DrillCounts counts = new();
        DrillInForce range = new(drill.Id, drill.Kind, drill.FromBucket, drill.ToBucket, until);
        int taken = (int)(drill.Kind == DrillKind.Partition ? RoutingRule.Lapsed : RoutingRule.Drilled);
        string candidate = drill.Candidate?.ToString() ?? "";
        Guid? after = null;
        for (int page = 0; page < MaxPages; page++)
        {
            IReadOnlyList<UsageRecord> records = await usage.PageAsync(new UsageRange(from, until, after), cancellation);
            foreach (UsageRecord record in records)
            {
                if (record.Channel != drill.Channel)
                {
                    continue;
                }

                if (record.RoutingRule == taken)
                {
                    counts = counts with
                    {
                        Requests = counts.Requests + 1,
                        Errors = counts.Errors + (record.Outcome is Outcome.Failed or Outcome.Interrupted ? 1 : 0),
                        Throttled = counts.Throttled + (record.Outcome == Outcome.Failed && record.Status == TooMany ? 1 : 0),
                        CostNanoUsd = counts.CostNanoUsd + (record.FinalCostNanoUsd ?? 0),
                    };
                }
                else if (record.Release == candidate && record.RoutingRule != (int)RoutingRule.Shadow && range.Takes(record.Bucket) && !(record.RoutingRevision >= endedIn))
                {
                    long late = (long)(record.At - from).TotalMilliseconds;
                    counts = counts with { Late = counts.Late + 1, LastLateMs = Math.Max(counts.LastLateMs ?? 0, late) };
                }
            }

            if (records.Count < UsageRange.PageRecords)
            {
                return counts;
            }

            after = records[^1].Request;
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"More than {MaxPages * UsageRange.PageRecords} requests were made during {drill.Id}."));
    }
}
