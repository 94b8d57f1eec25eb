using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>The ledger read page by page, whatever the engine: each page fits the time that a read may take.</summary>
internal static class LedgerPages
{
    private const int Page = 10_000;

    /// <summary>The events that a query asks for.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="ends">The first and the last place that its times leave.</param>
    /// <param name="rows">Reads the rows from one place to another, in order.</param>
    public static async Task<IReadOnlyList<LedgerEvent>> FindAsync(LedgerQuery query, Func<Task<(long First, long Last)>> ends, Func<long, long, Task<List<LedgerRow>>> rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 10_000, nameof(query));
        List<LedgerEvent> found = [];
        (long first, long last) = await ends();
        last = Math.Min(last, (query.Before ?? long.MaxValue) - 1);
        while (first <= last && found.Count < query.Limit)
        {
            long from = query.Newest ? Math.Max(first, last - Page + 1) : first;
            long to = query.Newest ? last : Math.Min(last, first + Page - 1);
            IEnumerable<LedgerEvent> page = (await rows(from, to)).Select(row => row.ToEvent()).Where(query.Matches);
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

    /// <summary>The head that rows end with, of a place or of the end.</summary>
    public static LedgerHead? Head(long? seq, List<LedgerRow> rows) =>
        rows is [.., var last] ? new LedgerHead(last.Seq, last.Hash)
        : seq is null or 0 ? new LedgerHead(0, LedgerEventCodec.Origin.ToArray())
        : null;

    /// <summary>Walks the whole chain.</summary>
    /// <param name="rows">Reads the rows from one place to another, in order.</param>
    /// <param name="isCutAt">
    /// Whether something is missing after so many. A chain that was cut at its end is whole in itself: that there was more is told by what stands behind a gap, and by the last
    /// checkpoint. Where the next event is there after all, it was appended since the walk came to the end.
    /// </param>
    public static async Task<ChainReport> VerifyAsync(Func<long, long, Task<List<LedgerRow>>> rows, Func<long, Task<bool>> isCutAt)
    {
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        long count = 0;
        List<LedgerRow> page;
        do
        {
            page = await rows(count + 1, count + Page);
            foreach (LedgerRow row in page)
            {
                if (row.Break(hash, count) is { } problem)
                {
                    return new ChainReport(count, Convert.ToHexStringLower(hash), count + 1, problem);
                }

                row.Hash.CopyTo(hash, 0);
                count++;
            }
        }
        while (page.Count == Page);

        bool isCut = await isCutAt(count);
        return new ChainReport(count, Convert.ToHexStringLower(hash), isCut ? count + 1 : null, isCut ? $"Event {count + 1} is missing." : null);
    }
}
