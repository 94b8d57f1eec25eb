using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>What became of a limit in its window of now, in the meter's unit.</summary>
/// <param name="Limit">The limit.</param>
public sealed record LimitUse(Limit Limit)
{
    /// <summary>The amount with the raises that hold now.</summary>
    public long Amount { get; init; }

    /// <summary>Used and booked.</summary>
    public long Committed { get; init; }

    /// <summary>Held by open requests.</summary>
    public long Held { get; init; }

    /// <summary>The part of it that instances hold by leases, for requests to come.</summary>
    public long Leased { get; init; }

    /// <summary>Of calls whose end is not known: counts as used.</summary>
    public long InDoubt { get; init; }

    /// <summary>Carved out for grants below and not used by them yet.</summary>
    public long Carved { get; init; }

    /// <summary>What is left; 0 also where more was used than there was.</summary>
    public long Left => Math.Max(0, Amount - Committed - Held - InDoubt - Carved);

    /// <summary>When the window began; null: it is the grant's whole life.</summary>
    public DateTimeOffset? WindowStarts { get; init; }

    /// <summary>When it ends; null: it does not, or it rolls.</summary>
    public DateTimeOffset? WindowEnds { get; init; }
}
