namespace Causeway.Gateway.Flow;

/// <summary>
/// Whether there is memory for more work. One look four times a second: above <see cref="Short"/> of what the process may have, nothing new is started until there is room again; above
/// <see cref="Scarce"/> what is only kept for speed is let go too. What runs is finished either way.
/// </summary>
/// <remarks>What the process may have is the heap's limit: of its container, or as <c>DOTNET_GCHeapHardLimit</c> says.</remarks>
internal sealed class MemoryGauge : IDisposable
{
    /// <summary>The share of the limit from which on nothing new is started.</summary>
    public const double Short = 0.85;

    /// <summary>The share of the limit from which on caches are let go.</summary>
    public const double Scarce = 0.95;

    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_betweenCollections = TimeSpan.FromSeconds(2);
    private readonly TimeProvider _time;
    private readonly long _limit;
    private readonly Func<bool, long> _used;
    private readonly Action _letGo;
    private readonly ITimer _timer;
    private long _collectedAt;
    private volatile bool _isShort;

    /// <param name="time">The clock of the looks.</param>
    /// <param name="letGo">Empties what is only kept for speed.</param>
    public MemoryGauge(TimeProvider time, Action letGo)
        : this(time, letGo, GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes, Used)
    {
    }

    /// <summary>As above, with other eyes.</summary>
    /// <param name="time">The clock of the looks.</param>
    /// <param name="letGo">Empties what is only kept for speed.</param>
    /// <param name="limit">Bytes that the process may have.</param>
    /// <param name="used">Bytes that it has; true: after what is not used any more was collected.</param>
    public MemoryGauge(TimeProvider time, Action letGo, long limit, Func<bool, long> used)
    {
        (_time, _letGo, _limit, _used) = (time, letGo, limit, used);
        _collectedAt = time.GetTimestamp() - (long)(s_betweenCollections.TotalSeconds * time.TimestampFrequency);
        _timer = time.CreateTimer(static gauge => ((MemoryGauge)gauge!).Look(), this, s_round, s_round);
    }

    /// <summary>Nothing new is to be started.</summary>
    public bool IsShort => _isShort;

    public void Dispose() => _timer.Dispose();

    // Garbage is no shortage: before anybody is refused it is collected, every two seconds at most.
    private void Look()
    {
        long used = _used(false);
        if (used >= _limit * Short && _time.GetElapsedTime(_collectedAt) >= s_betweenCollections)
        {
            _collectedAt = _time.GetTimestamp();
            used = _used(true);
            if (used >= _limit * Scarce)
            {
                _letGo();
                used = _used(true);
            }
        }

        _isShort = used >= _limit * Short;
    }

    private static long Used(bool collected)
    {
        if (collected)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }

        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
