using System.ComponentModel;
using Causeway.Admin.Spend;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Grants;

/// <summary><c>GET /grants/{id}/impact</c>: what would stop with it, before it is suspended or revoked.</summary>
internal static class ShowImpact
{
    private const int MaxUsers = 100;
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/grants/{id}/impact", RunAsync)
        .WithName("show_grant_impact").WithTags("grants").WithSummary("What would stop with a grant")
        .WithDescription("What a suspension or a revocation takes along: the grants below it, their active keys, the requests that are being answered, and who used it in the last 24 hours. Changes nothing.")
        .Refuses(AdminError.GrantUnknown);

    private static async Task<Results<Ok<GrantImpact>, Problem>> RunAsync(
        string id, HttpContext http, BudgetLedger ledger, PolicyPublisher policies, IUsageStore usage, Journal journal, TimeProvider time)
    {
        if (GrantView.Find(id, ledger) is not { } node)
        {
            return GrantView.Unknown(id);
        }

        DateTimeOffset now = time.GetUtcNow();
        Key[] keys = [.. policies.Current.Keys.All.Where(key => key.StateAt(now) == KeyState.Active && GrantOf(key, ledger)?.Path.Contains(node) is true)];
        Dictionary<string, Key> known = keys.ToDictionary(key => key.Id.ToString());
        await journal.CatchUpAsync(time, http.RequestAborted);
        SpendWindow window = SpendWindow.Of(now - s_day, null);
        IReadOnlyList<SpendRow> rows = known.Count == 0 ? [] : await usage.SpendAsync(new SpendQuery([SpendDimension.Key], window.Since, window.Last), http.RequestAborted);
        GrantUser[] users =
        [
            .. rows.Where(row => known.ContainsKey(row.Group[0])).GroupBy(row => known[row.Group[0]].Attribution)
                .Select(group => new GrantUser(group.Key.Team, group.Key.Feature, group.Key.Environment, group.Sum(row => row.Requests), group.Sum(row => row.CostNanoUsd)))
                .OrderByDescending(user => user.Requests).ThenBy(user => user.Team, StringComparer.Ordinal),
        ];
        return TypedResults.Ok(new GrantImpact(
            node.Grant.Id.ToString(),
            ledger.Grants.Count(other => other != node && other.Path.Contains(node) && other.Grant.Kind != GrantKind.Account && other.Grant.Status == GrantStatus.Active),
            keys.Length,
            ledger.OpenBelow(node),
            users.Sum(user => user.Requests),
            users.Sum(user => user.CostNanoUsd),
            [.. users.Take(MaxUsers)]));
    }

    private static GrantNode? GrantOf(Key key, BudgetLedger ledger) => ledger.Find(key.Grant ?? BudgetLedger.DefaultId(key.Attribution.Team));
}

/// <summary>What would stop with a grant.</summary>
internal sealed record GrantImpact(
    string Grant,
    [property: Description("Active grants below it.")] int Grants,
    [property: Description("Active keys of it and of those below.")] int Keys,
    [property: Description("Requests being answered now that draw on it.")] int OpenRequests,
    [property: Description("Requests of those keys in the last 24 hours, in whole hours.")] long Requests,
    [property: Description("What they cost.")] long CostNanoUsd,
    [property: Description("Who used it in that time, the most first, 100 at most.")] IReadOnlyList<GrantUser> UsedBy);

/// <summary>Somebody who used a grant.</summary>
internal sealed record GrantUser(string Team, string Feature, string Env, long Requests, long CostNanoUsd);
