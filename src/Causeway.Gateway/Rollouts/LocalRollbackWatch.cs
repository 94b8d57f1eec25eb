using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>Keeps at hand what a rollback without the store needs, and tells the store afterwards what was done without it. On every instance, once a second.</summary>
public sealed class LocalRollbackWatch(WaysBack ways, ReleaseDesk desk, TimeProvider time, ILogger<LocalRollbackWatch> log) : BackgroundService
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);
    private bool _isAway;

    /// <summary>One turn.</summary>
    public async Task TurnAsync(CancellationToken cancellation)
    {
        try
        {
            await ways.LookAsync(cancellation);
            await desk.TellLocalAsync(cancellation);
            _isAway = false;
        }
#pragma warning disable CA1031 // A store that is away is what all of this is for: the next turn tries again.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!_isAway)
            {
                LogEvents.LocalUntold(log, failure);
            }

            _isAway = true;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(s_between, time);
        try
        {
            do
            {
                await TurnAsync(stoppingToken);
            }
            while (await turns.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }
}
