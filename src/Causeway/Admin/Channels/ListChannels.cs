using Causeway.Admin.Readiness;
using Causeway.Gateway.Policy;
using Causeway.Releases.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Channels;

/// <summary><c>GET /channels</c>: the channels as the policy in force knows them, by name. What this list says is what the next request meets.</summary>
internal static class ListChannels
{
    private static readonly QueryParameter s_readiness = new("readiness", "true: with whether each can be taken back, as it was found last.") { Allowed = ["true", "false"] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels", RunAsync)
        .WithName("list_channels").WithTags("channels").WithSummary("List channels")
        .Asks(s_readiness)
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<ChannelList>, Problem>> RunAsync(HttpContext http, PolicyPublisher policies, IReadinessStore readiness)
    {
        PolicyRevision policy = policies.Current;
        Dictionary<string, ReadinessReport> found = s_readiness.IsOn(http.Request.Query)
            ? (await readiness.ListAsync(http.RequestAborted)).ToDictionary(report => report.Channel, StringComparer.Ordinal)
            : [];
        return TypedResults.Ok(new ChannelList(
        [
            .. policy.Channels.Values.Select(served => ChannelView.Of(served, policy.Routing) with { Readiness = found.TryGetValue(served.Channel.Name, out ReadinessReport? report) ? ReadinessNote.Of(report) : null })
                .OrderBy(channel => channel.Name, StringComparer.Ordinal),
        ]));
    }
}

/// <summary>Channels by name.</summary>
internal sealed record ChannelList(IReadOnlyList<ChannelView> Channels);
