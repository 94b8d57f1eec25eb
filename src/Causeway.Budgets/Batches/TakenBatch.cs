namespace Causeway.Budgets.Batches;

/// <summary>A batch that a provider took. Its request is in doubt at the batch's bound until its results are settled. Moments are kept to the millisecond.</summary>
/// <param name="Request">The request that began it.</param>
/// <param name="Provider">Who took it, by its configured name.</param>
/// <param name="Batch">Its id there, 1 to 128 characters.</param>
/// <param name="DataClass">The class of its data when it was sent, as its place in <see cref="Grants.DataClasses"/>.</param>
/// <param name="TakenAt">When.</param>
/// <param name="DueAt">When nothing more is waited for: what it holds is then charged.</param>
public sealed record TakenBatch(Guid Request, string Provider, string Batch, int DataClass, DateTimeOffset TakenAt, DateTimeOffset DueAt)
{
    /// <summary>What is known of its end.</summary>
    public BatchState State { get; init; }

    /// <summary>When its provider was asked last; null: it was not.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>When it is to be asked next.</summary>
    public DateTimeOffset NextAt { get; init; } = TakenAt;

    /// <summary>How often it was asked.</summary>
    public int Asks { get; init; }

    /// <summary>What was found last, in a few words; null: nothing yet.</summary>
    public string? Word { get; init; }
}

/// <summary>What is known of a batch's end.</summary>
public enum BatchState
{
    /// <summary>It goes on, or nobody said yet that it does not.</summary>
    Open,

    /// <summary>Its results were read and booked.</summary>
    Settled,

    /// <summary>Somebody said before what it used; that stands.</summary>
    Told,

    /// <summary>Nobody said by its deadline what it used: it stays charged at its bound.</summary>
    Lapsed,
}
