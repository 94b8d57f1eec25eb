namespace Causeway.Budgets.Ledger;

/// <summary>Where usage is booked, with totals that are kept in the same transaction and therefore always agree with it.</summary>
public interface IUsageStore
{
    /// <summary>Books all of the records or none. A record whose request is booked already changes nothing.</summary>
    Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellation);

    /// <summary>Sums what was booked. Windows are whole hours, UTC.</summary>
    /// <remarks>
    /// From totals that are kept for ever. Callers choose end users and tags, so no totals are kept of these: a question that names one is answered from the
    /// records themselves, as far back as they are kept, and by <see cref="SpendQuery.MostLabelled"/> groups at most, the dearest.
    /// </remarks>
    Task<IReadOnlyList<SpendRow>> SpendAsync(SpendQuery query, CancellationToken cancellation);

    /// <summary>The newest records first, at most <paramref name="limit"/> (1 to 1,000).</summary>
    Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation);

    /// <summary>Reads records in the order of their requests' ids, which is that of their arrival, without their trails.</summary>
    /// <returns>Up to <see cref="UsageRange.Limit"/> records; fewer: there are no more.</returns>
    Task<IReadOnlyList<UsageRecord>> PageAsync(UsageRange range, CancellationToken cancellation);

    /// <summary>A request's record without its trail; null: it has none.</summary>
    Task<UsageRecord?> FindAsync(Guid request, CancellationToken cancellation);

    /// <summary>Reads records newest first, by the order of their requests' ids, with their trails, and passes over those that do not match.</summary>
    /// <returns>The records, and where to go on. A page may be short, or empty, and still have a next one: it looks through <see cref="UsageSearch.MaxScanned"/> records at most.</returns>
    Task<UsageSearchPage> SearchAsync(UsageSearch search, CancellationToken cancellation);

    /// <summary>The steps of a request's way, in order; empty: there was one, or there is no such request.</summary>
    Task<IReadOnlyList<AttemptRecord>> TrailAsync(Guid request, CancellationToken cancellation);

    /// <summary>Counts what became of a contract, by version, pin and day. Requests without a <see cref="UsageRecord.ContractOutcome"/> are not in it.</summary>
    /// <param name="contract">The contract's name without a version, or <c>inline</c>.</param>
    /// <param name="since">Requests that arrived at this moment or later.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>One row for each outcome of each group, by contract, day, provider, model and outcome.</returns>
    Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation);
}

/// <summary>A part of what was booked, to be read page by page.</summary>
/// <param name="Since">Requests that arrived at this moment or later.</param>
/// <param name="Until">Requests that arrived before this moment.</param>
/// <param name="After">The last request of the page before; null: this is the first.</param>
/// <param name="Limit">Records of a page, 1 to 10,000.</param>
public sealed record UsageRange(DateTimeOffset Since, DateTimeOffset Until, Guid? After = null, int Limit = UsageRange.PageRecords)
{
    /// <summary>Records that are read well within the time that a store gives a reader.</summary>
    public const int PageRecords = 2_000;
}

/// <summary>How often a contract ended one way at one pin on one day.</summary>
/// <param name="Contract">The version, <c>NAME@3</c>, or <c>inline</c>.</param>
/// <param name="Day">The day, UTC: <c>2026-11-23</c>.</param>
/// <param name="Provider">The pin's provider; empty: none was chosen.</param>
/// <param name="Model">The pin's model: what was sent, or else what was asked for.</param>
/// <param name="Outcome">As <see cref="UsageRecord.ContractOutcome"/>.</param>
/// <param name="Requests">How many ended so.</param>
/// <param name="Repairs">Calls in which a model was asked to repair its answer.</param>
/// <param name="RepairCostNanoUsd">What those cost as far as their models have a price.</param>
public sealed record ContractOutcomeRow(
    string Contract, string Day, string Provider, string Model, string Outcome, long Requests, long Repairs, long RepairCostNanoUsd);

/// <summary>What spend can be grouped by.</summary>
public enum SpendDimension
{
    /// <summary>The team.</summary>
    Team,

    /// <summary>The feature.</summary>
    Feature,

    /// <summary>The environment.</summary>
    Environment,

    /// <summary>The model that answered, or was asked when none did.</summary>
    Model,

    /// <summary>The provider.</summary>
    Provider,

    /// <summary>The key.</summary>
    Key,

    /// <summary>The hour, UTC.</summary>
    Hour,

    /// <summary>The day, UTC.</summary>
    Day,

    /// <summary>Whom the company charges for the key.</summary>
    CostCentre,

    /// <summary>Which of its caller's people it was for.</summary>
    EndUser,

    /// <summary>The value of the tag <see cref="SpendQuery.Tag"/>.</summary>
    Tag,
}

/// <summary>A question about spend.</summary>
/// <param name="By">What to group by, in the order of the columns; empty: one total.</param>
/// <param name="Since">From the hour that holds this moment on.</param>
/// <param name="Until">Up to the hour that holds this moment, included; null: no end.</param>
public sealed record SpendQuery(IReadOnlyList<SpendDimension> By, DateTimeOffset Since, DateTimeOffset? Until = null)
{
    /// <summary>Groups of a question that is answered from records, at most.</summary>
    public const int MostLabelled = 100_001;

    /// <summary>The tag that <see cref="SpendDimension.Tag"/> stands for; null: none.</summary>
    public string? Tag { get; init; }

    /// <summary>Only what has this tag; null: everything.</summary>
    public (string Name, string Value)? Tagged { get; init; }

    /// <summary>It names what no totals are kept of.</summary>
    public bool IsLabelled => Tagged is not null || By.Any(IsLabel) || Where.Keys.Any(IsLabel);

    private static bool IsLabel(SpendDimension dimension) => dimension is SpendDimension.EndUser or SpendDimension.Tag;

    /// <summary>Only what has these values, whole; hour and day are not among them. A missing value is an empty string.</summary>
    public IReadOnlyDictionary<SpendDimension, string> Where { get; init; } = new Dictionary<SpendDimension, string>();
}

/// <summary>One group's totals.</summary>
/// <param name="Group">The group's values, in the order of <see cref="SpendQuery.By"/>; a missing value is an empty string.</param>
/// <param name="Requests">All requests of the group.</param>
/// <param name="Failures">Those that were denied, failed or interrupted.</param>
/// <param name="UnpricedRequests">Those that used tokens of a model without a price.</param>
/// <param name="EstimatedRequests">Those whose tokens the provider did not report in full.</param>
/// <param name="InputTokens">Plain input.</param>
/// <param name="CacheReadTokens">Input read from caches.</param>
/// <param name="CacheWriteTokens">Input written to caches.</param>
/// <param name="OutputTokens">Output, reasoning included.</param>
/// <param name="ReasoningTokens">The reasoning part.</param>
/// <param name="CostNanoUsd">The priced requests' cost.</param>
public sealed record SpendRow(
    IReadOnlyList<string> Group,
    long Requests,
    long Failures,
    long UnpricedRequests,
    long EstimatedRequests,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    long CostNanoUsd);
