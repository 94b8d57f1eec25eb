using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>All that a start needs to know.</summary>
public sealed record LedgerImage
{
    /// <summary>Every grant as it is now, in any order.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>Raises that have not ended.</summary>
    public IReadOnlyList<Overlay> Overlays { get; init; } = [];

    /// <summary>When grants and limits last let a request through or refused one, to the minute; later events say it exactly.</summary>
    public IReadOnlyList<GrantUse> Uses { get; init; } = [];

    /// <summary>The last checkpoint but one; null: there are fewer.</summary>
    public LedgerCheckpoint? Older { get; init; }

    /// <summary>The last checkpoint; null: there is none yet.</summary>
    public LedgerCheckpoint? Newer { get; init; }

    /// <summary>The events after the older checkpoint (after the newer where there is only one, else all), in order.</summary>
    public IReadOnlyList<LedgerEvent> Events { get; init; } = [];

    /// <summary>What is wrong with the events' chain; null: nothing. They are as far as they could be read.</summary>
    public string? Problem { get; init; }
}

/// <summary>What a start found.</summary>
/// <param name="Replayed">Events that were folded.</param>
/// <param name="InDoubt">Reservations that were open when the process before ended: their whole bounds count as used.</param>
/// <param name="Mismatch">How the fold differs from what was kept; null: it does not.</param>
public sealed record Replay(int Replayed, int InDoubt, string? Mismatch);
