namespace Causeway.Budgets.Raises;

/// <summary>Where requests for raises and broken glasses are kept, for good.</summary>
public interface IRaiseStore
{
    /// <summary>Requests that one list may hold.</summary>
    const int MaxListed = 1_000;

    /// <summary>Keeps a new request.</summary>
    Task AddAsync(Raise raise, CancellationToken cancellation);

    /// <summary>Keeps a request's next version.</summary>
    /// <param name="raise">Its version is one more than the one that was read.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <returns>False: it has changed since, or there is none; nothing is changed.</returns>
    Task<bool> ReplaceAsync(Raise raise, CancellationToken cancellation);

    /// <summary>One request, or null.</summary>
    Task<Raise?> FindAsync(RaiseId id, CancellationToken cancellation);

    /// <summary>Requests, newest first: those that are pending, or all; at most <see cref="MaxListed"/>.</summary>
    Task<IReadOnlyList<Raise>> ListAsync(bool onlyPending, CancellationToken cancellation);

    /// <summary>Keeps the review of a broken glass. The glass itself is kept by the ledger's store, with the event that tells of it.</summary>
    Task PutAsync(BrokenGlass glass, CancellationToken cancellation);

    /// <summary>One broken glass, or null.</summary>
    Task<BrokenGlass?> FindGlassAsync(Guid id, CancellationToken cancellation);

    /// <summary>Broken glasses, newest first: those that wait for a review, or all; at most <see cref="MaxListed"/>.</summary>
    Task<IReadOnlyList<BrokenGlass>> ListGlassAsync(bool onlyUnreviewed, CancellationToken cancellation);
}
