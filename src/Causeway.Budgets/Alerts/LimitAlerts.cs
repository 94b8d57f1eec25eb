using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Alerts;

/// <summary>What was told of one limit, by window: the one of now and those that a late settlement may still be booked in.</summary>
internal sealed class LimitAlerts
{
    private const int KeptWindows = 3;

    // What is settled later than this after its window is told by the books alone.
    private const long LateMs = 24 * 3_600_000L;
    private readonly List<WindowAlerts> _windows = [];

    /// <summary>Nothing that it remembers can matter any longer.</summary>
    public bool IsOverAt(long nowMs) => _windows.TrueForAll(window => window.EndMs != long.MaxValue && window.EndMs + LateMs < nowMs);

    /// <summary>The highest threshold that was told of the window of now; 0: none.</summary>
    public int HighestAt(long nowMs) => _windows.Find(window => window.StartMs <= nowMs && nowMs < window.EndMs)?.Highest ?? 0;

    /// <summary>The window that a use belongs to; null: it ended too long ago.</summary>
    public WindowAlerts? Of(LimitUse use, long nowMs) => use.Limit.Window.Kind switch
    {
        WindowKind.Rolling => Rolling(use.Limit.Window.Length, nowMs),
        WindowKind.None => Window(0, long.MaxValue, nowMs),
        _ => Window(use.WindowStarts!.Value.ToUnixTimeMilliseconds(), use.WindowEnds!.Value.ToUnixTimeMilliseconds(), nowMs),
    };

    /// <summary>The window of an alert that was raised before the process began; null: it ended too long ago.</summary>
    public WindowAlerts? Of(Limit limit, AlertMark mark, long nowMs) => limit.Window.Kind switch
    {
        WindowKind.Rolling => Rolling(limit.Window.Length, mark.AtMs),
        WindowKind.None => Window(0, long.MaxValue, nowMs),
        _ => mark is { WindowStartsMs: { } start, WindowEndsMs: { } end } ? Window(start, end, nowMs) : null,
    };

    // What rolls is told as if a window began with its first alert. Nothing was told of one that has just been made.
    private WindowAlerts Rolling(TimeSpan length, long atMs)
    {
        if (_windows is [{ Highest: > 0 } known] && atMs < known.EndMs)
        {
            return known;
        }

        WindowAlerts made = new(atMs, atMs + AlertRules.QuietMs(length));
        _windows.Clear();
        _windows.Add(made);
        return made;
    }

    private WindowAlerts? Window(long start, long end, long nowMs)
    {
        if (_windows.Find(window => window.StartMs == start) is { } known)
        {
            return known;
        }

        if (end != long.MaxValue && end + LateMs < nowMs)
        {
            return null;
        }

        WindowAlerts made = new(start, end);
        _windows.Add(made);
        _windows.Sort((one, other) => one.StartMs.CompareTo(other.StartMs));
        if (_windows.Count > KeptWindows)
        {
            _windows.RemoveAt(0);
        }

        return _windows.Contains(made) ? made : null;
    }
}

/// <summary>What was told of a limit in one window.</summary>
internal sealed class WindowAlerts(long startMs, long endMs)
{
    private BurnRate? _rate;

    public long StartMs { get; } = startMs;

    public long EndMs { get; } = endMs;

    /// <summary>The highest threshold that was told, or was passed with one; 0: none.</summary>
    public int Highest { get; set; }

    public bool IsForecast { get; set; }

    public BurnRate Rate => _rate ??= new BurnRate(StartMs, EndMs);
}
