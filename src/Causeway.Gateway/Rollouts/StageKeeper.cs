using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Takes rollouts whose plans say so to their next stage by itself, where time, units, evidence and rehearsal are there; holds or rolls back those whose evidence does not come. Never finalizes. Of
/// several instances one does, by what it has seen itself: less than all of it, never more.
/// </summary>
public sealed class StageKeeper(ReleaseDesk desk, PolicyPublisher policies, Leadership leadership, TimeProvider time, ILogger<StageKeeper> log) : BackgroundService
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    /// <summary>Looks once at every rollout.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        foreach (string channel in policy.Channels.Keys)
        {
            if (policy.Routing.RoutingOf(channel).Active is { Plan.Automatic: true } rollout
                && RolloutStep.Automatic(channel, rollout, await desk.EvidenceOfAsync(channel, rollout, cancellation), time.GetUtcNow()) is { } due)
            {
                await ActAsync(channel, rollout, due.Step, due.Why, cancellation);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(s_between, time);
        try
        {
            while (await turns.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (leadership.IsLeader)
                    {
                        await LookAsync(stoppingToken);
                    }
                }
#pragma warning disable CA1031 // The owner's edge: the next turn tries again, and the stage stays where it is meanwhile.
                catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    LogEvents.StagesFailed(log, failure);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private async Task ActAsync(string channel, Rollout rollout, AutomaticStep step, string why, CancellationToken cancellation)
    {
        if (step == AutomaticStep.Advance)
        {
            // Planned again on what the store holds: a person may have been faster, and a refusal leaves it where it is.
            await desk.AdvanceAsync(channel, force: false, ReleaseDesk.Automatic, "automatic", cancellation);
            return;
        }

        await desk.ActAsync(channel, rollout, new GuardCrossing(null, step == AutomaticStep.Rollback ? GuardAction.Rollback : GuardAction.Hold, why, []), cancellation);
    }
}
