namespace Causeway.Budgets.Ledger;

/// <summary>The store that several instances share is away, so nothing can be decided that would hold for all of them.</summary>
public sealed class LedgerUnavailableException : Exception
{
    /// <summary>Without a reason: the journal has logged it.</summary>
    public LedgerUnavailableException()
        : base("The store is away, and this ledger is shared: nothing is decided before it is back.")
    {
    }

    /// <summary>With words of one's own.</summary>
    public LedgerUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With what lies behind it.</summary>
    public LedgerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
