using System.Diagnostics.Metrics;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conformance;

/// <summary>What was measured of dialects: kept in the store, the newest in memory for the data path. A change of verdict is an event.</summary>
public sealed class MeasuredDialects
{
    private readonly Lock _turn = new();
    private readonly IConformanceStore _store;
    private readonly DriftWebhook? _webhook;
    private readonly ILogger<MeasuredDialects> _log;
    private readonly Counter<long> _drift;
    private volatile LatestConformance _latest = LatestConformance.None;

    /// <param name="store">Where every measurement is kept.</param>
    /// <param name="webhook">Who else is told of changes; null: nobody.</param>
    /// <param name="meters">Where changes are counted.</param>
    /// <param name="log">Where changes are written.</param>
    public MeasuredDialects(IConformanceStore store, DriftWebhook? webhook, IMeterFactory meters, ILogger<MeasuredDialects> log)
    {
        (_store, _webhook, _log) = (store, webhook, log);
        _drift = meters.Create(GenAiNames.Source).CreateCounter<long>(GenAiNames.DialectDrift, "{change}", "Changes of what probes show of a dialect");
    }

    /// <summary>The newest measurements. One image: read it once per request.</summary>
    public LatestConformance Latest => _latest;

    /// <summary>Reads what was measured before.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Measurement> kept = await _store.LatestAsync(cancellation);
        lock (_turn)
        {
            _latest = _latest.With(kept);
        }
    }

    /// <summary>Keeps one measurement and tells of it when it differs from the one before.</summary>
    /// <returns>The change; null: none.</returns>
    public async Task<DialectChange?> AddAsync(Measurement measurement, CancellationToken cancellation)
    {
        await _store.AddAsync([measurement], cancellation);
        DialectChange? change;
        lock (_turn)
        {
            change = Drift.Between(_latest.Find(measurement.Provider, measurement.Model, measurement.Probe), measurement);
            _latest = _latest.With([measurement]);
        }

        if (change is not null)
        {
            LogEvents.DialectChanged(_log, change.Provider, change.Model, change.Probe, change.From, change.To, change.Detail ?? "");
            _drift.Add(
                1,
                new KeyValuePair<string, object?>(GenAiNames.Dialect, change.Dialect),
                new KeyValuePair<string, object?>(GenAiNames.Probe, change.Probe));
            _webhook?.Tell(change);
        }

        return change;
    }
}
