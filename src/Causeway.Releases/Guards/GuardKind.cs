namespace Causeway.Releases.Guards;

/// <summary>What a guard watches: each comes down to "was this unit's request bad?".</summary>
public enum GuardKind
{
    /// <summary>The request failed, or its answer broke off.</summary>
    Error,

    /// <summary>The provider did not answer in time.</summary>
    Timeout,

    /// <summary>The answer broke its contract.</summary>
    ContractInvalid,

    /// <summary>The model refused.</summary>
    Refusal,

    /// <summary>The answer was empty.</summary>
    Empty,

    /// <summary>The answer ended at its cap.</summary>
    Truncated,

    /// <summary>Somebody said that the answer was bad.</summary>
    Feedback,

    /// <summary>Slower than 95 of 100 of base's.</summary>
    Latency,

    /// <summary>Shorter or longer than 95 of 100 of base's.</summary>
    Length,

    /// <summary>Dearer than 95 of 100 of base's.</summary>
    Cost,
}

/// <summary>What a guard does when it crosses its threshold.</summary>
public enum GuardAction
{
    /// <summary>The rollout is rolled back.</summary>
    Rollback,

    /// <summary>The rollout may not be advanced before a person says so.</summary>
    Hold,
}

/// <summary>Guards by their words, and what they do.</summary>
public static class GuardKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<GuardKind> All { get; } = Enum.GetValues<GuardKind>();

    /// <summary>As it is written.</summary>
    public static string Word(this GuardKind kind) => kind switch
    {
        GuardKind.Error => "error",
        GuardKind.Timeout => "timeout",
        GuardKind.ContractInvalid => "contract_invalid",
        GuardKind.Refusal => "refusal",
        GuardKind.Empty => "empty",
        GuardKind.Truncated => "truncated",
        GuardKind.Feedback => "feedback",
        GuardKind.Latency => "latency",
        GuardKind.Length => "length",
        _ => "cost",
    };

    /// <summary>Correctness goes back by itself; what is slower, longer or dearer waits for a person.</summary>
    public static GuardAction Action(this GuardKind kind) => kind is GuardKind.Latency or GuardKind.Length or GuardKind.Cost ? GuardAction.Hold : GuardAction.Rollback;

    /// <summary>What it watches, in words.</summary>
    public static string Meaning(this GuardKind kind) => kind switch
    {
        GuardKind.Error => "requests that failed or broke off",
        GuardKind.Timeout => "requests that were not answered in time",
        GuardKind.ContractInvalid => "answers that broke their contract",
        GuardKind.Refusal => "answers in which the model refused",
        GuardKind.Empty => "answers without content",
        GuardKind.Truncated => "answers that ended at their cap",
        GuardKind.Feedback => "answers that somebody called bad",
        GuardKind.Latency => "answers slower than 95 of 100 of base's",
        GuardKind.Length => "answers shorter or longer than 95 of 100 of base's",
        _ => "answers dearer than 95 of 100 of base's",
    };
}
