using Causeway.Budgets.Keys.Capabilities;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Revocations;

/// <summary><c>GET /revocations</c>: the narrowed keys that the next request with them is refused for.</summary>
internal static class ListRevocations
{
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 200) };
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/revocations", Run)
        .WithName("list_revocations").WithTags("keys").WithSummary("List revoked narrowed keys")
        .WithDescription("Newest first, in pages. Those that would be over by now are gone; the audit keeps them. Keys that were revoked as a whole are in GET /keys.")
        .Asks(s_limit, s_cursor)
        .Refuses(AdminError.QueryInvalid);

    private static Results<Ok<RevocationPage>, Problem> Run(HttpContext http, PolicyPublisher policies, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        Revocation[] all = [.. policies.Current.Revoked.All.Where(revocation => !revocation.IsOverAt(now)).OrderByDescending(revocation => revocation.RevokedAt).ThenBy(revocation => revocation.Id.Value)];
        int from = 0;
        if (s_cursor.Text(query) is { } cursor && (from = 1 + Array.FindIndex(all, revocation => revocation.Id.ToString() == cursor)) == 0)
        {
            return new Problem(AdminError.QueryInvalid, "Read the first page again.", [new FieldProblem("cursor", "is not the \"next\" of a page, or is over by now")]);
        }

        int limit = s_limit.Number(query);
        RevocationView[] page = [.. all.Skip(from).Take(limit).Select(RevocationView.Of)];
        return TypedResults.Ok(new RevocationPage(page, all.Length > from + limit ? page[^1].RevocationId : null));
    }
}
