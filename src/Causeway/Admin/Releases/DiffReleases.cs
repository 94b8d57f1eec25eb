using System.ComponentModel;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Releases;

/// <summary><c>GET /releases/{left}/diff/{right}</c></summary>
internal static class DiffReleases
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/releases/{left}/diff/{right}", RunAsync)
        .WithName("diff_releases").WithTags("releases").WithSummary("Compare two releases")
        .WithDescription("Every field of the content that differs. Ids may be cut as in show_release.")
        .Refuses(AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous);

    private static async Task<Results<Ok<ReleaseDifferences>, Problem>> RunAsync(HttpContext http, string left, string right, IReleaseStore releases)
    {
        ReleaseLookup first = await ReleaseLookup.ByIdAsync(left, releases, http.RequestAborted);
        if (first.Release is null)
        {
            return first.Problem;
        }

        ReleaseLookup second = await ReleaseLookup.ByIdAsync(right, releases, http.RequestAborted);
        return second.Release is null
            ? second.Problem
            : TypedResults.Ok(new ReleaseDifferences(
                first.Release.Id.ToString(),
                second.Release.Id.ToString(),
                [.. ReleaseDiff.Between(first.Release.Content, second.Release.Content).Select(field => new DifferenceView(field.Field, field.Left, field.Right))]));
    }
}

/// <summary>What is different between two releases.</summary>
internal sealed record ReleaseDifferences(
    [property: Description("The first release.")] string Left,
    [property: Description("The second one.")] string Right,
    [property: Description("Every field that differs; empty for the same release.")] IReadOnlyList<DifferenceView> Differences);

/// <summary>A field that differs.</summary>
internal sealed record DifferenceView(
    [property: Description("pins[0], prompt, parameters.temperature, allow_float, adapter_abi, …")] string Field,
    [property: Description("What the first release has; null: nothing.")] string? Left,
    [property: Description("What the second one has; null: nothing.")] string? Right);
