namespace Causeway.Budgets.Ledger;

/// <summary>What keeps usage fast and bounded: chores that one instance does now and then.</summary>
public interface IUsageUpkeep
{
    /// <summary>Adds the next hour that is over to the totals of its day, from which spend over weeks is read. What is booked late in such an hour goes into both.</summary>
    /// <param name="before">Hours that ended by then.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>False: there was none left.</returns>
    Task<bool> RollUpAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>Drops usage records of requests that arrived before a moment, with their trails and the later words on them. Totals stay, and so does the ledger.</summary>
    /// <param name="before">The moment. A store that keeps records by the day keeps those of the day that it is in.</param>
    /// <param name="cancellation">Ends the waiting, and the work between two pieces of it.</param>
    /// <returns>How many records are gone.</returns>
    Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation);
}
