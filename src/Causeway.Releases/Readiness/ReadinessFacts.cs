using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Readiness;

/// <summary>What is known of one way back.</summary>
public sealed record ReadinessFacts
{
    /// <summary>The release that it leads to.</summary>
    public required ReleaseId Release { get; init; }

    /// <summary>It is the base of the rollout under way, or what the channel points at.</summary>
    public required bool IsBase { get; init; }

    /// <summary>How many pins it has, 1 or more.</summary>
    public required int Pins { get; init; }

    /// <summary>Pins whose providers are not configured.</summary>
    public IReadOnlyList<string> Unserved { get; init; } = [];

    /// <summary>The contract that it answers by and that is not registered; null: none is missing.</summary>
    public string? MissingContract { get; init; }

    /// <summary>Instances that have not applied the newest policy.</summary>
    public IReadOnlyList<string> Behind { get; init; } = [];

    /// <summary>Pins whose names their vendors may point elsewhere.</summary>
    public IReadOnlyList<string> Floating { get; init; } = [];

    /// <summary>Pins behind which something else answers than did, each in a sentence.</summary>
    public IReadOnlyList<string> Drifted { get; init; } = [];

    /// <summary>When one of its pins was last compared with what it was, and was the same, UTC; null: none has been.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>When one of its pins answered last, UTC; null: not since this was looked at.</summary>
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Calls of its first pin that failed one after another since.</summary>
    public int FailedSince { get; init; }

    /// <summary>The pin that is switched off first, and when; null: no date is published.</summary>
    public (string Pin, DateOnly Day)? Retires { get; init; }

    /// <summary>What it can take, over what it would have to; null: not known.</summary>
    public double? Headroom { get; init; }

    /// <summary>Where that comes from, or why it is not known.</summary>
    public string HeadroomSource { get; init; } = "";

    /// <summary>How its contract differs from that of what answers now; null: it does not.</summary>
    public string? ContractDifference { get; init; }

    /// <summary>Whether it is proven to hold its contract; null: it has none, or its channel does not ask.</summary>
    public ContractProof? Proof { get; init; }

    /// <summary>Live conversations that what answers now answered last, by what they would lose there; null: they are not told apart, or would be refused.</summary>
    public ConversationCounts? Conversations { get; init; }

    /// <summary>For how long the tightest budget lasts there, where that is less than a day; null: a day or longer, or not known.</summary>
    public TimeSpan? BudgetLasts { get; init; }

    /// <summary>Whose budget that is, or why nothing is known of it; null: a day is covered.</summary>
    public string? BudgetDetail { get; init; }

    /// <summary>When its way was rehearsed last and passed, UTC; null: never.</summary>
    public DateTimeOffset? DrilledAt { get; init; }

    /// <summary>The share of units that meets the candidate, in millionths.</summary>
    public int ExposedPpm { get; init; }

    /// <summary>Somebody said why it need not be rehearsed.</summary>
    public bool IsDrillSkipped { get; init; }
}
