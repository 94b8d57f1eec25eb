using Causeway.Contracts.Conformance;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conformance;

/// <summary>When probes run by themselves.</summary>
/// <param name="Every">How long a measurement may stand before it is made again; null: probes run only when they are asked for.</param>
/// <param name="MaxNanoUsd">What one run may cost.</param>
/// <param name="Models">Which, as <c>provider/model</c>.</param>
public sealed record ProbeTimetable(TimeSpan? Every, long MaxNanoUsd, IReadOnlyList<string> Models);

/// <summary>Runs the probes when they are due: when the newest measurement of one of the models is as old as the timetable allows.</summary>
public sealed class ProbeSchedule(
    ProbeTimetable timetable, ProbeRuns runs, MeasuredDialects measured, PolicyPublisher policies, Leadership leadership, TimeProvider time, ILogger<ProbeSchedule> log) : BackgroundService
{
    // Not longer, so that a clock that is set, or a measurement by hand, is noticed.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromSeconds(1);
    private DateTimeOffset? _lastRun;

    /// <summary>When the next run is due; the end of time where nothing is scheduled.</summary>
    public DateTimeOffset DueAt()
    {
        if (timetable is not { Every: { } every, Models.Count: > 0 })
        {
            return DateTimeOffset.MaxValue;
        }

        LatestConformance latest = measured.Latest;
        DateTimeOffset measuredAt = timetable.Models.Min(model => NewestOf(latest, model));

        // A model that tells nothing, because it cannot be reached, is not asked again before its time.
        DateTimeOffset from = _lastRun > measuredAt ? _lastRun.Value : measuredAt;
        return from == DateTimeOffset.MinValue ? from : from + every;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (timetable.Every is not null && !stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait = DueAt() - time.GetUtcNow();
            if (wait <= TimeSpan.Zero)
            {
                if (leadership.IsLeader) // Of several instances one asks; the others hear what was measured.
                {
                    await RunAsync();
                }

                wait = s_shortestWait;
            }

            await Task.Delay(wait < s_shortestWait ? s_shortestWait : wait < s_longestWait ? wait : s_longestWait, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A model that was never measured is due.
    private static DateTimeOffset NewestOf(LatestConformance latest, string name)
    {
        (string provider, string model) = Split(name);
        return latest.All.Where(one => one.Provider == provider && one.Model == model).Select(one => one.At).DefaultIfEmpty(DateTimeOffset.MinValue).Max();
    }

    private static (string Provider, string Model) Split(string name) => (name[..name.IndexOf('/', StringComparison.Ordinal)], name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    private async Task RunAsync()
    {
        PolicyRevision policy = policies.Current;
        List<ProbePin> pins = [];
        foreach (string name in timetable.Models)
        {
            (string provider, string model) = Split(name);
            if (policy.FindProvider(provider) is { } route)
            {
                pins.Add(new ProbePin(route, model));
            }
            else
            {
                LogEvents.NotProbed(log, name, "there is no such provider");
            }
        }

        if (pins.Count == 0)
        {
            _lastRun = time.GetUtcNow();
            return;
        }

        // One that somebody else began is waited for: what it did not measure is still due afterwards.
        bool isOurs = runs.TryStart(new ProbePlan(pins, ProbePlan.DefaultProbes, timetable.MaxNanoUsd), out ProbeRun run);
        if (isOurs)
        {
            _lastRun = time.GetUtcNow();
        }

        await run.Over;
    }
}
