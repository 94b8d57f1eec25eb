using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Grants;

/// <summary><c>GET /grants</c>: the tree with what is used, held and left.</summary>
internal static class ListGrants
{
    private const string Driest = "driest";
    private static readonly QueryParameter s_below = new("below", "Only this grant and those below it.");
    private static readonly QueryParameter s_holder = new("holder", "Only those of this holder: team/NAME or feature/NAME.");
    private static readonly QueryParameter s_top = new("top", "true: only those with nothing above them.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_all = new("all", "Revoked and expired ones too.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_order = new("order", "driest: only those with limits, and of those the ones with the least left first; tree when left out.") { Allowed = ["tree", Driest] };
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 10_000, 1_000) };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/grants", RunAsync)
        .WithName("list_grants").WithTags("grants").WithSummary("Show the tree of grants")
        .WithDescription("Each grant after the one above it, the oldest first. A key for inference is shown its own, alone.")
        .WithMetadata(new TakesKeys())
        .Asks(s_below, s_holder, s_top, s_all, s_order, s_limit)
        .Refuses(AdminError.QueryInvalid, AdminError.GrantUnknown);

    private static async Task<Results<Ok<GrantList>, Problem>> RunAsync(HttpContext http, BudgetLedger ledger, TimeProvider time) =>
        Actor.Of(http).Key is { } key ? TypedResults.Ok(new GrantList([OwnGrant.Show(await OwnGrant.OfAsync(key, ledger), ledger, time.GetUtcNow())])) : Run(http, ledger, time);

    private static Results<Ok<GrantList>, Problem> Run(HttpContext http, BudgetLedger ledger, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        GrantNode? top = null;
        if (s_below.Text(query) is { } below && (top = GrantView.Find(below, ledger)) is null)
        {
            return GrantView.Unknown(below);
        }

        DateTimeOffset now = time.GetUtcNow();
        string? holder = s_holder.Text(query);
        bool all = s_all.IsOn(query);
        ILookup<GrantId?, GrantNode> children = ledger.Grants.OrderBy(node => node.Grant.CreatedAt).ThenBy(node => node.Grant.Id.Value).ToLookup(node => node.Grant.Parent);
        IEnumerable<GrantView> views = (top is not null ? [top] : children[null])
            .SelectMany(root => s_top.IsOn(query) ? [root] : Descend(root, children))
            .Where(node => holder is null || node.Grant.Holder.ToString() == holder)
            .Select(node => GrantView.Of(node, ledger, now))
            .Where(view => all || view.Status is "active" or "suspended");
        if (s_order.Text(query) == Driest)
        {
            views = views.Select(view => (View: view, Left: LeftOf(view))).Where(one => one.Left is not null).OrderBy(one => one.Left).Select(one => one.View);
        }

        return TypedResults.Ok(new GrantList([.. views.Take(s_limit.Number(query))]));
    }

    // The share that is left of the limit that has the least. What paces another limit, or bounds what runs at a time, is used up and full again all the time.
    private static double? LeftOf(GrantView view) => view.Limits
        .Where(limit => limit is { Pace: false, Amount: > 0 } && limit.Meter != Budgets.Grants.Meter.Concurrent.Word())
        .Min(limit => (double?)limit.Left / limit.Amount);

    private static IEnumerable<GrantNode> Descend(GrantNode node, ILookup<GrantId?, GrantNode> children) =>
        children[node.Grant.Id].SelectMany(child => Descend(child, children)).Prepend(node);
}
