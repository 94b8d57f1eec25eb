using Causeway.Admin.Grants;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Inbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Runs;

/// <summary><c>GET /runs</c>: what the guard of runs knows.</summary>
internal static class ListRuns
{
    private static readonly QueryParameter s_stage = new("stage", "Only those that stand there; left out: all on the ladder, and those that a limit refuses.")
    {
        Allowed = [.. Enum.GetValues<RunStage>().Select(RunWords.Of)],
    };

    private static readonly QueryParameter s_grant = new("grant", "Only those that this grant pays for.");
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 10_000, 1_000) };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/runs", Run)
        .WithName("list_runs").WithTags("runs").WithSummary("List runs of agents that were warned, slowed or stopped")
        .WithDescription("The one that called last first. Runs are remembered in memory: for an hour after their last call, for a day where one waits for a person, and not across a restart.")
        .Asks(s_stage, s_grant, s_limit)
        .Refuses(AdminError.GrantUnknown);

    private static Results<Ok<WatchedRunList>, Problem> Run(HttpContext http, InferenceGateway gateway, BudgetLedger ledger)
    {
        IQueryCollection query = http.Request.Query;
        GrantId? grant = null;
        if (s_grant.Text(query) is { } id)
        {
            if (GrantView.Find(id, ledger) is not { } node)
            {
                return GrantView.Unknown(id);
            }

            grant = node.Grant.Id;
        }

        string? stage = s_stage.Text(query);
        IEnumerable<RunView> runs = gateway.Runs.List(int.MaxValue, stage is null ? RunStage.Warned : RunStage.Watching)
            .Where(run => (stage is null || RunWords.Of(run.Stage) == stage) && (grant is null || run.Key.Grant == grant))
            .Take(s_limit.Number(query));
        return TypedResults.Ok(new WatchedRunList([.. runs.Select(WatchedRun.Of)]));
    }
}
