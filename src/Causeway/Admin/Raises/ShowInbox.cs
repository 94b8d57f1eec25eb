using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Raises;

/// <summary><c>GET /raises</c> and <c>GET /raises/{id}</c>: what waits for somebody, and one request.</summary>
internal static class ShowInbox
{
    private static readonly QueryParameter s_all = new("all", "true: also what is decided and reviewed.") { Allowed = ["true", "false"] };

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/raises", ListAsync)
            .WithName("show_inbox").WithTags("raises").WithSummary("What waits for a decision or a review")
            .WithDescription("Requests for raises that are pending, and broken glasses that nobody has reviewed; newest first, at most 1,000 of each. A key for inference is shown what it asked for.")
            .WithMetadata(new TakesKeys())
            .Asks(s_all);
        api.MapGet("/raises/{id}", ShowAsync)
            .WithName("show_raise").WithTags("raises").WithSummary("Show a request for a raise")
            .WithMetadata(new TakesKeys())
            .Refuses(AdminError.RaiseUnknown);
    }

    private static async Task<Ok<RaiseInbox>> ListAsync(HttpContext http, RaiseDesk desk, BudgetLedger ledger)
    {
        bool all = s_all.IsOn(http.Request.Query);
        var actor = Actor.Of(http);
        IReadOnlyList<Raise> raises = await desk.ListAsync(onlyPending: !all, http.RequestAborted);
        if (actor.Key is not null)
        {
            return TypedResults.Ok(new RaiseInbox([.. raises.Where(raise => raise.RequestedBy == actor.Name).Select(raise => RaiseView.Of(raise, desk, ledger, seesAbove: false))], []));
        }

        IReadOnlyList<BrokenGlass> glass = await desk.ListGlassAsync(onlyUnreviewed: !all, http.RequestAborted);
        return TypedResults.Ok(new RaiseInbox([.. raises.Select(raise => RaiseView.Of(raise, desk, ledger))], [.. glass.Select(GlassView.Of)]));
    }

    private static async Task<Results<Ok<RaiseView>, Problem>> ShowAsync(string id, HttpContext http, RaiseDesk desk, BudgetLedger ledger) =>
        RaiseId.TryParse(id, out RaiseId name) && await desk.FindAsync(name, http.RequestAborted) is { } raise && (Actor.Of(http) is { Key: null } || raise.RequestedBy == Actor.Of(http).Name)
            ? TypedResults.Ok(RaiseView.Of(raise, desk, ledger, seesAbove: Actor.Of(http).Key is null))
            : RaiseProblems.Unknown(id);
}
