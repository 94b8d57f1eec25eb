using Causeway.Budgets.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Grants;

/// <summary><c>GET /grants/{id}</c></summary>
internal static class ShowGrant
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/grants/{id}", Run)
        .WithName("show_grant").WithTags("grants").WithSummary("Show a grant")
        .WithDescription("Its effective scope and what became of its limits.")
        .Refuses(AdminError.GrantUnknown);

    private static Results<Ok<GrantView>, Problem> Run(string id, BudgetLedger ledger, TimeProvider time) =>
        GrantView.Find(id, ledger) is { } node ? TypedResults.Ok(GrantView.Of(node, ledger, time.GetUtcNow())) : GrantView.Unknown(id);
}
