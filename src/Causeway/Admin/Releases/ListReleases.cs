using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Releases;

/// <summary><c>GET /releases</c></summary>
internal static class ListReleases
{
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 200) };
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/releases", RunAsync)
        .WithName("list_releases").WithTags("releases").WithSummary("List releases")
        .WithDescription("Newest first, in pages. A release is never deleted.")
        .Asks(s_limit, s_cursor)
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<ReleasePage>, Problem>> RunAsync(HttpContext http, IReleaseStore releases)
    {
        ReleaseId? after = null;
        if (s_cursor.Text(http.Request.Query) is { } cursor)
        {
            if (!ReleaseIdRange.TryParse(cursor, out ReleaseIdRange range) || range.Least != range.Most)
            {
                return new Problem(AdminError.QueryInvalid, "Read the first page again.", [new FieldProblem("cursor", "is not the \"next\" of a page")]);
            }

            after = range.Least;
        }

        int limit = s_limit.Number(http.Request.Query);
        ReleaseView[] page = [.. (await releases.ListAsync(limit + 1, after, http.RequestAborted)).Select(ReleaseView.Of)];
        return TypedResults.Ok(page.Length > limit ? new ReleasePage(page[..limit], page[limit - 1].Id) : new ReleasePage(page));
    }
}

/// <summary>A page of releases.</summary>
internal sealed record ReleasePage(
    IReadOnlyList<ReleaseView> Releases,
    [property: Description("The cursor of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);
