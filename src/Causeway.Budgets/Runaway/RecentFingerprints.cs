namespace Causeway.Budgets.Runaway;

/// <summary>The last few different fingerprints and how often each came. What has not come for the longest is forgotten first.</summary>
internal sealed class RecentFingerprints
{
    /// <summary>Different fingerprints that are remembered.</summary>
    public const int Capacity = 32;

    private readonly List<(RunFingerprint Print, int Times)> _latestLast = new(4);

    /// <summary>Counts one.</summary>
    /// <returns>How often it came, this time included.</returns>
    public int Count(RunFingerprint print)
    {
        int at = Find(print);
        int times = 1;
        if (at >= 0)
        {
            times += _latestLast[at].Times;
            _latestLast.RemoveAt(at);
        }
        else if (_latestLast.Count == Capacity)
        {
            _latestLast.RemoveAt(0);
        }

        _latestLast.Add((print, times));
        return times;
    }

    /// <summary>Takes back one count.</summary>
    public void Uncount(RunFingerprint print)
    {
        int at = Find(print);
        if (at >= 0)
        {
            _latestLast[at] = (print, Math.Max(0, _latestLast[at].Times - 1));
        }
    }

    public void Clear() => _latestLast.Clear();

    private int Find(RunFingerprint print) => _latestLast.FindLastIndex(seen => seen.Print == print);
}
