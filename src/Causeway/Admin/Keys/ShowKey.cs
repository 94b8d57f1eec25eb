using Causeway.Budgets.Keys;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Keys;

/// <summary><c>GET /keys/{id}</c></summary>
internal static class ShowKey
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/keys/{id}", Run)
        .WithName("show_key").WithTags("keys").WithSummary("Show a key")
        .Refuses(AdminError.KeyUnknown);

    private static Results<Ok<KeyView>, Problem> Run(string id, PolicyPublisher policies, TimeProvider time) =>
        KeyId.TryParse(id, out KeyId name) && policies.Current.Keys.Find(name) is { } found
            ? TypedResults.Ok(KeyView.Of(found, time.GetUtcNow()))
            : KeyView.Unknown(id);
}
