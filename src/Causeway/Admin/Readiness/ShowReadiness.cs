using Causeway.Admin.Channels;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Readiness;

/// <summary><c>/channels/{name}/readiness</c>: can it still be taken back, until when, what breaks first.</summary>
internal static class ShowReadiness
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/channels/{name}/readiness", ShowAsync)
            .WithName("show_readiness").WithTags("rollouts").WithSummary("Whether a channel can be taken back")
            .WithDescription("Looked at when it is asked for: every factor of every way back, with its score and, where it breaks by itself, the day. The score of a way back is that of its weakest factor.")
            .Refuses(AdminError.ChannelUnknown);
        api.MapPost("/channels/{name}/readiness/probe", ProbeAsync)
            .WithName("probe_readiness").WithTags("rollouts").WithSummary("Ask the ways back whether they answer")
            .WithDescription("Sends every pin of every way back one short question, for a few tokens each, and looks again.")
            .Refuses(AdminError.ChannelUnknown);
    }

    private static async Task<Results<Ok<ReadinessView>, Problem>> ShowAsync(HttpContext http, string name, ReadinessDesk desk, PolicyPublisher policies) =>
        await desk.ReportAsync(name, http.RequestAborted) is { } report ? TypedResults.Ok(ReadinessView.Of(report)) : ChannelView.Unknown(name, policies.Current.Channels.Keys);

    private static async Task<Results<Ok<ReadinessView>, Problem>> ProbeAsync(HttpContext http, string name, ReadinessDesk desk, PolicyPublisher policies) =>
        await desk.ProbeAsync(name, http.RequestAborted) is { } probed && await desk.ReportAsync(name, http.RequestAborted) is { } report
            ? TypedResults.Ok(ReadinessView.Of(report, probed))
            : ChannelView.Unknown(name, policies.Current.Channels.Keys);
}
