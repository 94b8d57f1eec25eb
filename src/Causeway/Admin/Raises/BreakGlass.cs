using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Raises;

/// <summary><c>POST /glass</c> and <c>POST /glass/{id}/ack</c>: breaks the glass, and closes the review of it.</summary>
internal static class BreakGlass
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/glass", BreakAsync)
            .WithName("break_glass").WithTags("raises").WithSummary("Break the glass")
            .WithDescription("At once and without approval: raises the money limits of the grant from the nearest seal, for an hour at most. Lifts amounts, never scope. Logged as critical, counted, and left in the inbox for a review.")
            .Reads<GlassRequest>("For which grant, how much, how long and why.")
            .Refuses(
                AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GrantUnknown, AdminError.GlassInvalid, AdminError.SealMissing, AdminError.SealExceeded);
        api.MapPost("/glass/{id}/ack", ReviewAsync)
            .WithName("review_glass").WithTags("raises").WithSummary("Close the review of a broken glass")
            .WithDescription("The first review stands.")
            .Reads<GlassReview>("What the review found.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.GlassUnknown, AdminError.GlassInvalid);
    }

    private static async Task<Results<Created<GlassView>, Problem>> BreakAsync(HttpContext http, RaiseDesk desk, GlassAlarm alarm)
    {
        (GlassRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.GlassRequest);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong = [.. asked.Problems(out GrantId grant, out long nanoUsd, out TimeSpan lifetime), .. RaiseProblems.Reason(asked.Reason)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.GlassInvalid, "Mend what \"errors\" names; nothing was broken.", wrong);
        }

        (BrokenGlass? broken, DelegationFault? fault) = await desk.BreakAsync(grant, nanoUsd, lifetime, Actor.Of(http).Name, asked.Reason);
        if (broken is null)
        {
            return RaiseProblems.Of(fault!, AdminError.GlassInvalid);
        }

        alarm.Raise(broken);
        return TypedResults.Created($"{AdminApi.Root}/glass/{broken.Name}", GlassView.Of(broken));
    }

    private static async Task<Results<Ok<GlassView>, Problem>> ReviewAsync(string id, HttpContext http, RaiseDesk desk, GlassAlarm alarm)
    {
        (GlassReview? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.GlassReview);
        if (asked is null)
        {
            return problem!;
        }

        FieldProblem[] wrong = [.. RaiseProblems.Reason(asked.Reason)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.GlassInvalid, "Mend what \"errors\" names; the review is still to be done.", wrong);
        }

        if (!BrokenGlass.TryParse(id, out Guid name) || await desk.ReviewAsync(name, Actor.Of(http).Name, asked.Reason, CancellationToken.None) is not { } reviewed)
        {
            return new Problem(AdminError.GlassUnknown, $"No broken glass is called \"{Printable.Cut(id)}\". List them with: causeway grant inbox --all");
        }

        alarm.Reviewed(reviewed);
        return TypedResults.Ok(GlassView.Of(reviewed));
    }
}

/// <summary>For which grant, how much, how long and why.</summary>
internal sealed record GlassRequest
{
    [Required, Description("The grant that needs more.")]
    public string Grant { get; set; } = "";

    [Required, Description("How much, USD: 20.")]
    public string Usd { get; set; } = "";

    [Required, Description("For how long: 1m to 60m.")]
    public string For { get; set; } = "";

    [Required, Description("Why, 1 to 500 characters.")]
    public string Reason { get; set; } = "";

    public IEnumerable<FieldProblem> Problems(out GrantId grant, out long nanoUsd, out TimeSpan lifetime)
    {
        List<FieldProblem> problems = [];
        if (!GrantId.TryParse(Grant, out grant))
        {
            problems.Add(new FieldProblem("grant", Grant.Length == 0 ? "is missing" : "is not the id of a grant"));
        }

        if (!RaiseProblems.TryAmount(Meter.Usd, Usd, out nanoUsd, out string problem))
        {
            problems.Add(new FieldProblem("usd", Usd.Length == 0 ? "is missing" : Printable.Cut(problem)));
        }

        if (!Moment.TryParseSpan(For, out lifetime) || lifetime > BudgetLedger.LongestBreak)
        {
            problems.Add(new FieldProblem("for", For.Length == 0 ? "is missing" : "is 1m to 60m: whoever needs longer asks for a raise"));
        }

        return problems;
    }
}

/// <summary>What the review found.</summary>
internal sealed record GlassReview
{
    [Required, Description("1 to 500 characters.")]
    public string Reason { get; set; } = "";
}
