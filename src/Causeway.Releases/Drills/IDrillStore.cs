namespace Causeway.Releases.Drills;

/// <summary>Where drills are kept. Safe to call from many threads.</summary>
public interface IDrillStore
{
    /// <summary>The most that are listed at once.</summary>
    const int MaxListed = 500;

    /// <summary>Keeps a drill, in the place of what was kept of it.</summary>
    Task PutAsync(Drill drill, CancellationToken cancellation);

    /// <summary>A drill; null: there is none of that name.</summary>
    Task<Drill?> FindAsync(DrillId id, CancellationToken cancellation);

    /// <summary>Drills, the newest first.</summary>
    /// <param name="channel">Of this channel; null: of every one.</param>
    /// <param name="limit">How many at most, 1 to <see cref="MaxListed"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<Drill>> ListAsync(string? channel, int limit, CancellationToken cancellation);
}
