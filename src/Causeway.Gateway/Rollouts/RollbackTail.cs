using Causeway.Budgets.Ledger;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Rollouts;

/// <summary>What of a release went on after it was rolled back, read from the books: of every instance.</summary>
/// <param name="RecoverMs">Milliseconds from the commit to the last call that was made for it; 0: none was made after it.</param>
/// <param name="ClearMs">Milliseconds from the commit to the last byte of its answers; 0: there was none after it.</param>
/// <param name="Requests">Requests that it was still answering, or began to.</param>
public sealed record RollbackTail(long RecoverMs, long ClearMs, long Requests)
{
    /// <summary>What arrived longer before the commit is not looked at.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromMinutes(10);

    /// <summary>When it is known: what drains has ended, and is booked.</summary>
    public static readonly TimeSpan Settled = StreamPolicies.DrainLimit + TimeSpan.FromSeconds(10);

    private const int MaxPages = 100; // Of 20,000 records that are looked through.
    private const int PageRecords = 1_000;

    /// <summary>Measures.</summary>
    /// <param name="usage">The books.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="release">What was rolled back.</param>
    /// <param name="t0">When it was committed, UTC.</param>
    /// <param name="until">What arrives from then on is no part of it: <see cref="Settled"/> after the commit, or when the release was given to the channel again.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>What went on; null: the books do not reach back so far, or have too much to be looked through.</returns>
    public static async Task<RollbackTail?> MeasureAsync(IUsageStore usage, string channel, ReleaseId release, DateTimeOffset t0, DateTimeOffset until, CancellationToken cancellation)
    {
        if ((await usage.SearchAsync(new UsageSearch { Until = t0, Limit = 1 }, cancellation)).Records.Count == 0)
        {
            return null;
        }

        RollbackTail tail = new(0, 0, 0);
        Guid? before = null;
        for (int page = 0; page < MaxPages; page++)
        {
            UsageSearchPage found = await usage.SearchAsync(
                new UsageSearch
                {
                    Before = before,
                    Since = t0 - Before,
                    Until = until,
                    Limit = PageRecords,
                    Words = new Dictionary<UsageWord, string> { [UsageWord.Channel] = channel, [UsageWord.Release] = release.ToString() },
                },
                cancellation);
            tail = found.Records.Aggregate(tail, (so, record) => so.With(record, t0));
            if (found.Next is null)
            {
                return tail;
            }

            before = found.Next;
        }

        return null;
    }

    // What a conversation is promised is no tail, and a copy reached nobody.
    private RollbackTail With(UsageRecord record, DateTimeOffset t0)
    {
        if (record.RoutingRule is (int)RoutingRule.Shadow or (int)RoutingRule.Continued || record.Attempts == 0 || record.At + record.Total <= t0)
        {
            return this;
        }

        TimeSpan began = (record.Trail.Count > 0 ? record.Trail[^1].Began : null) ?? record.Steps.BeginOf(RequestStep.Call) ?? TimeSpan.Zero;
        bool isAnswer = record is { Outcome: not (Outcome.Denied or Outcome.Failed), TimeToFirstByte: not null };
        return new RollbackTail(
            Math.Max(RecoverMs, (long)(record.At + began - t0).TotalMilliseconds),
            isAnswer ? Math.Max(ClearMs, (long)(record.At + record.Total - t0).TotalMilliseconds) : ClearMs,
            Requests + 1);
    }
}
