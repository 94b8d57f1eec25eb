using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Admin.Releases;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Labels;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Releases.Releases;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Spend;

/// <summary><c>GET /usage</c>: usage records in full, newest first, and those alone that match. They hold no prompt and no answer.</summary>
internal static class ListUsage
{
    private static readonly (QueryParameter Parameter, UsageWord Word)[] s_words =
    [
        (new("team", "Only this team's."), UsageWord.Team),
        (new("feature", "Only this feature's."), UsageWord.Feature),
        (new("env", "Only this environment's."), UsageWord.Environment),
        (new("key", "Only those of this key, by its id."), UsageWord.Key),
        (new("provider", "Only those that this provider answered."), UsageWord.Provider),
        (new("model", "Only those that asked for this, as it was written."), UsageWord.ModelAsked),
        (new("channel", "Only those of this channel."), UsageWord.Channel),
        (new("release", "Only those that this release answered, by its id or the first 8 hex digits or more of it."), UsageWord.Release),
        (new("code", "Only those that ended with this stable code."), UsageWord.ErrorCode),
        (new("contract_outcome", "Only those whose contract came to this: native, enforced, repaired, violated, blank, refused or truncated."), UsageWord.ContractOutcome),
        (new("data_class", "Only those of this class of data."), UsageWord.DataClass),
        (new("agreement", "Only those that this agreement let go, by its id."), UsageWord.Agreement),
        (new("cost_centre", "Only those that are charged to this cost centre."), UsageWord.CostCentre),
    ];

    private static readonly QueryParameter s_outcome = new("outcome", "Only those that ended so.") { Allowed = [.. Enum.GetNames<Outcome>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)] };
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}.");
    private static readonly QueryParameter s_until = new("until", "Where to end, in the same forms; not included.");
    private static readonly QueryParameter s_limit = new("limit", "How many at most.") { Count = (1, 1000, 100) };
    private static readonly QueryParameter s_cursor = new("cursor", "\"next\" of the page before.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/usage", RunAsync)
        .WithName("list_usage").WithTags("spend").WithSummary("Requests, newest first")
        .WithDescription(
            "One record for each request that was attributed. No prompt and no answer is in it. A page looks through 20,000 records at most: it may be short, or empty, and still have a \"next\". A key for inference is shown its own.")
        .WithMetadata(new TakesKeys())
        .Asks([.. s_words.Select(word => word.Parameter), LabelFilters.EndUser, LabelFilters.Tag, s_outcome, s_since, s_until, s_limit, s_cursor])
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<UsagePage>, Problem>> RunAsync(HttpContext http, IUsageStore usage, IReleaseStore releases, Journal journal, TimeProvider time)
    {
        List<FieldProblem> wrong = [];
        UsageSearch search = Read(http.Request.Query, Actor.Of(http).Key, time.GetUtcNow(), wrong);
        if (search.Words.TryGetValue(UsageWord.Release, out string? asked))
        {
            (string? release, string? problem) = await WholeAsync(asked, releases, http.RequestAborted);
            wrong.AddRange(problem is null ? [] : [new FieldProblem("release", problem)]);
            search = search with { Words = new Dictionary<UsageWord, string>(search.Words) { [UsageWord.Release] = release ?? asked } };
        }

        if (wrong.Count > 0)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", wrong);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        UsageSearchPage page = await usage.SearchAsync(search, http.RequestAborted);
        return TypedResults.Ok(new UsagePage([.. page.Records.Select(UsageView.Of)], page.Next is { } next ? RequestName.Of(next) : null));
    }

    // Records have whole ids. One that is written whole is asked for as it stands: what it answered is there, whether or not the release still is.
    private static async Task<(string? Release, string? Problem)> WholeAsync(string text, IReleaseStore releases, CancellationToken cancellation)
    {
        if (ReleaseIdRange.TryParse(text, out ReleaseIdRange range) && range.Least == range.Most)
        {
            return (text, null);
        }

        ReleaseLookup found = await ReleaseLookup.ByIdAsync(text, releases, cancellation);
        return (found.Release?.Id.ToString(), found.Message);
    }

    private static UsageSearch Read(IQueryCollection query, Key? own, DateTimeOffset now, List<FieldProblem> wrong)
    {
        Guid? before = null;
        if (s_cursor.Text(query) is { } cursor)
        {
            before = RequestName.Read(cursor);
            wrong.AddRange(before is null ? [new FieldProblem("cursor", "is not the \"next\" of a page")] : []);
        }

        Dictionary<UsageWord, string> words = s_words.Where(word => word.Parameter.Text(query) is not null).ToDictionary(word => word.Word, word => word.Parameter.Text(query)!);
        if (own is not null)
        {
            wrong.AddRange(words.TryGetValue(UsageWord.Key, out string? other) && other != own.Id.ToString() ? [new FieldProblem("key", "is another one: a key is shown its own requests")] : []);
            words[UsageWord.Key] = own.Id.ToString();
        }

        wrong.AddRange(LabelFilters.ReadTag(query, out (string, string)? tag));
        return new UsageSearch
        {
            EndUser = LabelFilters.EndUser.Text(query),
            Tag = tag,
            Before = before,
            Since = Time(s_since),
            Until = Time(s_until),
            Limit = s_limit.Number(query),
            Outcome = s_outcome.Text(query) is { } outcome ? Enum.GetValues<Outcome>().Single(one => JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()) == outcome) : null,
            Words = words,
        };

        DateTimeOffset? Time(QueryParameter parameter)
        {
            if (parameter.Text(query) is not { } text)
            {
                return null;
            }

            if (Moment.TryParse(text, now, out DateTimeOffset moment))
            {
                return moment;
            }

            wrong.Add(new FieldProblem(parameter.Name, $"is {Moment.Form}"));
            return null;
        }
    }
}

/// <summary>A request's id as it is written.</summary>
internal static class RequestName
{
    private const string Prefix = "req_";

    public static string Of(Guid request) => $"{Prefix}{request:N}";

    /// <summary>Null: it is none.</summary>
    public static Guid? Read(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(Prefix.Length), "N", out Guid request) ? request : null;
}

/// <summary>A page of requests.</summary>
internal sealed record UsagePage(
    IReadOnlyList<UsageView> Requests,
    [property: Description("The cursor of the next page; absent on the last one."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null);

/// <summary>What one request was and what it cost.</summary>
internal sealed record UsageView
{
    [Description("As in x-causeway-request.")]
    public required string Request { get; init; }

    [Description("When it arrived.")]
    public required DateTimeOffset At { get; init; }

    public required string Team { get; init; }

    public required string Feature { get; init; }

    public required string Env { get; init; }

    [Description("Whom the company charges; null: nobody said.")]
    public required string? CostCentre { get; init; }

    [Description("Which of the caller's people it was for, as it is booked: docs/attribution.md; null: the caller named none, or it is not kept.")]
    public required string? EndUser { get; init; }

    [Description("Its tags by name; empty: it has none.")]
    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    [Description("The key's id.")]
    public required string Key { get; init; }

    [Description("openai, anthropic or gemini.")]
    public required string Protocol { get; init; }

    [Description("The operation, in the protocol's word.")]
    public required string Route { get; init; }

    [Description("What the caller asked for.")]
    public required string ModelAsked { get; init; }

    [Description("What was sent to the provider; null: nothing was.")]
    public required string? ModelSent { get; init; }

    [Description("What the provider says that answered; null: it did not say.")]
    public required string? ModelServed { get; init; }

    public required string? Provider { get; init; }

    [Description("Where the provider is bound to process; null: not bound.")]
    public required string? Region { get; init; }

    [Description("The class of data that it belonged to: docs/agreements.md; null: it ended before that was decided.")]
    public required string? DataClass { get; init; }

    [Description("The agreement that let its data go; null: none went, or the configuration let it.")]
    public required string? Agreement { get; init; }

    [Description("Input that neither came from nor went to a cache.")]
    public required long InputTokens { get; init; }

    public required long CacheReadTokens { get; init; }

    public required long CacheWriteTokens { get; init; }

    [Description("Reasoning included.")]
    public required long OutputTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    [Description("With what was said of it later. null: the model has no price.")]
    public required long? CostNanoUsd { get; init; }

    [Description("The part of the cost that adjustments changed; null: there was none.")]
    public required long? AdjustedNanoUsd { get; init; }

    [Description("The same in USD, exact.")]
    public required string? CostUsd { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<UsageSource>)), Description("Who says how many tokens it were.")]
    public required UsageSource UsageSource { get; init; }

    [Description("The HTTP status that the caller got; 499: it left before there was one.")]
    public required int Status { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<Outcome>))]
    public required Outcome Outcome { get; init; }

    [Description("The stable code of what went wrong; null: nothing did.")]
    public required string? ErrorCode { get; init; }

    [Description("Why the model stopped, in the provider's word.")]
    public required string? StopReason { get; init; }

    [Description("Calls made upstream, retries included.")]
    public required int Attempts { get; init; }

    [Description("The channel that was asked for; null: a model was.")]
    public required string? Channel { get; init; }

    [Description("The release that answered; null: there was no channel.")]
    public required string? Release { get; init; }

    [Description("Fields that the provider's protocol could not be told, as in x-causeway-dropped; null: none.")]
    public required string? Dropped { get; init; }

    [Description("The contract that the answer had to follow: NAME@VERSION, or inline; null: none.")]
    public required string? Contract { get; init; }

    [Description("The digest of the contract's schema; null: there was no contract.")]
    public required string? ContractSchema { get; init; }

    [Description("native, enforced, repaired; violated, blank, refused or truncated; null: there was no contract, or no answer.")]
    public required string? ContractOutcome { get; init; }

    [Description("Calls in which a model was asked to repair its answer.")]
    public required int Repairs { get; init; }

    [Description("What those calls cost; part of the cost. null: there were none, or their models have no price.")]
    public required long? RepairCostNanoUsd { get; init; }

    [Description("Uses of tools that the provider ran itself and bills by the use, searches of the web for one; 0: none.")]
    public required int ToolUses { get; init; }

    [Description("What those cost; part of the cost. null: there were none, or one has no fee that is known.")]
    public required long? ToolFeeNanoUsd { get; init; }

    [Description("What was mended in the answer and at how many places: fences:1,integer_spelling:2; null: nothing.")]
    public required string? Mended { get; init; }

    [Description("The request whose answer was given again to this one; null: it was answered anew.")]
    public required string? CachedFrom { get; init; }

    [Description("Every call upstream and every pin passed over, in order, where there was more than one.")]
    public required IReadOnlyList<AttemptView> Trail { get; init; }

    public required bool Streamed { get; init; }

    [Description("From arrival to the first byte for the caller; null: there was none.")]
    public required double? FirstByteMs { get; init; }

    [Description("From arrival to the end.")]
    public required double TotalMs { get; init; }

    public static UsageView Of(UsageRecord record) => new()
    {
        Request = RequestName.Of(record.Request),
        At = record.At,
        Team = record.Attribution.Team,
        Feature = record.Attribution.Feature,
        Env = record.Attribution.Environment,
        CostCentre = record.Attribution.CostCentre,
        EndUser = record.EndUser,
        Tags = RequestTags.Each(record.Tags).ToDictionary(tag => tag.Name, tag => tag.Value),
        Key = record.Key.ToString(),
        Protocol = record.Protocol,
        Route = record.Route,
        ModelAsked = record.ModelAsked,
        ModelSent = record.ModelSent,
        ModelServed = record.ModelServed,
        Provider = record.Provider,
        Region = record.Region,
        DataClass = record.DataClass,
        Agreement = record.Agreement,
        InputTokens = record.FinalTokens.Input,
        CacheReadTokens = record.FinalTokens.CacheRead,
        CacheWriteTokens = record.FinalTokens.CacheWrite,
        OutputTokens = record.FinalTokens.Output,
        ReasoningTokens = record.FinalTokens.Reasoning,
        CostNanoUsd = record.FinalCostNanoUsd,
        AdjustedNanoUsd = record.Adjusted?.NanoUsd,
        CostUsd = record.FinalCostNanoUsd is { } nano ? Money.Usd(nano) : null,
        UsageSource = record.Source,
        Status = record.Status,
        Outcome = record.Outcome,
        ErrorCode = record.ErrorCode,
        StopReason = record.StopReason,
        Attempts = record.Attempts,
        Channel = record.Channel,
        Release = record.Release,
        CachedFrom = record.CachedFrom is { } from ? $"req_{from:N}" : null,
        Dropped = record.Dropped,
        Contract = record.Contract,
        ContractSchema = record.ContractSchema,
        ContractOutcome = record.ContractOutcome,
        Repairs = record.Repairs,
        RepairCostNanoUsd = record.RepairCostNanoUsd,
        ToolUses = record.ToolUses,
        ToolFeeNanoUsd = record.ToolFeeNanoUsd,
        Mended = record.Mended,
        Trail = [.. record.Trail.Select(AttemptView.Of)],
        Streamed = record.Streamed,
        FirstByteMs = record.TimeToFirstByte is { } first ? Milliseconds(first) : null,
        TotalMs = Milliseconds(record.Total),
    };

    internal static double Milliseconds(TimeSpan span) => Math.Round(span.TotalMilliseconds, 3);
}

/// <summary>One step of a request's way.</summary>
internal sealed record AttemptView(
    string Provider,
    string Model,
    [property: Description("Why the next step was taken; answered for the last.")] string Reason,
    [property: Description("The provider's HTTP status; null: there was none.")] int? Status,
    double DurationMs,
    [property: Description("null: nothing that is known of.")] long? CostNanoUsd,
    [property: Description("Where the provider was bound to process it; null: bound to no region.")] string? Region,
    [property: Description("The agreement that let its data go; null: the configuration did, or none went.")] string? Agreement,
    [property: Description("From the request's arrival to its beginning; null: it is on record from before that was kept.")] double? OffsetMs,
    [property: Description("From its beginning to the beginning of the provider's reply; null: there was none, or it was not kept.")] double? FirstByteMs)
{
    public static AttemptView Of(AttemptRecord step) =>
        new(step.Provider, step.Model, step.Reason, step.Status, UsageView.Milliseconds(step.Duration), step.CostNanoUsd, step.Region, step.Agreement, Of(step.Began), Of(step.FirstByte));

    private static double? Of(TimeSpan? span) => span is { } known ? UsageView.Milliseconds(known) : null;
}
