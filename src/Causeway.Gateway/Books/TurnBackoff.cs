namespace Causeway.Gateway.Books;

/// <summary>How long the owner of the turns rests after the store failed: twice as long each time, up to a bound.</summary>
internal sealed class TurnBackoff(TimeProvider time, TimeSpan first, TimeSpan most)
{
    private int _failures;

    /// <summary>How long the next rest is.</summary>
    public long Milliseconds => (long)Next.TotalMilliseconds;

    private TimeSpan Next => TimeSpan.FromTicks(Math.Min(first.Ticks << Math.Min(_failures, 16), most.Ticks));

    /// <summary>The store took something: the next rest is short again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Acts until it succeeds: only the store can say what became of a turn, so it is asked until it does.</summary>
    /// <param name="act">What is tried.</param>
    /// <param name="mayTryAgain">Whether to, after so many tries.</param>
    /// <param name="failed">Told of each failure before the rest.</param>
    public async Task<T> InsistAsync<T>(Func<Task<T>> act, Predicate<int> mayTryAgain, Action<Exception> failed)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                return await act();
            }
#pragma warning disable CA1031 // Whatever it is, the answer is still needed.
            catch (Exception failure) when (mayTryAgain(tries))
#pragma warning restore CA1031
            {
                failed(failure);
            }

            await RestAsync();
        }
    }

    /// <summary>Rests.</summary>
    public async Task RestAsync()
    {
        TimeSpan rest = Next;
        _failures++;
        await Task.Delay(rest, time, CancellationToken.None);
    }
}
