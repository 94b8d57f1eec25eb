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

    /// <summary>A glass was broken just now. Subscribers must not block, and must not fail.</summary>
    public event Action<BrokenGlass>? OnBroken;

    public void Raise(BrokenGlass glass)
    {
        _broken.Add(1);
        AdminEvents.GlassBroken(log, glass.Name, glass.By, glass.Grant.ToString(), Money.Usd(glass.NanoUsd), glass.Until, glass.Seal.ToString(), Printable.Cut(glass.Reason));
        OnBroken?.Invoke(glass);
    }

    public void Reviewed(BrokenGlass glass) => AdminEvents.GlassReviewed(log, glass.Name, glass.ReviewedBy!, Printable.Cut(glass.ReviewReason));
}
