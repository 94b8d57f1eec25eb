namespace Causeway.Budgets.Ledger;

/// <summary>What has happened and is still to be told to the ledger: as a decision, and in words that can outlive the process which has not told it yet.</summary>
public abstract class LedgerFact
{
    /// <summary>What of it would be read after the process is gone; null: nothing, it is the process's own affair. The time and the place are the book's to give.</summary>
    public abstract JournalEntry? Told { get; }

    /// <summary>Tells the ledger. A turn that was lost is made again, so this is too.</summary>
    public abstract void Decide();
}
