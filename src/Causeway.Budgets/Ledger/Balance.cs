namespace Causeway.Budgets.Ledger;

/// <summary>
/// What became of one limit in one window. Never set to zero: the next window has its own. Only the ledger changes it, under its lock.
/// </summary>
internal sealed class Balance(long start)
{
    /// <summary>
    /// What a balance counts to and a limit is taken for at most, over 10¹⁸: the four parts and what is asked never add up to more than a number holds.
    /// </summary>
    public const long Most = 1L << 60;

    /// <summary>When the window or bucket began, Unix milliseconds.</summary>
    public long Start { get; } = start;

    /// <summary>Used and booked.</summary>
    public long Committed
    {
        get;
        set => field = Math.Min(value, Most);
    }

    /// <summary>Held by requests that are open.</summary>
    public long Reserved { get; set; }

    /// <summary>Of calls whose end is not known: counts as used until it is.</summary>
    public long InDoubt { get; set; }

    /// <summary>Carved out for grants below and not used by them yet.</summary>
    public long Escrowed { get; set; }

    /// <summary>All that a new request cannot have.</summary>
    public long Taken => Committed + Reserved + InDoubt + Escrowed;

    /// <summary>What the grant itself and those below have used or hold.</summary>
    public long Used => Committed + Reserved + InDoubt;

    /// <summary>Open reservations that will come back to it, some of which may hold nothing.</summary>
    public int Holders { get; set; }

    public bool IsUnused => (Committed | Reserved | InDoubt) == 0;
}
