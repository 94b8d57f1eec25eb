using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Admin.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Runaway;
using Causeway.Gateway.Inbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Runs;

/// <summary><c>POST /runs/lift</c>: lets a run go on. Its id is in the body, since it may hold any visible character.</summary>
internal static class LiftRun
{
    public static void Map(RouteGroupBuilder api) => api.MapPost("/runs/lift", RunAsync)
        .WithName("lift_run").WithTags("runs").WithSummary("Let a run go on")
        .WithDescription("What was seen of it counts no longer, and its limits begin anew. It holds from its next call on, and is kept in the ledger with the reason.")
        .Reads<LiftRunRequest>("Which run, and why.")
        .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantUnknown, AdminError.RunUnknown, AdminError.RunLiftInvalid);

    private static async Task<Results<Ok<WatchedRun>, Problem>> RunAsync(HttpContext http, InferenceGateway gateway, BudgetLedger ledger, ILogger<AdminGate> log)
    {
        (LiftRunRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.LiftRunRequest);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong =
        [
            .. RunKey.IsRunId(asked.Run) ? Array.Empty<FieldProblem>() : [new FieldProblem("run", $"is a run's id: 1 to {RunKey.MaxLength} visible ASCII characters without blanks")],
            .. GivenReason.Problems(asked.Reason),
        ];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.RunLiftInvalid, "Mend what \"errors\" names; nothing was lifted.", wrong);
        }

        if (GrantView.Find(asked.Grant, ledger) is not { } node)
        {
            return GrantView.Unknown(asked.Grant);
        }

        RunKey key = new(node.Grant.Id, asked.Run);
        if (gateway.Runs.Show(key) is not { } before || gateway.Runs.Lift(key) is not { } lifted)
        {
            return new Problem(AdminError.RunUnknown, $"No run \"{Printable.Cut(asked.Run)}\" of {node.Grant.Id} is known to this instance, so it holds none of it. Runs are watched by each instance for itself (causeway instances): ask the one that told the caller, or list what this one holds with: causeway run list");
        }

        string stage = RunWords.Of(before.Stage);
        await ledger.Note(
            new LedgerEvent(LedgerEventKind.RunAction, 0)
            {
                Grant = node.Grant.Id,
                Code = "run_lifted",
                Actor = Actor.Of(http).Name,
                Reason = asked.Reason,
                Detail = $"Run \"{asked.Run}\" was {stage}{(before.Explanation.Length > 0 ? ": " + before.Explanation : ".")}",
            },
            isAwaited: true);
        AdminEvents.RunLifted(log, asked.Run, node.Grant.Id.ToString(), stage, asked.Reason);
        return TypedResults.Ok(WatchedRun.Of(lifted));
    }
}

/// <summary>A run that is to go on.</summary>
internal sealed record LiftRunRequest
{
    // "set": the generated reader gives an "init" member that is missing null in place of its default.
    [Required, Description("The grant that pays for it.")]
    public string Grant { get; set; } = "";

    [Required, Description("The run's id, as its calls name it.")]
    public string Run { get; set; } = "";

    [Required, Description("Why. It is kept in the ledger.")]
    public string Reason { get; set; } = "";
}
