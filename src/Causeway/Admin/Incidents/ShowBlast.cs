using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Admin.Channels;
using Causeway.Admin.Releases;
using Causeway.Admin.Spend;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Incidents;

/// <summary>
/// <c>GET /channels/{name}/blast</c>: which requests a release answered, and <c>…/blast/held</c>: which requests the ledger knows of the channel. Who compares the two
/// knows whether anything is missing.
/// </summary>
internal static class ShowBlast
{
    private const int PagesOfACall = 5;
    private const int EventsOfAPage = 10_000;
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(1);
    private static readonly QueryParameter s_release = new("release", "The release, or its beginning; left out: the one that was rolled back last, or is being rolled out.");
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}; left out: when the release was first given to the channel.");
    private static readonly QueryParameter s_until = new("until", "Where to end; left out: now.");
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before, with its release, since and until.");

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/channels/{name}/blast", ListAsync)
            .WithName("show_blast").WithTags("rollouts").WithSummary("Which requests a release answered")
            .WithDescription("Oldest first, in pages. No text of prompts or answers.")
            .Asks(s_release, s_since, s_until, s_cursor)
            .Refuses(AdminError.QueryInvalid, AdminError.ChannelUnknown, AdminError.ReleaseUnknown, AdminError.ReleaseAmbiguous);
        api.MapGet("/channels/{name}/blast/held", HeldAsync)
            .WithName("show_blast_held").WithTags("rollouts").WithSummary("Which requests the ledger knows of a channel")
            .WithDescription("Each was held for before anything was sent. One of them that has no usage record is missing from the list of what was answered.")
            .Asks(s_since, s_until, s_cursor)
            .Refuses(AdminError.QueryInvalid);
    }

    private static async Task<Results<Ok<BlastPage>, Problem>> ListAsync(
        HttpContext http, string name, IUsageStore usage, IReleaseStore releases, IRoutingStore routing, PolicyPublisher policies, Journal journal, TimeProvider time)
    {
        if (policies.Current.FindChannel(name) is null)
        {
            return ChannelView.Unknown(name, policies.Current.Channels.Keys);
        }

        ChannelRouting kept = (await routing.LoadAsync(http.RequestAborted)).Of(name);
        ReleaseId? release = kept.Override?.From ?? kept.Rollout?.Candidate;
        if (s_release.Text(http.Request.Query) is { } named)
        {
            ReleaseLookup found = await ReleaseLookup.ByIdAsync(named, releases, http.RequestAborted);
            if (found.Release is null)
            {
                return found.Problem;
            }

            release = found.Release.Id;
        }

        if (release is not { } of)
        {
            return Wrong("release", $"is missing: channel \"{name}\" was neither rolled back nor rolled out");
        }

        // Whoever says where to begin, as every page after the first does, need not have it looked up.
        DateTimeOffset? first = s_since.Text(http.Request.Query) is null ? await FirstOfAsync(of, name, routing, releases, http.RequestAborted) : null;
        if (Window(http.Request.Query, first, time.GetUtcNow(), out DateTimeOffset since, out DateTimeOffset until, out Guid? after) is { } wrong)
        {
            return wrong;
        }

        if (after is null)
        {
            await journal.CatchUpAsync(time, http.RequestAborted);
        }

        IReadOnlyList<Pin> pins = await releases.FindAsync(new ReleaseIdRange(of, of), http.RequestAborted) is [{ } known] ? known.Pins : [];
        List<BlastRow> rows = [];
        List<string> others = [];
        for (int pages = 0; pages < PagesOfACall; pages++)
        {
            IReadOnlyList<UsageRecord> records = await usage.PageAsync(new UsageRange(since, until, after), http.RequestAborted);
            foreach (UsageRecord record in records.Where(record => record.Channel == name || (record.Channel is null && record.ModelAsked == name)))
            {
                if (record.Release == of.ToString())
                {
                    rows.Add(BlastRow.Of(record));
                }
                else if (record.Outcome is not (Outcome.Denied or Outcome.Failed) && record.Inherits?.Contains(of.ToString(), StringComparison.Ordinal) is true)
                {
                    rows.Add(BlastRow.Of(record) with { Exposure = Exposure.Inherited });
                }
                else if (record.Attempts > 1 && await TakenFromAsync(record, pins, usage, http.RequestAborted) is { } call)
                {
                    rows.Add(BlastRow.Of(record).TakenAt(call));
                }
                else
                {
                    others.Add(Format(record.Request));
                }
            }

            if (records.Count < UsageRange.PageRecords)
            {
                return TypedResults.Ok(new BlastPage(name, of.ToString(), since, until, rows, others, null));
            }

            after = records[^1].Request;
        }

        return TypedResults.Ok(new BlastPage(name, of.ToString(), since, until, rows, others, after!.Value.ToString("N")));
    }

    // The call that was made for a release and taken from it by a rollback before it said anything: something else answered the request, whose record is that one's.
    private static async Task<AttemptRecord?> TakenFromAsync(UsageRecord record, IReadOnlyList<Pin> pins, IUsageStore usage, CancellationToken cancellation) =>
        (await usage.TrailAsync(record.Request, cancellation)).FirstOrDefault(step => step.Reason == BlastRow.Revoked && pins.Any(pin => pin.Provider == step.Provider && pin.Model == step.Model));

    private static async Task<Results<Ok<HeldPage>, Problem>> HeldAsync(HttpContext http, string name, ILedgerStore ledger, TimeProvider time)
    {
        if (s_cursor.Text(http.Request.Query) is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return Wrong("cursor", "is not the \"next\" of a page");
        }

        long after = s_cursor.Text(http.Request.Query) is { } seq ? long.Parse(seq, CultureInfo.InvariantCulture) : 0;
        if (Window(http.Request.Query, null, time.GetUtcNow(), out DateTimeOffset since, out DateTimeOffset until, out _, isHeld: true) is { } wrong)
        {
            return wrong;
        }

        IReadOnlyList<LedgerEvent> events = await ledger.EventsAsync(
            new LedgerQuery { After = after, Since = since, Until = until + s_late, Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.Reserved }, Limit = EventsOfAPage }, http.RequestAborted);
        return TypedResults.Ok(new HeldPage(
            [.. events.Where(one => one.Model == name && one.Request is { } request && IsWithin(request, since, until)).Select(one => Format(one.Request!.Value))],
            events.Count < EventsOfAPage ? null : events[^1].Seq.ToString(CultureInfo.InvariantCulture)));
    }

    // By the moment in the request's own id, as usage is: what arrived before the window was held for in it.
    private static bool IsWithin(Guid request, DateTimeOffset since, DateTimeOffset until)
    {
        Span<byte> bytes = stackalloc byte[16];
        request.TryWriteBytes(bytes, bigEndian: true, out _);
        long at = System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16; // RFC 9562, section 5.7.
        return at >= since.ToUnixTimeMilliseconds() && at < until.ToUnixTimeMilliseconds();
    }

    // When it was first given to the channel: by a rollout, of which there may have been several, or by a move.
    private static async Task<DateTimeOffset?> FirstOfAsync(ReleaseId release, string channel, IRoutingStore routing, IReleaseStore releases, CancellationToken cancellation)
    {
        IReadOnlyList<ChannelMove> moves = await releases.HistoryAsync(channel, cancellation);
        List<TimelineEntry> entries = await ChannelEntries.ReadAsync(routing, channel, since: null, cancellation);
        TimelineEntry? first = entries.LastOrDefault(entry => RolloutStep.IsStartOf(entry, release));
        return new[] { first?.At, moves.Where(move => move.Release == release).Select(move => (DateTimeOffset?)move.At).Min() }.Min();
    }

    private static Problem? Window(IQueryCollection query, DateTimeOffset? first, DateTimeOffset now, out DateTimeOffset since, out DateTimeOffset until, out Guid? after, bool isHeld = false)
    {
        (since, until, after) = (first ?? now, now, null);
        if (s_since.Text(query) is { } begin && !Moment.TryParse(begin, now, out since))
        {
            return Wrong("since", $"is {Moment.Form}");
        }

        if (s_since.Text(query) is null && first is null)
        {
            return Wrong("since", isHeld ? "is missing" : "is missing: the channel was never given that release");
        }

        if (s_until.Text(query) is { } end && !Moment.TryParse(end, now, out until))
        {
            return Wrong("until", $"is {Moment.Form}");
        }

        if (isHeld || s_cursor.Text(query) is not { } cursor)
        {
            return null;
        }

        bool reads = Guid.TryParseExact(cursor, "N", out Guid request);
        after = request;
        return reads ? null : Wrong("cursor", "is not the \"next\" of a page");
    }

    /// <summary>The id as callers see it.</summary>
    public static string Format(Guid request) => "req_" + request.ToString("N");

    private static Problem Wrong(string field, string message) => new(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem(field, message)]);
}

/// <summary>Requests that a release answered.</summary>
internal sealed record BlastPage(
    string Channel,
    string Release,
    DateTimeOffset Since,
    DateTimeOffset Until,
    [property: Description("Requests that the release was to answer, and those that brought its answers as history, oldest first.")] IReadOnlyList<BlastRow> Rows,
    [property: Description("Requests of the channel that something else answered, or nothing: they are accounted for.")] IReadOnlyList<string> Others,
    [property: Description("\"cursor\" of the next page; null: there is none.")] string? Next);

/// <summary>Requests of a channel that the ledger knows.</summary>
internal sealed record HeldPage(
    IReadOnlyList<string> Requests,
    [property: Description("\"cursor\" of the next page; null: there is none.")] string? Next);

/// <summary>One request that a release was to answer.</summary>
internal sealed record BlastRow(
    string Request,
    DateTimeOffset At,
    [property: JsonConverter(typeof(SnakeCaseEnum<Exposure>)), Description("direct: a whole answer; cached: a whole answer that was made for another request, \"cached_from\"; derived: vectors; inherited: a later turn of a conversation that another release answered, with its answers as history; partial: a part of an answer; shadow: an answer to a copy, which reached nobody; none: no answer.")] Exposure Exposure,
    string Team,
    string Feature,
    string Env,
    string Key,
    [property: Description("The conversation that it was a turn of, as its caller calls it; null: of none that the channel tells apart, or it is on record from before they were kept.")] string? Conversation,
    [property: Description("16 hex digits that tell its unit apart and do not name it: the first of SHA-256(seed, a zero byte, kind:value), from which \"bucket\" follows. Null: nothing was drawn, or it is on record from before they were kept.")] string? UnitHash,
    [property: Description("The rule by which it met the release.")] string Rule,
    [property: Description("Where its unit stood; null: nothing was drawn.")] int? Bucket,
    long? Revision,
    string? Provider,
    string? Model,
    int Status,
    [property: JsonConverter(typeof(SnakeCaseEnum<Outcome>))] Outcome Outcome,
    string? ErrorCode,
    string? ContractOutcome,
    string? StopReason,
    bool Streamed,
    long OutputTokens,
    long? CostNanoUsd,
    [property: Description("The request whose answer was given again; null: it was answered anew.")] string? CachedFrom)
{
    /// <summary>Why a call of it came to nothing.</summary>
    public const string Revoked = "release_revoked";

    // What is kept of it is not an answer but what is made of it: an index.
    private static readonly string[] s_derived = ["embeddings", "embedContent", "batchEmbedContents"];

    public static BlastRow Of(UsageRecord record) => new(
        ShowBlast.Format(record.Request),
        record.At,
        record.RoutingRule == (int)RoutingRule.Shadow ? Exposure.Shadow
            : record.Outcome == Outcome.Completed ? record.CachedFrom is not null ? Exposure.Cached : s_derived.Contains(record.Route) ? Exposure.Derived : Exposure.Direct
            : record.Outcome is Outcome.Interrupted or Outcome.ClientGone && record.TimeToFirstByte is not null ? Exposure.Partial
            : Exposure.None,
        record.Attribution.Team,
        record.Attribution.Feature,
        record.Attribution.Environment,
        record.Key.ToString(),
        record.Conversation,
        UnitHashOf(record),
        ((RoutingRule)(record.RoutingRule ?? 0)).ToString().ToLowerInvariant(),
        record.Bucket,
        record.RoutingRevision,
        record.Provider,
        record.ModelSent,
        record.Status,
        record.Outcome,
        record.ErrorCode,
        record.ContractOutcome,
        record.StopReason,
        record.Streamed,
        record.FinalTokens.Output,
        record.FinalCostNanoUsd,
        record.CachedFrom is { } from ? ShowBlast.Format(from) : null);

    /// <summary>This row of what the request had of the release, which its caller was answered without.</summary>
    /// <param name="call">The call that was taken from it.</param>
    public BlastRow TakenAt(AttemptRecord call) => this with
    {
        Exposure = Exposure.None,
        Provider = call.Provider,
        Model = call.Model,
        ErrorCode = Revoked,
        ContractOutcome = null,
        StopReason = null,
        OutputTokens = 0,
        CostNanoUsd = call.CostNanoUsd,
        CachedFrom = null,
    };

    /// <summary>A unit's hash as it is shown; null: there is none.</summary>
    public static string? UnitHashOf(UsageRecord record) => record.UnitHash?.ToString("x16", CultureInfo.InvariantCulture);
}

/// <summary>How much of an answer reached a caller.</summary>
internal enum Exposure
{
    /// <summary>The whole of it.</summary>
    Direct,

    /// <summary>The whole of one that was made for another request.</summary>
    Cached,

    /// <summary>Vectors, from which an index is made.</summary>
    Derived,

    /// <summary>An answer of another release, to which its answers were history.</summary>
    Inherited,

    /// <summary>A part of it.</summary>
    Partial,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nothing: it was a copy of a request that something else answered.</summary>
    Shadow,
}
