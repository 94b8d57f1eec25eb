using Causeway.Gateway.Telemetry;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Acts on what guards have crossed: a rollout goes back to base, or is held. It never goes forward, never rolls a rollback back, and acts on a rollout that is under
/// way and on no other.
/// </summary>
public sealed class RolloutPilot(RolloutBook book, ReleaseDesk desk, ILogger<RolloutPilot> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach ((string channel, Rollout rollout, GuardCrossing crossing) in book.Crossings.ReadAllAsync(stoppingToken))
            {
                await ActAsync(channel, rollout, crossing, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task ActAsync(string channel, Rollout rollout, GuardCrossing crossing, CancellationToken stopping)
    {
        GuardCrossing crossed = crossing with { At = desk.Now }; // However often it has to be tried.
        LogEvents.GuardCrossed(log, channel, rollout.Id.ToString(), crossing.Action, crossing.Evidence);
        for (TimeSpan wait = TimeSpan.FromMilliseconds(100); ; wait *= 2)
        {
            try
            {
                await desk.ActAsync(channel, rollout, crossed, stopping);
                return;
            }
#pragma warning disable CA1031 // Whatever keeps it from acting, it tries again: the lease of the candidate runs out meanwhile if it is the store.
            catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogEvents.GuardFailed(log, channel, failure);
                await desk.WaitAsync(wait < TimeSpan.FromSeconds(5) ? wait : TimeSpan.FromSeconds(5), stopping);
            }
        }
    }
}
