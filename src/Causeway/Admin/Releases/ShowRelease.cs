using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Releases;

/// <summary><c>GET /releases/{id}</c></summary>
internal static class ShowRelease
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/releases/{id}", RunAsync)
        .WithName("show_release").WithTags("releases").WithSummary("Show a release")
        .WithDescription("The id may be cut to its first 8 hex digits or more, while that means one release.")
        .Refuses(AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous);

    private static async Task<Results<Ok<ReleaseView>, Problem>> RunAsync(HttpContext http, string id, IReleaseStore releases)
    {
        ReleaseLookup found = await ReleaseLookup.ByIdAsync(id, releases, http.RequestAborted);
        return found.Release is { } release ? TypedResults.Ok(ReleaseView.Of(release)) : found.Problem;
    }
}
