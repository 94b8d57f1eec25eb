namespace Causeway.Budgets.Alerts;

/// <summary>
/// How fast a window's amount goes: what was used by the ends of the last eight parts of the while over which the rate is taken. So few, whatever the
/// traffic, that what is remembered of many limits stays small; the rate is exact to an eighth.
/// </summary>
internal sealed class BurnRate(long windowStartMs, long windowEndMs)
{
    private const int Parts = 8;
    private readonly long _overMs = AlertRules.RateOverMs(windowEndMs - windowStartMs);
    private readonly List<(long Part, long Used)> _ends = new(Parts + 3);
    private long? _firstUsed;

    private long PartMs => _overMs / Parts;

    /// <summary>Takes what is used by now, and says when the amount is gone at the present rate, Unix milliseconds; null: it is not going.</summary>
    public long? GoneAt(long nowMs, long used, long amount)
    {
        _firstUsed ??= used;
        long part = PartOf(nowMs);
        if (_ends is [.., (var last, _)] && last == part)
        {
            _ends[^1] = (part, used);
        }
        else
        {
            _ends.Add((part, used));
            if (_ends.Count > Parts + 2)
            {
                _ends.RemoveAt(0);
            }
        }

        (long recent, long overMs) = Recent(nowMs, used);
        return recent > 0 && overMs > 0 ? (long)Int128.Min(long.MaxValue, nowMs + ((Int128)(amount - used) * overMs / recent)) : null;
    }

    private (long Recent, long OverMs) Recent(long nowMs, long used)
    {
        // Of a young window everything is recent, and counts as if it took the whole while: one request in its first second is no rate.
        if (nowMs - windowStartMs <= _overMs)
        {
            return (used, _overMs);
        }

        // Within a part use is taken for even.
        long then = nowMs - _overMs;
        long part = PartOf(then);
        if (UsedBy(part) is { } after && UsedBy(part - 1) is { } before)
        {
            return (used - before - (long)((Int128)(after - before) * (then - (part * PartMs)) / PartMs), _overMs);
        }

        // The process does not remember so far back. What it saw itself is a part of what was used meanwhile; the mean of the window may be more.
        long seen = used - _firstUsed!.Value;
        long elapsedMs = nowMs - windowStartMs;
        return (Int128)seen * elapsedMs > (Int128)used * _overMs ? (seen, _overMs) : (used, elapsedMs);
    }

    // A part has its end and not its beginning.
    private long PartOf(long ms) => (ms - 1) / PartMs;

    // By the end of a part: what was used by the end of the last one in which anything was.
    private long? UsedBy(long part)
    {
        int at = _ends.FindLastIndex(end => end.Part <= part);
        return at < 0 ? null : _ends[at].Used;
    }
}
