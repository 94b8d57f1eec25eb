using System.Collections.Immutable;
using Causeway.Contracts.Conformance;

namespace Causeway.Gateway.Conformance;

/// <summary>
/// Sends probes: the models of one provider one after another, so that a provider is never flooded, several providers at once. What a probe
/// showed is kept at once, so that a run that is cut short keeps what it found.
/// </summary>
internal sealed class ProbeRunner(ProbeCall call, MeasuredDialects measured, TimeProvider time)
{
    /// <summary>Runs a plan to its end, to its bound or until it is cancelled.</summary>
    /// <param name="plan">What to probe.</param>
    /// <param name="run">Takes the results as they come.</param>
    /// <param name="cancellation">Ends it after the call that is running.</param>
    public async Task RunAsync(ProbePlan plan, ProbeRun run, CancellationToken cancellation)
    {
        var purse = new ProbePurse(plan.MaxNanoUsd);
        await Task.WhenAll(plan.Pins
            .GroupBy(pin => pin.Route.Provider.Name, StringComparer.Ordinal)
            .Select(pins => RunAsync([.. pins], plan, purse, run, cancellation)));
    }

    private async Task RunAsync(ImmutableArray<ProbePin> pins, ProbePlan plan, ProbePurse purse, ProbeRun run, CancellationToken cancellation)
    {
        foreach (ProbePin pin in pins)
        {
            Func<Probe, long>? ceilings = ProbePlan.Ceiling(pin, time.GetUtcNow());
            foreach (Probe probe in plan.Probes)
            {
                cancellation.ThrowIfCancellationRequested();
                long ceiling = ceilings?.Invoke(probe) ?? 0;
                if (!purse.TryHold(ceiling))
                {
                    run.Bounded();
                    return;
                }

                await RunAsync(pin, probe, ceiling, purse, run, cancellation);
            }
        }
    }

    private async Task RunAsync(ProbePin pin, Probe probe, long ceiling, ProbePurse purse, ProbeRun run, CancellationToken cancellation)
    {
        ProbeExchange exchange = ProbeExchange.NotSent;
        try
        {
            exchange = await call.SendAsync(pin, probe, cancellation);
        }
        finally
        {
            purse.Settle(ceiling, exchange.CostNanoUsd ?? 0);
        }

        ProbeFinding finding = ProbeJudge.Judge(probe, exchange.Reply);
        var measurement = new Measurement(
            pin.Route.Provider.Name,
            pin.Model,
            pin.Route.Provider.Region,
            pin.Dialect,
            probe.Id,
            finding.Verdict,
            time.GetUtcNow(),
            finding.Detail,
            exchange.Reply.Digest());
        DialectChange? change = null;

        // What tells nothing takes nothing away: the measurement before it stands until it is too old.
        if (finding.Verdict != ProbeVerdict.Inconclusive)
        {
            change = await measured.AddAsync(measurement, CancellationToken.None);
        }

        run.Add(new ProbeResult(measurement, exchange.CostNanoUsd, change));
    }
}

/// <summary>What one probe of a run came to.</summary>
/// <param name="Measurement">What it showed; kept unless it is inconclusive.</param>
/// <param name="CostNanoUsd">What it cost, nano-USD; null: the model is unpriced, or nothing was used.</param>
/// <param name="Change">How that differs from the measurement before; null: it does not.</param>
public sealed record ProbeResult(Measurement Measurement, long? CostNanoUsd, DialectChange? Change);
