namespace Causeway.Budgets.Ledger;

/// <summary>Which records to look for. What is null is not asked for; texts are compared whole.</summary>
public sealed record UsageSearch
{
    /// <summary>Records that a page looks through at most, so that a filter which hardly anything passes costs no more than one that everything passes.</summary>
    public const int MaxScanned = 20_000;

    /// <summary>Only requests before this one, in the order of their ids; null: from the newest.</summary>
    public Guid? Before { get; init; }

    /// <summary>Requests that arrived at this moment or later; null: all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Requests that arrived before this moment; null: all.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Records of a page, 1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>How they ended; null: however.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>Which of its caller's people they were for; null: whomever.</summary>
    public string? EndUser { get; init; }

    /// <summary>The tag that they have; null: whichever.</summary>
    public (string Name, string Value)? Tag { get; init; }

    /// <summary>The words that have to be in columns.</summary>
    public IReadOnlyDictionary<UsageWord, string> Words { get; init; } = new Dictionary<UsageWord, string>();
}

/// <summary>A word of a record that can be looked for.</summary>
public enum UsageWord
{
    /// <summary>The team.</summary>
    Team,

    /// <summary>The feature.</summary>
    Feature,

    /// <summary>The environment.</summary>
    Environment,

    /// <summary>The key's id.</summary>
    Key,

    /// <summary>The provider that was called.</summary>
    Provider,

    /// <summary>What the caller asked for.</summary>
    ModelAsked,

    /// <summary>The channel.</summary>
    Channel,

    /// <summary>The release that answered.</summary>
    Release,

    /// <summary>The stable code of what went wrong.</summary>
    ErrorCode,

    /// <summary>What became of the contract.</summary>
    ContractOutcome,

    /// <summary>The class of data.</summary>
    DataClass,

    /// <summary>The agreement that let it go.</summary>
    Agreement,

    /// <summary>Whom the company charges.</summary>
    CostCentre,
}

/// <summary>Records that were found.</summary>
/// <param name="Records">Newest first.</param>
/// <param name="Next"><see cref="UsageSearch.Before"/> of the next page; null: everything was looked through.</param>
public sealed record UsageSearchPage(IReadOnlyList<UsageRecord> Records, Guid? Next);
