using Causeway.Admin.Readiness;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Releases.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Channels;

/// <summary><c>GET /channels/{name}</c></summary>
internal static class ShowChannel
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels/{name}", RunAsync)
        .WithName("show_channel").WithTags("channels").WithSummary("Show a channel")
        .WithDescription("Its ETag is what point_channel wants as If-Match. Where its release has a contract, it says of each pin whether it is proven to hold it.")
        .Refuses(AdminError.ChannelUnknown);

    private static async Task<Results<Ok<ChannelView>, Problem>> RunAsync(
        HttpContext http, string name, PolicyPublisher policies, IConformanceStore conformance, IReadinessStore readiness, TimeProvider time)
    {
        PolicyRevision policy = policies.Current;
        if (policy.FindChannel(name) is not { } served)
        {
            return ChannelView.Unknown(name, policy.Channels.Keys);
        }

        ChannelView view = ChannelView.Of(served, policy.Routing) with { Routing = RoutingView.Of(policy.Routing.RoutingOf(name)) };
        if (served.Release.Contract is not null)
        {
            LatestConformance latest = LatestConformance.Of(await conformance.LatestAsync(http.RequestAborted));
            view = view with { Eligibility = PinEligibility.Of(served, policy, latest, time.GetUtcNow()) };
        }

        if (await readiness.FindAsync(name, http.RequestAborted) is { } found)
        {
            view = view with { Readiness = ReadinessNote.Of(found) };
        }

        return TypedResults.Ok(view.Tag(http.Response));
    }
}
