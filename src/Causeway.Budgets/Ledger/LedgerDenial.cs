using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>Why the ledger says no: one primary code, and the grant and limit that decided (invariant I12).</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Grant">The grant that decided.</param>
public sealed record LedgerDenial(string Code, GrantId Grant)
{
    /// <summary>The limit that decided; null: it was the grant's status or time.</summary>
    public Limit? Limit { get; init; }

    /// <summary>What the limit holds with its raises, in the meter's unit; where the request would never fit, what an empty window has for it.</summary>
    public long Amount { get; init; }

    /// <summary>What was asked for; where that would never fit, with what the request holds already.</summary>
    public long Asked { get; init; }

    /// <summary>What is left of it; never what others hold.</summary>
    public long Left { get; init; }

    /// <summary>When the window ends, of one that rolls when enough has rolled out of it; null: it has no end, or that would not help.</summary>
    public DateTimeOffset? WindowEnds { get; init; }

    /// <summary>When a second try may succeed; null: not by waiting a little.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
