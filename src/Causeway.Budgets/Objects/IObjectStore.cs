namespace Causeway.Budgets.Objects;

/// <summary>Where it is kept which team had what made at a provider. Safe to call from many threads.</summary>
public interface IObjectStore
{
    /// <summary>Keeps whose they are; the same id again is another thing of that name, made later. All in one transaction.</summary>
    Task KeepAsync(IReadOnlyCollection<OwnedObject> objects, CancellationToken cancellation);

    /// <summary>Those of some that anybody is known to have made, in no order.</summary>
    /// <param name="provider">Who keeps them.</param>
    /// <param name="ids">Up to 1,000.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<OwnedObject>> FindAsync(string provider, IReadOnlyCollection<string> ids, CancellationToken cancellation);

    /// <summary>Forgets those that are kept until a moment before this one.</summary>
    /// <returns>How many they were.</returns>
    Task<long> DropAsync(DateTimeOffset now, CancellationToken cancellation);
}
