using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Admin.Channels;
using Causeway.Gateway.Cache;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Cache;

/// <summary><c>GET</c> and <c>PUT /channels/{name}/cache</c>, <c>POST /channels/{name}/cache/purge</c>: which answers of a channel are given again.</summary>
internal static class ChannelCache
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/channels/{name}/cache", ShowAsync)
            .WithName("show_cache").WithTags("channels").WithSummary("Show which answers a channel keeps")
            .WithDescription("By release, each in a space of its own. What a release left that is in quarantine is fenced: kept for whoever looks into it, and given to nobody.")
            .Refuses(AdminError.ChannelUnknown);
        api.MapPut("/channels/{name}/cache", SetAsync)
            .WithName("set_cache").WithTags("channels").WithSummary("Set how long a channel's answers may be given again")
            .WithDescription("Holds from the next request on. Turned on, it begins with nothing.")
            .Reads<SetCacheRequest>("How long.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown, AdminError.CacheInvalid);
        api.MapPost("/channels/{name}/cache/purge", PurgeAsync)
            .WithName("purge_cache").WithTags("channels").WithSummary("Forget the answers that a channel keeps")
            .WithDescription("None that was made until now is given again, on any instance. What is fenced stays, unless that is wanted too.")
            .Reads<PurgeCacheRequest>("Why.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown, AdminError.CacheInvalid);
    }

    private static async Task<Results<Ok<CacheView>, Problem>> ShowAsync(HttpContext http, string name, IAnswerStore store, PolicyPublisher policies, AnswerCache cache, TimeProvider time) =>
        policies.Current.FindChannel(name) is { } served
            ? TypedResults.Ok(await ViewAsync(served, store, policies.Current, cache, time, http.RequestAborted))
            : ChannelView.Unknown(name, policies.Current.Channels.Keys);

    private static async Task<Results<Ok<CacheView>, Problem>> SetAsync(
        HttpContext http, string name, IAnswerStore store, ReleaseDesk desk, PolicyPublisher policies, AnswerCache cache, TimeProvider time)
    {
        (SetCacheRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.SetCacheRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (asked.TtlSeconds is < 0 or > CacheSettings.MaxTtlSeconds)
        {
            return Invalid("ttl_seconds", $"is a whole number from {CacheSettings.MinTtlSeconds} to {CacheSettings.MaxTtlSeconds}, or 0 to keep no answers");
        }

        if (await desk.SetCacheAsync(name, asked.TtlSeconds, Actor.Of(http).Name, http.RequestAborted) is null || policies.Current.FindChannel(name) is not { } served)
        {
            return ChannelView.Unknown(name, policies.Current.Channels.Keys);
        }

        return TypedResults.Ok(await ViewAsync(served, store, policies.Current, cache, time, http.RequestAborted));
    }

    private static async Task<Results<Ok<PurgedCache>, Problem>> PurgeAsync(HttpContext http, string name, IAnswerStore store, ReleaseDesk desk, PolicyPublisher policies)
    {
        (PurgeCacheRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.PurgeCacheRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (GivenReason.Problems(asked.Reason).ToArray() is { Length: > 0 } wrong)
        {
            return new Problem(AdminError.CacheInvalid, "Mend what \"errors\" names; nothing was forgotten.", wrong);
        }

        if (await desk.PurgeCacheAsync(name, Actor.Of(http).Name, asked.Reason, http.RequestAborted) is not { Cache: { } cache })
        {
            return ChannelView.Unknown(name, policies.Current.Channels.Keys);
        }

        long forgotten = 0;
        foreach (AnswerSpace space in await store.ListAsync(http.RequestAborted))
        {
            if (space.Channel == name && (asked.Fenced || !policies.Current.Routing.IsRevoked(name, space.Release)))
            {
                forgotten += await store.DropAsync(name, space.Release, cache.Since, http.RequestAborted);
            }
        }

        return TypedResults.Ok(new PurgedCache(name, forgotten, cache.Since));
    }

    private static async Task<CacheView> ViewAsync(ServedChannel served, IAnswerStore store, PolicyRevision policy, AnswerCache cache, TimeProvider time, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        string name = served.Channel.Name;
        HashSet<ReleaseId> serving = [served.Served.Release.Id, served.Stable.Release.Id, .. served.Candidate is { } candidate ? [candidate.Release.Id] : Array.Empty<ReleaseId>()];
        CacheCounts counts = cache.CountsOf(name);
        return new CacheView(
            name,
            (int)(served.Cache?.Ttl.TotalSeconds ?? 0),
            [
                .. (await store.ListAsync(cancellation)).Where(space => space.Channel == name).Select(space => new CacheSpaceView(
                    space.Release.ToString(),
                    policy.Routing.IsRevoked(name, space.Release) ? CacheSpaceState.Fenced
                        : served.Cache?.IsFrozen(space.Release, now) is true ? CacheSpaceState.Frozen
                        : serving.Contains(space.Release) ? CacheSpaceState.Serving
                        : CacheSpaceState.Idle,
                    space.Answers,
                    space.Bytes,
                    space.Oldest,
                    space.Newest)),
            ],
            new CacheCountsView(counts.Hits, counts.Misses, counts.Bypasses, counts.Kept, counts.Dropped));
    }

    private static Problem Invalid(string field, string message) => new(AdminError.CacheInvalid, "Mend what \"errors\" names; nothing was changed.", [new FieldProblem(field, message)]);
}

/// <summary>How long answers may be given again.</summary>
internal sealed record SetCacheRequest
{
    [Required, Description("Seconds from 1 to 2592000 (30 days); 0: answers are not kept.")]
    public int TtlSeconds { get; set; } = -1;
}

/// <summary>Why answers are forgotten.</summary>
internal sealed record PurgeCacheRequest
{
    [Required, Description("Why, 1 to 500 characters; kept in the timeline.")]
    public string Reason { get; set; } = "";

    [Description("true: also what releases left that are in quarantine.")]
    public bool Fenced { get; set; }
}

/// <summary>The answers that a channel keeps.</summary>
internal sealed record CacheView(
    string Channel,
    [property: Description("How long an answer may be given again; 0: answers are not kept.")] int TtlSeconds,
    [property: Description("By release.")] IReadOnlyList<CacheSpaceView> Spaces,
    [property: Description("What requests met at the instance that answers this, since it started.")] CacheCountsView Here);

/// <summary>The answers of one release.</summary>
internal sealed record CacheSpaceView(
    string Release,
    [property: JsonConverter(typeof(SnakeCaseEnum<CacheSpaceState>)), Description("serving: given again; frozen: given again, and their time stands still while a rollout is under way; fenced: the release is in quarantine, nobody is given them; idle: nothing asks for them.")] CacheSpaceState State,
    long Answers,
    long Bytes,
    DateTimeOffset Oldest,
    DateTimeOffset Newest);

/// <summary>What becomes of a release's answers.</summary>
internal enum CacheSpaceState
{
    Serving,
    Frozen,
    Fenced,
    Idle,
}

/// <summary>What requests met.</summary>
internal sealed record CacheCountsView(
    long Hits,
    long Misses,
    [property: Description("Requests that wanted none, or whose answers are not kept.")] long Bypasses,
    [property: Description("Answers that were kept.")] long Kept,
    [property: Description("Answers that came too late, or when too many waited to be kept.")] long Dropped);

/// <summary>What was forgotten.</summary>
internal sealed record PurgedCache(
    string Channel,
    [property: Description("Answers that the store has forgotten.")] long Forgotten,
    [property: Description("Answers made before it are not given again.")] DateTimeOffset Since);
