namespace Causeway.Budgets.Batches;

/// <summary>Batches that a provider took and whose end is asked for.</summary>
public interface IBatchStore
{
    /// <summary>Keeps a batch; what is known of its request already is replaced.</summary>
    Task KeepAsync(TakenBatch batch, CancellationToken cancellation);

    /// <summary>Those that are open and to be asked for by then, the one that waits longest first.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<TakenBatch>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>The batch that a request began; null: none is known.</summary>
    Task<TakenBatch?> FindAsync(Guid request, CancellationToken cancellation);

    /// <summary>Those that are known, the one that was taken last first.</summary>
    /// <param name="state">Only those of which this is known; null: all.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<TakenBatch>> ListAsync(BatchState? state, int limit, CancellationToken cancellation);

    /// <summary>Forgets those that are closed and were taken before a moment.</summary>
    /// <returns>How many they were.</returns>
    Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation);
}
