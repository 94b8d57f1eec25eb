using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Channels;

/// <summary><c>GET /channels/{name}</c></summary>
internal static class ShowChannel
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels/{name}", Run)
        .WithName("show_channel").WithTags("channels").WithSummary("Show a channel")
        .WithDescription("Its ETag is what point_channel wants as If-Match.")
        .Refuses(AdminError.ChannelUnknown);

    private static Results<Ok<ChannelView>, Problem> Run(HttpContext http, string name, PolicyPublisher policies)
    {
        PolicyRevision policy = policies.Current;
        return policy.FindChannel(name) is { } served
            ? TypedResults.Ok(ChannelView.Of(served).Tag(http.Response))
            : ChannelView.Unknown(name, policy.Channels.Keys);
    }
}
