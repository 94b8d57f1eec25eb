namespace Causeway.Budgets.Runaway;

/// <summary>When the last few of something happened.</summary>
/// <param name="capacity">How many are remembered.</param>
internal sealed class RecentTimes(int capacity)
{
    private readonly Queue<long> _at = new();

    /// <summary>Counts one at <paramref name="now"/>.</summary>
    /// <returns>How many there were within a minute, this one included; no more than are remembered.</returns>
    public int Count(long now, TimeProvider time)
    {
        while (_at.Count == capacity || (_at.TryPeek(out long first) && time.GetElapsedTime(first, now) >= RunThresholds.Minute))
        {
            _at.Dequeue();
        }

        _at.Enqueue(now);
        return _at.Count;
    }

    public void Clear() => _at.Clear();
}
