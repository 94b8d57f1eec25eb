using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Takes rollouts whose plans say so to their next stage by itself, where time, units, evidence and rehearsal are there; holds or rolls back those whose evidence does not come. Never finalizes. Of
/// several instances one does, by what all of them have seen; of copies in a shadow stage, by its own.
/// </summary>
public sealed class StageKeeper(ReleaseDesk desk, PolicyPublisher policies, Leadership leadership, TimeProvider time, ILogger<StageKeeper> log) : Chore(s_between, leadership, time)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        HashSet<string> asked = new(StringComparer.Ordinal); // A group is all or none: each is asked once.
        foreach (string channel in policy.Channels.Keys)
        {
            if (policy.Routing.RoutingOf(channel).Active is { Plan.Automatic: true } rollout
                && RolloutStep.Automatic(channel, rollout, await desk.EvidenceOfAsync(channel, rollout, cancellation), Time.GetUtcNow()) is { } due)
            {
                await ActAsync(channel, rollout, due.Step, due.Why, asked, cancellation);
            }
        }
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.StagesFailed(log, failure);

    private async Task ActAsync(string channel, Rollout rollout, AutomaticStep step, string why, HashSet<string> asked, CancellationToken cancellation)
    {
        if (step == AutomaticStep.Advance)
        {
            // Planned again on what the store holds: a person may have been faster, and a refusal leaves it where it is. Of a group it is all or none: who is not ready yet keeps the others.
            if (policies.Current.Routing.RoutingOf(channel).Group is { } group && group == rollout.Group)
            {
                if (asked.Add(group))
                {
                    await desk.StepGroupAsync(group, RolloutVerb.Advance, needsTwo: false, force: false, ReleaseDesk.Automatic, "automatic", cancellation);
                }

                return;
            }

            await desk.AdvanceAsync(channel, force: false, ReleaseDesk.Automatic, "automatic", cancellation);
            return;
        }

        await desk.ActAsync(channel, rollout, new GuardCrossing(null, step == AutomaticStep.Rollback ? GuardAction.Rollback : GuardAction.Hold, why, []), cancellation);
    }
}
