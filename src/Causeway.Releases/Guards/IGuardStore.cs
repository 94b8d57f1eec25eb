using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Guards;

/// <summary>Where instances put together what they have seen of rollouts, and find it again after a start. Appended to only. Safe to call from many threads.</summary>
public interface IGuardStore
{
    /// <summary>Adds what an instance has seen, all of it or nothing. Whoever has read up to a number misses nothing that is added later.</summary>
    /// <param name="seen">By rollout.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task AppendAsync(IReadOnlyList<(RolloutId Rollout, GuardEvidence Evidence)> seen, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>What was seen of a rollout, in the order in which it was added.</summary>
    /// <param name="rollout">Which.</param>
    /// <param name="after">Only what was added after this number; 0: from the beginning.</param>
    /// <param name="limit">How many at most, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<(long Seq, GuardEvidence Evidence)>> ReadAsync(RolloutId rollout, long after, int limit, CancellationToken cancellation);

    /// <summary>Forgets what was added before a moment.</summary>
    /// <returns>How many.</returns>
    Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation);
}
