using Causeway.Gateway.Instances;
using Causeway.Releases.Instances;

namespace Causeway.Admin.Events;

/// <summary>
/// What the store says of the instances, asked once for all who follow: two hundred followers look at the same moments, and whoever asks within a turn of another one gets the answer
/// of that one.
/// </summary>
internal sealed class SharedLook(InstanceBoard board, TimeProvider time)
{
    private readonly Lock _asking = new();
    private Task<IReadOnlyList<InstanceState>?>? _answer;
    private long _askedAt;

    /// <summary>The instances, as they were a turn ago at most; null: one process has the store for itself.</summary>
    /// <param name="stopping">Ends the question, which is everybody's.</param>
    /// <param name="cancellation">Ends the waiting of this follower alone.</param>
    /// <exception cref="Storage.StoreUnavailableException">The store did not answer; whoever shared the question gets this too, and the next turn asks again.</exception>
    public Task<IReadOnlyList<InstanceState>?> ListAsync(CancellationToken stopping, CancellationToken cancellation)
    {
        lock (_asking)
        {
            if (_answer is null || time.GetElapsedTime(_askedAt) >= EventStream.Turn)
            {
                _askedAt = time.GetTimestamp();
                _answer = board.ListAsync(stopping);
            }

            return _answer.WaitAsync(cancellation);
        }
    }
}
