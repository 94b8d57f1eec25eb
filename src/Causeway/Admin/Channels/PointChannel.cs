using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Admin.Releases;
using Causeway.Admin.Rollbacks;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Causeway.Admin.Channels;

/// <summary><c>PATCH /channels/{name}</c>: points a channel at another release, if it is still as the caller saw it.</summary>
internal static class PointChannel
{
    public static void Map(RouteGroupBuilder api) => api.MapPatch("/channels/{name}", RunAsync)
        .WithName("point_channel").WithTags("channels").WithSummary("Point a channel at a release")
        .WithDescription("Holds from the next request on. Needs If-Match with the ETag of the channel as it was read: of two who move it at once, one is told.")
        .Reads<PointChannelRequest>("What is to change; what is left out stays.")
        .Refuses(
            AdminError.RequestMalformed, AdminError.ChannelUnknown, AdminError.ReleaseQuarantined, AdminError.RolloutActive, AdminError.VersionStale, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported,
            AdminError.ChannelInvalid, AdminError.VersionMissing);

    private static async Task<Results<Ok<ChannelView>, Problem>> RunAsync(
        HttpContext http, string name, IReleaseStore releases, PolicyPublisher policies, TimeProvider time, ILogger<AdminGate> log)
    {
        PolicyRevision policy = policies.Current;
        if (policy.FindChannel(name) is not { } served)
        {
            return ChannelView.Unknown(name, policy.Channels.Keys);
        }

        if (VersionOf(http.Request.Headers.IfMatch) is not { } version)
        {
            return new Problem(AdminError.VersionMissing, $"Send the ETag of GET {AdminApi.Root}/channels/{name} as If-Match; now it is \"{served.Channel.Version}\".");
        }

        (PointChannelRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.PointChannelRequest);
        if (asked is null)
        {
            return problem!;
        }

        ReleaseLookup found = asked.Release is null
            ? new ReleaseLookup(served.Release)
            : await ReleaseLookup.ByIdAsync(asked.Release, releases, http.RequestAborted);
        if (found.Release is not { } release)
        {
            return new Problem(AdminError.ChannelInvalid, "Mend what \"errors\" names; nothing was moved.", [new FieldProblem("release", found.Message!)]);
        }

        if (Quarantine.Refuse(policy, name, served.Channel.Release, release.Id) is { } refused)
        {
            return refused;
        }

        var wanted = new WantedChannel(name, release.Id, asked.Unsupported ?? served.Channel.Unsupported, asked.Conformance ?? served.Channel.Conformance);
        ChannelOutcome outcome = await releases.PointChannelAsync(wanted, version, time.GetUtcNow(), CancellationToken.None);
        if (outcome is not { Verdict: ChannelVerdict.Done, Pointed: { } pointed })
        {
            return new Problem(
                AdminError.VersionStale, $"Channel \"{name}\" is at version {outcome.Pointed?.Channel.Version} and points at {outcome.Pointed?.Channel.Release}. Read it again and decide anew.");
        }

        pointed.Publish(policies, log);
        return TypedResults.Ok(ChannelView.Of(pointed.Channel, pointed.Release, served.Cache).Tag(http.Response));
    }

    private static long? VersionOf(StringValues ifMatch) =>
        ifMatch is [['"', .., '"'] tag] && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out long version) ? version : null;
}

/// <summary>What is to change of a channel; what is left out stays.</summary>
internal sealed record PointChannelRequest
{
    [Description("The id of the release that it is to point at, or its beginning.")]
    public string? Release { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<UnsupportedFields>)), Description("What becomes of a request's field that a pin's protocol cannot carry.")]
    public UnsupportedFields? Unsupported { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<ConformanceRule>)), Description("What is asked of a pin before an answer that must follow a contract may come from it.")]
    public ConformanceRule? Conformance { get; init; }
}
