namespace Causeway.Budgets.Ledger;

/// <summary>What the store holds does not follow from what this process has read of it: the ledger has to be read anew, and looked into.</summary>
public sealed class LedgerDivergedException : Exception
{
    /// <summary>Without a reason.</summary>
    public LedgerDivergedException()
        : base("The ledger in the store does not follow from what was read of it.")
    {
    }

    /// <summary>With what does not follow.</summary>
    public LedgerDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>With what lies behind it.</summary>
    public LedgerDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
