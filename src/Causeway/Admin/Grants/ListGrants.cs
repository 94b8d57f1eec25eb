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
    private static readonly QueryParameter s_depth = new("depth", "How many levels below the top that is shown; all of them when left out.") { Count = (0, Grant.MaxDepth, Grant.MaxDepth) };
    private static readonly QueryParameter s_holder = new("holder", "Only those of this holder: team/NAME or feature/NAME.");
    private static readonly QueryParameter s_find = new("find", "Only those whose holder or id has this text in it, whatever the case, with those above them.");
    private static readonly QueryParameter s_top = new("top", "true: only those with nothing above them.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_all = new("all", "Revoked and expired ones too.") { Allowed = ["true", "false"] };
    private static readonly QueryParameter s_order = new("order", "driest: only those with limits, and of those the ones with the least left first; tree when left out.") { Allowed = ["tree", Driest] };
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 10_000, 1_000) };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/grants", RunAsync)
        .WithName("list_grants").WithTags("grants").WithSummary("Show the tree of grants")
        .WithDescription("Each grant after the one above it, the oldest first. A key for inference is shown its own, alone. Of a large tree list_grant_branches answers what is looked at.")
        .WithMetadata(new TakesKeys())
        .Asks(s_below, s_depth, s_holder, s_find, s_top, s_all, s_order, s_limit)
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
        int depth = s_depth.Number(query) + (top?.Path.Length ?? 1);
        IEnumerable<GrantNode> nodes = (top is not null ? [top] : children[null])
            .SelectMany(root => s_top.IsOn(query) ? [root] : Descend(root, children))
            .Where(node => node.Path.Length <= depth && (holder is null || node.Grant.Holder.ToString() == holder) && (all || GrantView.IsShown(node, now)));
        if (s_find.Text(query) is { } text)
        {
            return TypedResults.Ok(Find(text, [.. nodes], top, ledger, s_limit.Number(query), now));
        }

        IEnumerable<GrantView> views = nodes.Select(node => GrantView.Of(node, ledger, now));
        if (s_order.Text(query) == Driest)
        {
            views = views.Select(view => (View: view, Left: LeftOf(view))).Where(one => one.Left is not null).OrderBy(one => one.Left).Select(one => one.View);
        }

        return TypedResults.Ok(new GrantList([.. views.Take(s_limit.Number(query))]));
    }

    // What matches, as far as it goes, and what stands above that: a match alone says nothing of where it is.
    private static GrantList Find(string text, GrantNode[] nodes, GrantNode? top, BudgetLedger ledger, int limit, DateTimeOffset now)
    {
        HashSet<GrantNode> matching = [.. nodes.Where(node => node.Grant.Holder.ToString().Contains(text, StringComparison.OrdinalIgnoreCase) || node.Grant.Id.ToString().Contains(text, StringComparison.OrdinalIgnoreCase))];
        HashSet<GrantNode> shown = [];
        foreach (GrantNode node in nodes.Where(matching.Contains).TakeWhile(_ => shown.Count < limit))
        {
            shown.UnionWith(node.Path.Where(above => top is null || above.Path.Contains(top)));
        }

        return new GrantList([.. nodes.Where(shown.Contains).Take(limit).Select(node => GrantView.Of(node, ledger, now) with { Matches = matching.Contains(node) })], matching.Count);
    }

    // The share that is left of the limit that has the least. What paces another limit, or bounds what runs at a time, is used up and full again all the time.
    private static double? LeftOf(GrantView view) => view.Limits
        .Where(limit => limit is { Pace: false, Amount: > 0 } && limit.Meter != Budgets.Grants.Meter.Concurrent.Word())
        .Min(limit => (double?)limit.Left / limit.Amount);

    private static IEnumerable<GrantNode> Descend(GrantNode node, ILookup<GrantId?, GrantNode> children) =>
        children[node.Grant.Id].SelectMany(child => Descend(child, children)).Prepend(node);
}
