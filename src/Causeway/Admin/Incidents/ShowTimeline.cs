using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Admin.Channels;
using Causeway.Gateway.Policy;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Incidents;

/// <summary><c>GET /timeline</c>: what happened to channels, chained.</summary>
internal static class ShowTimeline
{
    private const int PageEntries = 1_000;
    private static readonly QueryParameter s_channel = new("channel", "Of this channel, and of all of them together.");
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}.");
    private static readonly QueryParameter s_before = new("before", "\"next\" of the page before.");
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 100) };
    private static readonly QueryParameter s_verify = new("verify", "true: walk the whole chain as well, and say whether an entry was altered or taken out.") { Allowed = ["true", "false"] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/timeline", RunAsync)
        .WithName("show_timeline").WithTags("rollouts").WithSummary("What happened to channels")
        .WithDescription("Newest first: rollouts and their stages, guards that crossed, rollbacks, when an instance applied them, what was lifted. Each entry holds the hash of all before it.")
        .Asks(s_channel, s_since, s_before, s_limit, s_verify)
        .Refuses(AdminError.QueryInvalid, AdminError.ChannelUnknown);

    private static async Task<Results<Ok<TimelinePage>, Problem>> RunAsync(HttpContext http, IRoutingStore store, PolicyPublisher policies, TimeProvider time)
    {
        IQueryCollection asked = http.Request.Query;
        DateTimeOffset? since = null;
        if (s_since.Text(asked) is { } begin)
        {
            if (!Moment.TryParse(begin, time.GetUtcNow(), out DateTimeOffset moment))
            {
                return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("since", $"is {Moment.Form}")]);
            }

            since = moment;
        }

        long? before = null;
        if (s_before.Text(asked) is { } cursor)
        {
            if (!long.TryParse(cursor, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long seq))
            {
                return new Problem(AdminError.QueryInvalid, "Read the first page again.", [new FieldProblem("before", "is not the \"next\" of a page")]);
            }

            before = seq;
        }

        int limit = s_limit.Number(asked);
        string? channel = s_channel.Text(asked);
        if (channel is not null && policies.Current.FindChannel(channel) is null)
        {
            return ChannelView.Unknown(channel, policies.Current.Channels.Keys);
        }

        IReadOnlyList<TimelineEntry> entries = await store.TimelineAsync(new TimelineQuery(channel, since, before, limit + 1), http.RequestAborted);
        TimelineView[] page = [.. entries.Take(limit).Select(TimelineView.Of)];
        return TypedResults.Ok(new TimelinePage(page, entries.Count > limit ? page[^1].Seq : null, s_verify.IsOn(asked) ? await VerifyAsync(store, http.RequestAborted) : null));
    }

    private static async Task<TimelineVerification> VerifyAsync(IRoutingStore store, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> before = TimelineChain.Start;
        long seen = 0;
        while (true)
        {
            IReadOnlyList<TimelineEntry> page = await store.TimelinePageAsync(seen, PageEntries, cancellation);
            foreach (TimelineEntry entry in page)
            {
                if (entry.Seq != seen + 1 || !TimelineChain.Follows(before.Span, entry))
                {
                    return new TimelineVerification(seen, entry.Seq);
                }

                (seen, before) = (entry.Seq, entry.Hash);
            }

            if (page.Count < PageEntries)
            {
                return new TimelineVerification(seen, null);
            }
        }
    }
}

/// <summary>Entries of the timeline.</summary>
internal sealed record TimelinePage(
    [property: Description("Newest first.")] IReadOnlyList<TimelineView> Entries,
    [property: Description("\"before\" of the next page; null: there is none.")] long? Next,
    [property: Description("What a walk over the whole chain found; null: it was not asked for.")] TimelineVerification? Chain);

/// <summary>What a walk over the chain found.</summary>
internal sealed record TimelineVerification(
    [property: Description("Entries that follow each other.")] long Entries,
    [property: Description("The first entry that was altered, or before which one was taken out; null: none.")] long? BrokenAt);

/// <summary>One thing that happened.</summary>
internal sealed record TimelineView(
    [property: Description("Its place, from 1 on without a gap.")] long Seq,
    DateTimeOffset At,
    [property: Description("The routing revision that it made, or that was in force; 0: none.")] long Revision,
    [property: Description("Null: every channel.")] string? Channel,
    [property: JsonConverter(typeof(SnakeCaseEnum<TimelineKind>))] TimelineKind Kind,
    [property: Description("Who did it: a person, or causeway.")] string Actor,
    string? Reason,
    [property: Description("What exactly, in a sentence.")] string Detail,
    [property: Description("The hash of this entry and all before it, hex.")] string Hash)
{
    public static TimelineView Of(TimelineEntry entry) => new(
        entry.Seq,
        entry.At,
        entry.Revision,
        entry.Channel == ChannelRouting.Everywhere ? null : entry.Channel,
        entry.Kind,
        entry.Actor,
        entry.Reason,
        entry.Detail,
        Convert.ToHexStringLower(entry.Hash.Span));
}
