using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Alerts;

/// <summary>
/// Decides which alerts are due, and remembers which were raised: each threshold of a limit once a window, one forecast a window, one denial of a
/// kind a window. All in memory and rebuilt from the ledger's <see cref="LedgerEventKind.AlertRaised"/> events. Thread-safe.
/// </summary>
/// <remarks>What comes when: docs/alerts.md. It is bounded by the limits and grants that there are; what is over is forgotten.</remarks>
public sealed class AlertBook(AlertRules rules)
{
    private readonly Lock _turn = new();
    private readonly Dictionary<(GrantId Grant, Limit Limit), LimitAlerts> _limits = [];
    private readonly Dictionary<DenialKey, long> _denials = [];

    /// <summary>Whether a limit is watched: not what is open at once, nor a pace, which is spent and free again by the minute.</summary>
    public static bool Watches(Limit limit) => limit is { Meter: not Meter.Concurrent, IsPace: false };

    /// <summary>Whether a denial is of the budget's making, and is told.</summary>
    public static bool IsTold(string? code) => code is "limit_spent" or "limit_held" or "limit_paced" or "limit_shared" or "rate_requests" or "rate_concurrent" or "request_exceeds_limit" or "price_unknown"
        || code?.StartsWith("scope_", StringComparison.Ordinal) == true;

    /// <summary>Looks at what became of a grant's limits, and says what is to be told of that. What it says counts as told.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="uses">All of its limits in their order, in the windows of one moment; the moment need not be now.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    public IReadOnlyList<BudgetAlert> Look(Grant grant, IReadOnlyList<LimitUse> uses, long nowMs)
    {
        List<BudgetAlert>? due = null;
        lock (_turn)
        {
            foreach (LimitUse use in uses)
            {
                if (Watches(use.Limit) && use.Committed + use.InDoubt > 0 && Of(grant.Id, use.Limit).Of(use, nowMs) is { } window)
                {
                    Add(ref due, Threshold(grant, use, window, nowMs));
                    Add(ref due, Forecast(grant, use, window, nowMs));
                }
            }
        }

        return due ?? (IReadOnlyList<BudgetAlert>)[];
    }

    /// <summary>Takes a denial.</summary>
    /// <param name="grant">The grant that decided.</param>
    /// <param name="code">Its code, one that <see cref="IsTold"/>.</param>
    /// <param name="use">What became of the limit that decided; null: none did.</param>
    /// <param name="atMs">When, Unix milliseconds.</param>
    /// <returns>What is to be told; null: it was, in this window, or where that has no end, on this day (UTC).</returns>
    public BudgetAlert? Denied(Grant grant, string code, LimitUse? use, long atMs)
    {
        BudgetAlert alert = new(AlertKind.Denied, grant.Id, grant.Holder, atMs) { Code = code };
        if (use is not null)
        {
            alert = With(alert, use);
        }

        return Remember(alert.Grant, code, alert.Limit?.ToString(), alert.WindowEndsMs, atMs) ? alert : null;
    }

    /// <summary>Takes over what was told before the process began. In the order in which it was told.</summary>
    public void Restore(Grant grant, AlertMark mark, long nowMs)
    {
        if (mark.Kind == AlertKind.Denied)
        {
            _ = Remember(grant.Id, mark.Code ?? "", mark.Limit, mark.WindowEndsMs, mark.AtMs);
            return;
        }

        lock (_turn)
        {
            foreach (Limit limit in grant.Limits)
            {
                if (Watches(limit) && limit.ToString() == mark.Limit && Of(grant.Id, limit).Of(limit, mark, nowMs) is { } window)
                {
                    window.Highest = Math.Max(window.Highest, mark.Threshold);
                    window.IsForecast |= mark.Kind == AlertKind.Forecast;
                }
            }
        }
    }

    /// <summary>Forgets what is over. Called now and then.</summary>
    public void Forget(long nowMs)
    {
        lock (_turn)
        {
            foreach ((GrantId, Limit) key in _limits.Where(each => each.Value.IsOverAt(nowMs)).Select(each => each.Key).ToArray())
            {
                _limits.Remove(key);
            }

            foreach (DenialKey key in _denials.Where(each => each.Value <= nowMs).Select(each => each.Key).ToArray())
            {
                _denials.Remove(key);
            }
        }
    }

    /// <summary>Limits whose window of now is at that threshold or beyond.</summary>
    public int CountAt(int threshold, long nowMs)
    {
        lock (_turn)
        {
            return _limits.Values.Count(limit => limit.HighestAt(nowMs) >= threshold);
        }
    }

    private BudgetAlert? Threshold(Grant grant, LimitUse use, WindowAlerts window, long nowMs)
    {
        int told = window.Highest;
        int[] passed = [.. rules.Thresholds.Where(threshold => threshold > told && IsAt(use, threshold))];
        if (passed.Length == 0)
        {
            return null;
        }

        window.Highest = passed[^1];
        return With(new BudgetAlert(AlertKind.Threshold, grant.Id, grant.Holder, nowMs) { Threshold = passed[^1], Passed = passed }, use);
    }

    private BudgetAlert? Forecast(Grant grant, LimitUse use, WindowAlerts window, long nowMs)
    {
        // What has no end cannot be gone before it, and what is over has nothing before it.
        if (use.Limit.Window.Kind is WindowKind.None or WindowKind.Rolling || nowMs < window.StartMs || nowMs >= window.EndMs)
        {
            return null;
        }

        long used = use.Committed + use.InDoubt;
        long? goneAt = window.Rate.GoneAt(nowMs, used, use.Amount);
        if (window.IsForecast || used >= use.Amount || !IsAt(use, rules.ForecastFrom) || goneAt is not { } gone || gone >= window.EndMs)
        {
            return null;
        }

        window.IsForecast = true;
        return With(new BudgetAlert(AlertKind.Forecast, grant.Id, grant.Holder, nowMs) { ForecastAtMs = gone }, use);
    }

    private static bool IsAt(LimitUse use, int hundredths) => (Int128)(use.Committed + use.InDoubt) * 100 >= (Int128)use.Amount * hundredths;

    private static BudgetAlert With(BudgetAlert alert, LimitUse use)
    {
        bool rolls = use.Limit.Window.Kind == WindowKind.Rolling;
        return alert with
        {
            Limit = use.Limit,
            Amount = use.Amount,
            Used = use.Committed + use.InDoubt,
            Left = use.Left,
            WindowStartsMs = rolls ? null : use.WindowStarts?.ToUnixTimeMilliseconds(),
            WindowEndsMs = use.WindowEnds?.ToUnixTimeMilliseconds(),
        };
    }

    private static void Add(ref List<BudgetAlert>? due, BudgetAlert? alert)
    {
        if (alert is not null)
        {
            (due ??= []).Add(alert);
        }
    }

    private bool Remember(GrantId grant, string code, string? limit, long? windowEndsMs, long atMs)
    {
        const long Day = 24 * 3_600_000L;
        long until = windowEndsMs ?? atMs - (atMs % Day) + Day;
        lock (_turn)
        {
            ref long told = ref CollectionsMarshal.GetValueRefOrAddDefault(_denials, new DenialKey(grant, code, limit), out _);
            if (told > atMs)
            {
                return false;
            }

            told = until;
            return true;
        }
    }

    // By what the limit says: one that has another amount now is told of anew.
    private LimitAlerts Of(GrantId grant, Limit limit)
    {
        ref LimitAlerts? known = ref CollectionsMarshal.GetValueRefOrAddDefault(_limits, (grant, limit), out _);
        return known ??= new LimitAlerts();
    }

    private readonly record struct DenialKey(GrantId Grant, string Code, string? Limit);
}
