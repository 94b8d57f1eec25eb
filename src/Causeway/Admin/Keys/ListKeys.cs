using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Keys;

/// <summary>
/// <c>GET /keys</c>: the keys as the policy in force knows them, newest first. What this list says is what the next request meets.
/// </summary>
internal static class ListKeys
{
    private static readonly QueryParameter s_team = new("team", "Only this team's.");
    private static readonly QueryParameter s_feature = new("feature", "Only this feature's.");
    private static readonly QueryParameter s_env = new("env", "Only this environment's.") { Allowed = Attribution.Environments };
    private static readonly QueryParameter s_centre = new("cost_centre", "Only those of this cost centre.");
    private static readonly QueryParameter s_state = new("state", "Only those in this state; all when left out.") { Allowed = ["active", "expired", "revoked", "all"] };
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 200) };
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/keys", Run)
        .WithName("list_keys").WithTags("keys").WithSummary("List keys")
        .WithDescription("Newest first, in pages. Revoked and expired keys stay in the list.")
        .Asks(s_team, s_feature, s_env, s_centre, s_state, s_limit, s_cursor)
        .Refuses(AdminError.QueryInvalid);

    private static Results<Ok<KeyPage>, Problem> Run(HttpContext http, PolicyPublisher policies, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        string? cursor = s_cursor.Text(query);
        if (cursor is not null && !KeyId.TryParse(cursor, out _))
        {
            return new Problem(AdminError.QueryInvalid, "Read the first page again.", [new FieldProblem("cursor", "is not the \"next\" of a page")]);
        }

        DateTimeOffset now = time.GetUtcNow();
        int limit = s_limit.Number(query);
        KeyView[] page =
        [
            .. Select(policies.Current.Keys.All, query)
                .Select(key => KeyView.Of(key, now))
                .Where(InState(s_state.Text(query)))
                .Where(key => cursor is null || string.CompareOrdinal(key.Id, cursor) < 0) // Ids sort by time.
                .OrderByDescending(key => key.Id, StringComparer.Ordinal)
                .Take(limit + 1),
        ];
        return TypedResults.Ok(page.Length > limit ? new KeyPage(page[..limit], page[limit - 1].Id) : new KeyPage(page));
    }

    private static IEnumerable<Key> Select(IEnumerable<Key> keys, IQueryCollection query)
    {
        (string? team, string? feature, string? env, string? centre) = (s_team.Text(query), s_feature.Text(query), s_env.Text(query), s_centre.Text(query));
        return keys.Where(key =>
            (team is null || key.Attribution.Team == team)
            && (feature is null || key.Attribution.Feature == feature)
            && (env is null || key.Attribution.Environment == env)
            && (centre is null || key.Attribution.CostCentre == centre));
    }

    private static Func<KeyView, bool> InState(string? state) => state switch
    {
        "active" => key => key.State == KeyState.Active,
        "expired" => key => key.State == KeyState.Expired,
        "revoked" => key => key.State == KeyState.Revoked,
        _ => _ => true,
    };
}

/// <summary>A page of keys.</summary>
internal sealed record KeyPage(
    IReadOnlyList<KeyView> Keys,
    [property: Description("The cursor of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);
