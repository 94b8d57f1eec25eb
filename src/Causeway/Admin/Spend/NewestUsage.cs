using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Spend;

/// <summary>The newest usage records of a question, page by page.</summary>
internal static class NewestUsage
{
    private const int PageSize = 1_000;

    /// <summary>Reads until there are so many, or no more.</summary>
    /// <returns>The records, up to a page more than so many; whether they are all that there are.</returns>
    public static async Task<(List<UsageRecord> Records, bool AreAll)> ReadAsync(IUsageStore usage, UsageSearch search, int most, CancellationToken cancellation)
    {
        List<UsageRecord> records = [];
        search = search with { Limit = PageSize };
        UsageSearchPage page;
        do
        {
            page = await usage.SearchAsync(search, cancellation);
            records.AddRange(page.Records);
            search = search with { Before = page.Next };
        }
        while (page.Next is not null && records.Count < most); // A page looks through so many records: one without a match says nothing of the next.

        return (records, page.Next is null);
    }

    /// <summary>It was not answered as it was asked.</summary>
    public static bool IsFailure(UsageRecord record) => record.Outcome is Outcome.Denied or Outcome.Failed or Outcome.Interrupted;
}
