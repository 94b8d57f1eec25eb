using System.CommandLine;

namespace Causeway.Commands;

/// <summary><c>causeway rollout</c></summary>
internal static class RolloutCommand
{
    public static Command Create(Surroundings surroundings) => new("rollout", "Take a channel from one release to the next, stage by stage.")
    {
        new RolloutPlanCommand(surroundings),
        new RolloutStartCommand(surroundings),
        new RolloutStatusCommand(surroundings),
        new RolloutStepCommand(surroundings, "advance", "Go to the next stage.", "causeway rollout advance support", "causeway rollout advance support --force --reason \"few units, looked at by hand\""),
        new RolloutStepCommand(surroundings, "pause", "Let base answer everybody until it is resumed.", "causeway rollout pause support --reason \"launch day\""),
        new RolloutStepCommand(surroundings, "resume", "Let the same units meet the candidate again.", "causeway rollout resume support"),
        new RolloutStepCommand(surroundings, "abort", "Give it up: base answers everybody, and the candidate is not in quarantine.", "causeway rollout abort support --reason \"superseded\""),
        new RolloutStepCommand(surroundings, "finalize", "Point the channel at the candidate: the point of no return.", "causeway rollout finalize support"),
    };
}
