using System.ComponentModel;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Spend;

/// <summary><c>GET /usage/summary</c>: how requests fared lately, in a few numbers: how long they took, and why they were denied.</summary>
internal static class SummariseUsage
{
    /// <summary>Records that are looked at, so that the answer costs the same however many there are.</summary>
    public const int MaxRecords = 5_000;

    private const int MaxReasons = 20;
    private static readonly (QueryParameter Parameter, UsageWord Word)[] s_words =
    [
        (new("team", "Only this team's."), UsageWord.Team),
        (new("feature", "Only this feature's."), UsageWord.Feature),
        (new("env", "Only this environment's."), UsageWord.Environment),
        (new("channel", "Only those of this channel."), UsageWord.Channel),
        (new("provider", "Only those that this provider answered."), UsageWord.Provider),
    ];

    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}. 24h when left out.");

    public static void Map(RouteGroupBuilder api) => api.MapGet("/usage/summary", RunAsync)
        .WithName("summarise_usage").WithTags("spend").WithSummary("How requests fared lately")
        .WithDescription("Latency as percentiles and reasons of denials and failures, of the newest 5,000 requests since then. Percentiles are of completed requests; spend and counts of longer times are totals, which GET /spend has.")
        .Asks([.. s_words.Select(word => word.Parameter), s_since])
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<Ok<UsageSummary>, Problem>> RunAsync(HttpContext http, IUsageStore usage, Journal journal, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        if (!Moment.TryParse(s_since.Text(query) ?? "24h", now, out DateTimeOffset since) || since >= now)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("since", $"is {Moment.Form}, and in the past")]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        UsageSearch search = new()
        {
            Since = since,
            Words = s_words.Where(word => word.Parameter.Text(query) is not null).ToDictionary(word => word.Word, word => word.Parameter.Text(query)!),
        };
        (List<UsageRecord> records, bool areAll) = await NewestUsage.ReadAsync(usage, search, MaxRecords, http.RequestAborted);
        return TypedResults.Ok(Of(since, records, areAll));
    }

    private static UsageSummary Of(DateTimeOffset since, List<UsageRecord> records, bool areAll)
    {
        UsageRecord[] completed = [.. records.Where(record => record.Outcome == Outcome.Completed)];
        return new UsageSummary(
            since,
            records.Count,
            areAll,
            completed.Length,
            Percentiles.Of(completed.Where(record => record.TimeToFirstByte is not null).Select(record => record.TimeToFirstByte!.Value)),
            Percentiles.Of(completed.Select(record => record.Total)),
            [
                .. records.Where(NewestUsage.IsFailure).GroupBy(record => (record.Outcome, record.ErrorCode))
                    .Select(group => new UsageReason(group.Key.Outcome, group.Key.ErrorCode, group.Count(), group.Max(record => record.At)))
                    .OrderByDescending(reason => reason.Requests).ThenBy(reason => reason.Code, StringComparer.Ordinal).Take(MaxReasons),
            ]);
    }
}

/// <summary>How requests fared.</summary>
internal sealed record UsageSummary(
    [property: Description("Where it begins.")] DateTimeOffset Since,
    [property: Description("Requests that were looked at.")] int Requests,
    [property: Description("false: there are older ones since then that were not looked at.")] bool AreAll,
    [property: Description("Those among them that were completed.")] int Completed,
    [property: Description("From arrival to the first byte for the caller; null: none was completed.")] Percentiles? FirstByte,
    [property: Description("From arrival to the end; null: none was completed.")] Percentiles? Total,
    [property: Description("Why those were not that Causeway or a provider ended, the most frequent first.")] IReadOnlyList<UsageReason> Reasons);

/// <summary>Milliseconds that the middle one, nineteen of twenty and ninety-nine of a hundred did not exceed.</summary>
internal sealed record Percentiles(double P50Ms, double P95Ms, double P99Ms)
{
    /// <returns>Null: there is nothing to rank.</returns>
    public static Percentiles? Of(IEnumerable<TimeSpan> spans)
    {
        TimeSpan[] ranked = [.. spans.Order()];
        return ranked.Length == 0 ? null : new Percentiles(At(0.5), At(0.95), At(0.99));

        // The nearest rank: a value that was measured, never one between two.
        double At(double share) => UsageView.Milliseconds(ranked[Math.Max(0, (int)Math.Ceiling(share * ranked.Length) - 1)]);
    }
}

/// <summary>Why requests were not completed.</summary>
internal sealed record UsageReason(
    [property: System.Text.Json.Serialization.JsonConverter(typeof(SnakeCaseEnum<Outcome>))] Outcome Outcome,
    [property: Description("The stable code; null: none.")] string? Code,
    int Requests,
    [property: Description("When the newest arrived.")] DateTimeOffset Newest);
