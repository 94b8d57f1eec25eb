using Causeway.Budgets.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Spend;

/// <summary><c>GET /batches</c>: which batches providers took, and what is known of their end.</summary>
internal static class ListBatches
{
    private static readonly QueryParameter s_state = new("state", "Only those of which this is known; left out: all.") { Allowed = [.. Enum.GetValues<BatchState>().Select(state => state.ToString().ToLowerInvariant())] };
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1_000, 100) };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/batches", RunAsync)
        .WithName("list_batches").WithTags("spend").WithSummary("List batches that providers took")
        .WithDescription("A batch's request is charged at its bound until its results are settled. Remembered while it is open, and for 90 days after it was taken.")
        .Asks(s_state, s_limit);

    private static async Task<Ok<BatchList>> RunAsync(HttpContext http, IBatchStore batches)
    {
        IQueryCollection query = http.Request.Query;
        BatchState? state = s_state.Text(query) is { } word ? Enum.Parse<BatchState>(word, ignoreCase: true) : null;
        return TypedResults.Ok(new BatchList([.. (await batches.ListAsync(state, s_limit.Number(query), http.RequestAborted)).Select(BatchView.Of)]));
    }
}
