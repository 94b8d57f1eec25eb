using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Channels;

/// <summary><c>GET /channels</c>: the channels as the policy in force knows them, by name. What this list says is what the next request meets.</summary>
internal static class ListChannels
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels", Run)
        .WithName("list_channels").WithTags("channels").WithSummary("List channels");

    private static Ok<ChannelList> Run(PolicyPublisher policies)
    {
        PolicyRevision policy = policies.Current;
        return TypedResults.Ok(new ChannelList([.. policy.Channels.Values.Select(served => ChannelView.Of(served, policy.Routing)).OrderBy(channel => channel.Name, StringComparer.Ordinal)]));
    }
}

/// <summary>Channels by name.</summary>
internal sealed record ChannelList(IReadOnlyList<ChannelView> Channels);
