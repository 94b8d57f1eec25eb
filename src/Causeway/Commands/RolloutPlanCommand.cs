using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway rollout plan</c></summary>
internal sealed class RolloutPlanCommand : ClientVerb<PlannedRollout>
{
    private readonly PlanOptions _plan = new();
    private readonly Surroundings _surroundings;
    private PlanRolloutRequest _asked = new();

    public RolloutPlanCommand(Surroundings surroundings)
        : base("plan", "Check a plan, or show the one that a rollout has when nothing else is said.", surroundings)
    {
        _surroundings = surroundings;
        Takes(_plan.All, "causeway rollout plan", "causeway rollout plan --json | jq .plan > plan.json", "causeway rollout plan --plan plan.json");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        (RolloutPlanBody? plan, int? ppm, string? problem) = _plan.Read(parsed, _surroundings);
        _asked = new PlanRolloutRequest { Plan = plan, Ppm = ppm };
        return problem;
    }

    protected override AdminRequest Ask(ParseResult parsed) => new(HttpMethod.Post, "/rollouts/plan", JsonSerializer.SerializeToUtf8Bytes(_asked, AdminJson.Asked.PlanRolloutRequest));

    protected override void Show(PlannedRollout answer, Connection connection, Screen screen)
    {
        RolloutScreen.Stages(answer.Plan, null, screen);
        if (answer.NeedsDrill)
        {
            screen.Remark("More than 25 % of the units is exposed: its way back has to be rehearsed before, or not rehearsing it explained with --skip-drill --reason TEXT.");
        }
    }
}
