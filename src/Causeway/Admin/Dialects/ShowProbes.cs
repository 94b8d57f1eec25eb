using Causeway.Gateway.Conformance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Dialects;

/// <summary><c>GET /dialects/probe/{id}</c> and <c>POST …/cancel</c>: how a run of probes stands, and its end.</summary>
internal static class ShowProbes
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/dialects/probe/{id}", Show)
            .WithName("show_probes").WithTags("dialects").WithSummary("How a run of probes stands")
            .WithDescription("The last 16 runs of this process are remembered.")
            .Refuses(AdminError.ProbesUnknown);
        api.MapPost("/dialects/probe/{id}/cancel", Cancel)
            .WithName("cancel_probes").WithTags("dialects").WithSummary("End a run of probes")
            .WithDescription("The call that it makes is broken off. What it found so far is kept.")
            .Refuses(AdminError.ProbesUnknown);
    }

    private static Results<Ok<ProbeRunView>, Problem> Show(string id, ProbeRuns runs) =>
        runs.TryFind(id, out ProbeRun? run) ? TypedResults.Ok(ProbeRunView.Of(run)) : Unknown(id);

    private static async Task<Results<Ok<ProbeRunView>, Problem>> Cancel(string id, ProbeRuns runs, HttpContext http)
    {
        if (!runs.TryFind(id, out ProbeRun? run))
        {
            return Unknown(id);
        }

        runs.Cancel(run);
        await run.Over.WaitAsync(http.RequestAborted);
        return TypedResults.Ok(ProbeRunView.Of(run));
    }

    private static Problem Unknown(string id) => new(
        AdminError.ProbesUnknown, $"\"{Printable.Cut(id)}\" is no run of probes that this process remembers. What runs found is in: causeway dialect matrix");
}
