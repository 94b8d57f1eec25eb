namespace Causeway.Releases.Sentinel;

/// <summary>Where what is known of pins is kept. Safe to call from many threads; every method is one transaction.</summary>
public interface ISentinelStore
{
    /// <summary>Every pin of which something is known.</summary>
    Task<IReadOnlyList<WatchedPin>> ListAsync(CancellationToken cancellation);

    /// <summary>Writes a pin in the place of the one that was read.</summary>
    /// <param name="pin">The pin, with the version that was read; 0: there was none.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>It as it is kept, one version further; null: somebody else has written it since, and nothing was.</returns>
    Task<WatchedPin?> PutAsync(WatchedPin pin, CancellationToken cancellation);
}
