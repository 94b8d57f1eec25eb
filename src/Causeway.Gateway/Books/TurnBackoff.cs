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

    /// <summary>Rests.</summary>
    public async Task RestAsync()
    {
        TimeSpan rest = Next;
        _failures++;
        await Task.Delay(rest, time, CancellationToken.None);
    }
}
