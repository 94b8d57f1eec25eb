using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Causeway.Admin.Channels;
using Causeway.Admin.Releases;
using Causeway.Gateway.Conversations;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Conversations;

/// <summary><c>GET</c> and <c>PUT /channels/{name}/conversations</c>, <c>GET /channels/{name}/conversations/{team}/{session}</c>: what a rollback does to conversations.</summary>
internal static class ChannelConversations
{
    private static readonly QueryParameter s_release = new("release", "The release that answered last, or the beginning of its id; left out: what is being rolled out, or else what answers now.");

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/channels/{name}/conversations", PreviewAsync)
            .WithName("preview_conversations").WithTags("rollouts").WithSummary("What live conversations would lose")
            .WithDescription("Counts those that a release answered last within 24 hours, by what they lose when another release goes on with them.")
            .Asks(s_release)
            .Refuses(AdminError.ChannelUnknown, AdminError.QueryInvalid, AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous);
        api.MapPut("/channels/{name}/conversations", SetAsync)
            .WithName("set_conversations").WithTags("rollouts").WithSummary("Set what becomes of a channel's conversations")
            .WithDescription("Holds from the next request on. While it is off, conversations are not told apart.")
            .Reads<SetConversationsRequest>("What becomes of them.")
            .Refuses(AdminError.RequestMalformed, AdminError.BodyTooLarge, AdminError.ContentTypeUnsupported, AdminError.ChannelUnknown);
        api.MapGet("/channels/{name}/conversations/{team}/{session}", ShowAsync)
            .WithName("show_conversation").WithTags("rollouts").WithSummary("Show which releases answered a conversation")
            .WithDescription("No text of it. Kept for 30 days after its last answer.")
            .Refuses(AdminError.ChannelUnknown, AdminError.ConversationUnknown);
    }

    private static async Task<Results<Ok<ConversationsView>, Problem>> PreviewAsync(
        HttpContext http, string name, IConversationStore store, IReleaseStore releases, PolicyPublisher policies, TimeProvider time)
    {
        if (policies.Current.FindChannel(name) is not { } served)
        {
            return ChannelView.Unknown(name, policies.Current.Channels.Keys);
        }

        ReleaseId release = (served.Candidate ?? served.Served).Release.Id;
        if (s_release.Text(http.Request.Query) is { } named)
        {
            ReleaseLookup found = await ReleaseLookup.ByIdAsync(named, releases, http.RequestAborted);
            if (found.Release is null)
            {
                return found.Problem;
            }

            release = found.Release.Id;
        }

        return TypedResults.Ok(await ViewAsync(served, release, policies.Current, store, time, http.RequestAborted));
    }

    private static async Task<Results<Ok<ConversationsView>, Problem>> SetAsync(
        HttpContext http, string name, IConversationStore store, ReleaseDesk desk, PolicyPublisher policies, TimeProvider time)
    {
        (SetConversationsRequest? asked, Problem? problem) = await RequestBody.ReadAsync(http.Request, AdminJson.Api.SetConversationsRequest);
        if (asked is null)
        {
            return problem!;
        }

        if (asked.Policy is not { } word)
        {
            return new Problem(AdminError.RequestMalformed, "Nothing was changed.", [new FieldProblem("policy", "is missing: migrate, reject or off")]);
        }

        if (asked.TranscriptSeconds is { } seconds && seconds is not 0 and (< TranscriptTime.MinSeconds or > TranscriptTime.MaxSeconds))
        {
            return new Problem(AdminError.RequestMalformed, "Nothing was changed.", [new FieldProblem("transcript_seconds", $"is a whole number from {TranscriptTime.MinSeconds} to {TranscriptTime.MaxSeconds}, or 0 to keep none")]);
        }

        if (asked.TranscriptSeconds > 0 && word == ConversationWord.Off)
        {
            return new Problem(AdminError.RequestMalformed, "Nothing was changed.", [new FieldProblem("transcript_seconds", "is for conversations that are told apart: set the policy migrate or reject with it")]);
        }

        ConversationPolicy? policy = word switch
        {
            ConversationWord.Migrate => ConversationPolicy.Migrate,
            ConversationWord.Reject => ConversationPolicy.Reject,
            _ => null,
        };
        return await desk.SetConversationsAsync(name, policy, asked.TranscriptSeconds, Actor.Of(http).Name, http.RequestAborted) is not null && policies.Current.FindChannel(name) is { } served
            ? TypedResults.Ok(await ViewAsync(served, (served.Candidate ?? served.Served).Release.Id, policies.Current, store, time, http.RequestAborted))
            : ChannelView.Unknown(name, policies.Current.Channels.Keys);
    }

    private static async Task<Results<Ok<ConversationView>, Problem>> ShowAsync(HttpContext http, string name, string team, string session, IConversationStore store, PolicyPublisher policies)
    {
        if (policies.Current.FindChannel(name) is null)
        {
            return ChannelView.Unknown(name, policies.Current.Channels.Keys);
        }

        (team, session) = Written(http, team, session);
        return await store.FindAsync(new ConversationKey(name, team, session), http.RequestAborted) is { } found
            ? TypedResults.Ok(ConversationView.Of(found))
            : new Problem(AdminError.ConversationUnknown, $"Nothing is known of a conversation \"{Printable.Cut(session)}\" of team \"{Printable.Cut(team)}\" on channel \"{Printable.Cut(name)}\". It is told apart from the first request on that names it after the channel's policy was set.");
    }

    // A slash within a name is left escaped by the routes, which no longer tells it from one that was written so: the path as it came does.
    private static (string Team, string Session) Written(HttpContext http, string team, string session) =>
        http.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0].Split('/') is [.., var rawTeam, var rawSession]
            ? (Uri.UnescapeDataString(rawTeam), Uri.UnescapeDataString(rawSession))
            : (team, session);

    // Of a candidate it is told what base would make of them; what else would go on with them is not decided yet.
    private static async Task<ConversationsView> ViewAsync(ServedChannel served, ReleaseId release, PolicyRevision policy, IConversationStore store, TimeProvider time, CancellationToken cancellation) => new(
        served.Channel.Name,
        served.Conversations switch
        {
            ConversationPolicy.Migrate => ConversationWord.Migrate,
            ConversationPolicy.Reject => ConversationWord.Reject,
            _ => ConversationWord.Off,
        },
        (int)(served.Transcripts?.TotalSeconds ?? 0),
        release.ToString(),
        ConversationCountsView.Of(await store.CountAsync(
            served.Channel.Name, release, release == served.Release.Id ? ConversationTarget.Unknown : ConversationTargets.Of(served.Release, policy), time.GetUtcNow() - Conversation.LiveFor, cancellation)));
}

/// <summary>What becomes of conversations whose release is rolled back.</summary>
internal enum ConversationWord
{
    Off,
    Migrate,
    Reject,
}

/// <summary>What is to become of conversations.</summary>
internal sealed record SetConversationsRequest
{
    [Required, JsonConverter(typeof(SnakeCaseEnum<ConversationWord>)), Description("migrate: what answers then goes on with them; reject: they are refused with release_revoked; off: they are not told apart.")]
    public ConversationWord? Policy { get; set; }

    [Description("For how long what is said is kept after a conversation's last answer, sealed, so that what a provider keeps of it can be sent to another one: 3600 to 2592000; 0: it is not kept; left out or null: as it was.")]
    public int? TranscriptSeconds { get; set; }
}

/// <summary>Live conversations of a channel.</summary>
internal sealed record ConversationsView(
    string Channel,
    [property: JsonConverter(typeof(SnakeCaseEnum<ConversationWord>)), Description("What becomes of them when their release is rolled back.")] ConversationWord Policy,
    [property: Description("For how long what is said is kept after a conversation's last answer; 0: it is not kept.")] int TranscriptSeconds,
    [property: Description("The release that answered last.")] string Release,
    ConversationCountsView Live);

/// <summary>Live conversations by what they lose.</summary>
internal sealed record ConversationCountsView(
    [property: Description("Nothing.")] long P0,
    [property: Description("Reasoning that is not shown.")] long P1,
    [property: Description("They are stuck: a provider keeps their state, they are longer than what would go on with them reads, or they are to be refused.")] long P3)
{
    public static ConversationCountsView Of(ConversationCounts counts) => new(counts.P0, counts.P1, counts.P3);
}

/// <summary>Which releases answered a conversation.</summary>
internal sealed record ConversationView(
    string Channel,
    string Team,
    string Session,
    [property: Description("In their order, those that one release answered one after another together.")] IReadOnlyList<ConversationRunView> Turns,
    [property: Description("The provider that answered last.")] string Provider,
    [property: Description("What it loses when another release goes on with it: p0, nothing; p1, reasoning that is not shown; p3, its provider keeps its state, and only a release of that provider can.")] string Portability,
    DateTimeOffset LastTurnAt)
{
    public static ConversationView Of(Conversation conversation) => new(
        conversation.Key.Channel,
        conversation.Key.Team,
        conversation.Key.Session,
        [.. conversation.Runs.Select(run => new ConversationRunView(run.Release == Conversation.Unknown ? null : run.Release.ToString(), run.Turns))],
        conversation.Provider,
        conversation.Portability.ToString().ToLowerInvariant(),
        conversation.LastTurnAt);
}

/// <summary>Turns that one release answered.</summary>
internal sealed record ConversationRunView(
    [property: Description("null: several that are no longer told apart.")] string? Release,
    int Turns);
