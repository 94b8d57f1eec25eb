using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Channels;

/// <summary><c>GET /channels/{name}/history</c></summary>
internal static class ShowChannelHistory
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels/{name}/history", RunAsync)
        .WithName("show_channel_history").WithTags("channels").WithSummary("Where a channel pointed, and since when")
        .WithDescription("Newest first. Kept for good.")
        .Refuses(AdminError.ChannelUnknown);

    private static async Task<Results<Ok<ChannelHistory>, Problem>> RunAsync(HttpContext http, string name, IReleaseStore releases, PolicyPublisher policies)
    {
        IReadOnlyList<ChannelMove> moves = await releases.HistoryAsync(name, http.RequestAborted);
        return moves.Count == 0
            ? ChannelView.Unknown(name, policies.Current.Channels.Keys)
            : TypedResults.Ok(new ChannelHistory(name, [.. moves.Select(move => new ChannelMoveView(move.Version, move.Release.ToString(), move.Unsupported, move.Conformance, move.At))]));
    }
}

/// <summary>The moves of a channel.</summary>
internal sealed record ChannelHistory(
    string Channel,
    [property: Description("Newest first; version 1 is the one that made it.")] IReadOnlyList<ChannelMoveView> Moves);

/// <summary>One move.</summary>
internal sealed record ChannelMoveView(
    [property: Description("The channel's version after it.")] long Version,
    [property: Description("What it points at since.")] string Release,
    [property: JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>))] UnsupportedFields Unsupported,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>))] ConformanceRule Conformance,
    DateTimeOffset At);
