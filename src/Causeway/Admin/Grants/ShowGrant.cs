using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Grants;

/// <summary><c>GET /grants/{id}</c></summary>
internal static class ShowGrant
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/grants/{id}", RunAsync)
        .WithName("show_grant").WithTags("grants").WithSummary("Show a grant")
        .WithDescription("Its effective scope and what became of its limits. A key for inference is shown its own.")
        .WithMetadata(new TakesKeys())
        .Refuses(AdminError.GrantUnknown);

    private static async Task<Results<Ok<GrantView>, Problem>> RunAsync(string id, HttpContext http, BudgetLedger ledger, TimeProvider time)
    {
        GrantNode? own = Actor.Of(http).Key is { } key ? await OwnGrant.OfAsync(key, ledger) : null;
        return GrantView.Find(id, ledger) is not { } node || (own is not null && own != node) ? GrantView.Unknown(id)
            : TypedResults.Ok(own is null ? Whole(node, ledger, time.GetUtcNow()) : OwnGrant.Show(node, ledger, time.GetUtcNow()));
    }

    private static GrantView Whole(GrantNode node, BudgetLedger ledger, DateTimeOffset now)
    {
        // Of one that is over, what is below it is over too.
        bool all = !GrantView.IsShown(node, now);
        GrantNode[] below = [.. ledger.Grants.Where(other => other != node && other.Path.Contains(node) && (all || GrantView.IsShown(other, now)))];
        return GrantView.Of(node, ledger, now) with { Children = below.Count(other => other.Grant.Parent == node.Grant.Id), Below = below.Length, Above = [.. node.Path.Reverse().Where(above => above != node).Select(above => new GrantName(above.Grant.Id.ToString(), above.Grant.Holder.ToString()))] };
    }
}
