using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Causeway.Admin.Raises;

/// <summary><c>POST /raises/{id}/approve</c> and <c>POST /raises/{id}/deny</c></summary>
internal static class DecideRaise
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/raises/{id}/approve", ApproveAsync)
            .WithName("approve_raise").WithTags("raises").WithSummary("Approve a request for a raise")
            .WithDescription("Bound to what was shown by its digest. The same approval again is answered the same. Above budgets.two_approvers_above it waits for a second approver.")
            .Reads<RaiseApproval>("What was shown, and how much of it.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.RaiseUnknown, AdminError.RaiseInvalid,
                AdminError.SelfApproval, AdminError.RaiseChanged, AdminError.RaiseDecided, AdminError.RaiseExpired);
        api.MapPost("/raises/{id}/deny", DenyAsync)
            .WithName("deny_raise").WithTags("raises").WithSummary("Deny a request for a raise, or take it back")
            .WithDescription("Whoever asked takes it back with this.")
            .Reads<RaiseDenial>("Why.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.RaiseUnknown, AdminError.RaiseInvalid,
                AdminError.RaiseDecided, AdminError.RaiseExpired, AdminError.RaiseChanged);
    }

    private static async Task<Results<Ok<RaiseView>, Problem>> ApproveAsync(string id, HttpContext http, RaiseDesk desk, BudgetLedger ledger, ILogger<AdminGate> log)
    {
        (RaiseApproval? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RaiseApproval);
        if (asked is null)
        {
            return problem!;
        }

        if (!RaiseId.TryParse(id, out RaiseId name) || await desk.FindAsync(name, http.RequestAborted) is not { } shown)
        {
            return RaiseProblems.Unknown(id);
        }

        FieldProblem[] wrong = [.. asked.Problems(shown, out long? amount), .. RaiseProblems.Reason(asked.Reason, isRequired: false)];
        return wrong.Length > 0
            ? new Problem(AdminError.RaiseInvalid, "Mend what \"errors\" names; nothing was approved.", wrong)
            : Answer(await desk.ApproveAsync(name, amount, asked.Digest, Actor.Of(http).Name, asked.Reason, CancellationToken.None), http, desk, ledger, log);
    }

    private static async Task<Results<Ok<RaiseView>, Problem>> DenyAsync(string id, HttpContext http, RaiseDesk desk, BudgetLedger ledger, ILogger<AdminGate> log)
    {
        (RaiseDenial? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.RaiseDenial);
        if (asked is null)
        {
            return problem!;
        }

        if (!RaiseId.TryParse(id, out RaiseId name))
        {
            return RaiseProblems.Unknown(id);
        }

        FieldProblem[] wrong = [.. RaiseProblems.Reason(asked.Reason)];
        return wrong.Length > 0
            ? new Problem(AdminError.RaiseInvalid, "Mend what \"errors\" names; nothing was denied.", wrong)
            : Answer(await desk.DenyAsync(name, Actor.Of(http).Name, asked.Reason, CancellationToken.None), http, desk, ledger, log);
    }

    private static Results<Ok<RaiseView>, Problem> Answer(RaiseOutcome outcome, HttpContext http, RaiseDesk desk, BudgetLedger ledger, ILogger<AdminGate> log)
    {
        if (outcome.Raise is not { } raise)
        {
            return RaiseProblems.Of(outcome.Fault!, AdminError.RaiseInvalid);
        }

        AdminEvents.RaiseDecided(log, raise.Id.ToString(), RaiseJson.Word(raise.State), Actor.Of(http).Name, RaiseRules.Amount(raise, raise.Granted));
        return TypedResults.Ok(RaiseView.Of(raise, desk, ledger));
    }
}

/// <summary>What was shown, and how much of it.</summary>
internal sealed record RaiseApproval
{
    [Required, Description("\"digest\" of the request that was looked at.")]
    public string Digest { get; set; } = "";

    [Description("What amount counts; the request's own when left out.")]
    public string? Meter { get; init; }

    [Description("Less than was asked for; all of it when left out.")]
    public string? Amount { get; init; }

    [Description("Why, at most 500 characters.")]
    public string? Reason { get; init; }

    public IEnumerable<FieldProblem> Problems(Raise shown, out long? amount)
    {
        amount = null;
        List<FieldProblem> problems = [];
        if (Digest.Length != 64 || !Digest.All(char.IsAsciiHexDigitLower))
        {
            problems.Add(new FieldProblem("digest", Digest.Length == 0 ? "is missing" : "is not the digest of a request: 64 hex digits"));
        }

        if (Meter is not null && Meter != shown.Meter.Word())
        {
            problems.Add(new FieldProblem("meter", $"is not what was asked for: {shown.Id} asks for {shown.Meter.Word()}"));
        }
        else if (Amount is not null)
        {
            if (RaiseProblems.TryAmount(shown.Meter, Amount, out long less, out string problem))
            {
                amount = less;
            }
            else
            {
                problems.Add(new FieldProblem("amount", Printable.Cut(problem)));
            }
        }

        return problems;
    }
}

/// <summary>Why not.</summary>
internal sealed record RaiseDenial
{
    [Required, Description("1 to 500 characters.")]
    public string Reason { get; set; } = "";
}
