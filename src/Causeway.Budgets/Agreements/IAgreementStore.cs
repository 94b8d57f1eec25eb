namespace Causeway.Budgets.Agreements;

/// <summary>Where agreements are kept, for good.</summary>
public interface IAgreementStore
{
    /// <summary>Agreements that may be made, ended ones too.</summary>
    const int MaxKept = 10_000;

    /// <summary>Keeps a new agreement.</summary>
    /// <returns>False: there are <see cref="MaxKept"/> already.</returns>
    Task<bool> AddAsync(Agreement agreement, CancellationToken cancellation);

    /// <summary>Keeps an agreement's next version.</summary>
    /// <param name="agreement">Its version is one more than the one that was read.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <returns>False: it has changed since, or there is none; nothing is changed.</returns>
    Task<bool> ReplaceAsync(Agreement agreement, CancellationToken cancellation);

    /// <summary>All agreements, the newest first.</summary>
    Task<IReadOnlyList<Agreement>> ListAsync(CancellationToken cancellation);
}
