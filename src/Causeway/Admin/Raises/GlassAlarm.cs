using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Causeway.Budgets.Raises;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Raises;

/// <summary>Tells the owners at once when a glass was broken: in the log, as a metric, and to whoever subscribes.</summary>
internal sealed class GlassAlarm(IMeterFactory meters, ILogger<GlassAlarm> log)
{
    /// <summary>The counter's name.</summary>
    public const string Broken = "causeway.budgets.glass_broken";

    private readonly Counter<long> _broken = meters.Create(AdminGate.Meter).CreateCounter<long>(Broken, "{glass}", "Glasses that were broken");

    private ImmutableArray<Action<BrokenGlass>> _subscribers = [];

    /// <summary>Tells of every glass that is broken from now on. What is called must not block, and must not fail.</summary>
    public void Subscribe(Action<BrokenGlass> told) => ImmutableInterlocked.Update(ref _subscribers, static (all, one) => all.Add(one), told);

    public void Raise(BrokenGlass glass)
    {
        _broken.Add(1);
        AdminEvents.GlassBroken(log, glass.Name, glass.By, glass.Grant.ToString(), Money.Usd(glass.NanoUsd), glass.Until, glass.Seal.ToString(), Printable.Cut(glass.Reason));
        foreach (Action<BrokenGlass> told in _subscribers)
        {
            told(glass);
        }
    }

    public void Reviewed(BrokenGlass glass) => AdminEvents.GlassReviewed(log, glass.Name, glass.ReviewedBy!, Printable.Cut(glass.ReviewReason));
}
