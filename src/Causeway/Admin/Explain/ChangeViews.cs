using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Admin.Spend;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Explain;

/// <summary>What is different from before, and what made it so.</summary>
internal sealed record ChangeReport(
    [property: Description("Where the span begins that is asked about: whole hours, UTC.")] DateTimeOffset Since,
    [property: Description("Where it ends, not included: the end of an hour, or the moment of the answer, in an hour that is under way.")] DateTimeOffset Until,
    [property: Description("Where the span begins that it is compared with. It has as many hours.")] DateTimeOffset Before,
    [property: Description("In sentences, the weightiest first.")] IReadOnlyList<Finding> Findings,
    SpanTotals Was,
    SpanTotals Is,
    [property: Description("The difference of cost in its parts: volume + mix + price + tokens is exactly is.cost - was.cost.")] CostParts Cost,
    [property: Description("By model, the largest difference of cost first; 20 at most.")] IReadOnlyList<ChangedModel> Models,
    [property: Description("By team, feature and key, the largest differences of cost first; 5 of each at most.")] IReadOnlyList<Mover> Movers,
    [property: Description("Why requests were not completed, of those that were looked at.")] IReadOnlyList<ChangedReason> Reasons,
    [property: Description("What happened in both spans that may have to do with it, the newest first; 100 at most.")] IReadOnlyList<Happening> Happened);

/// <summary>One thing that is different, in a sentence.</summary>
internal sealed record Finding(
    [property: Description("volume, mix, price, tokens, unpriced, model, mover, latency or errors.")] string Kind,
    string Text,
    [property: Description("Its part of the difference of cost, nano-USD; null: it is of something else."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? NanoUsd = null);

/// <summary>A span in numbers.</summary>
internal sealed record SpanTotals(
    long Requests,
    [property: Description("Those that were denied, failed or interrupted.")] long Failures,
    [property: Description("Cost of the priced requests.")] long CostNanoUsd,
    [property: Description("Those that used tokens of a model without a price.")] long UnpricedRequests,
    long InputTokens,
    long CachedTokens,
    long OutputTokens,
    [property: Description("Requests whose times and reasons were looked at: the newest of the span, 2,000 at most.")] int LookedAt,
    [property: Description("From arrival to the first byte, of the completed ones; null: there are none.")] Percentiles? FirstByte,
    [property: Description("From arrival to the end, of the completed ones; null: there are none.")] Percentiles? Total)
{
    public static SpanTotals Of(IReadOnlyList<SpendRow> rows, IReadOnlyList<UsageRecord> records)
    {
        UsageRecord[] completed = [.. records.Where(record => record.Outcome == Outcome.Completed)];
        return new SpanTotals(
            rows.Sum(row => row.Requests),
            rows.Sum(row => row.Failures),
            rows.Sum(row => row.CostNanoUsd),
            rows.Sum(row => row.UnpricedRequests),
            rows.Sum(row => row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens),
            rows.Sum(row => row.CacheReadTokens),
            rows.Sum(row => row.OutputTokens),
            records.Count,
            Percentiles.Of(completed.Where(record => record.TimeToFirstByte is not null).Select(record => record.TimeToFirstByte!.Value)),
            Percentiles.Of(completed.Select(record => record.Total)));
    }
}

/// <summary>A difference of cost in its parts, nano-USD each.</summary>
internal sealed record CostParts(
    [property: Description("All of it.")] long Difference,
    [property: Description("More or fewer requests, each at what one cost on average before.")] long Volume,
    [property: Description("Other models answered than before.")] long Mix,
    [property: Description("List prices are other ones.")] long Price,
    [property: Description("More or fewer tokens in a request of the same model, or dearer ones.")] long Tokens);

/// <summary>A model in both spans.</summary>
internal sealed record ChangedModel(
    string Provider,
    string Model,
    [property: Description("new, gone, or both.")] string In,
    long RequestsBefore,
    long Requests,
    long CostBeforeNanoUsd,
    long CostNanoUsd,
    [property: Description("Of the difference, what another list price makes.")] long PriceNanoUsd,
    [property: Description("Tokens of a request on average: input with what caches had, and output. 0: there was none.")] long TokensBefore,
    long Tokens,
    [property: Description("Milliseconds of the middle one from arrival to end, of those that were looked at; null: there is none.")] double? P50BeforeMs,
    double? P50Ms)
{
    public static ChangedModel Of(ModelChange one, double? p50Before, double? p50) => new(
        one.Provider,
        one.Model,
        one.Before is null ? "new" : one.Now is null ? "gone" : "both",
        one.Before?.Requests ?? 0,
        one.Now?.Requests ?? 0,
        one.Before?.CostNanoUsd ?? 0,
        one.Now?.CostNanoUsd ?? 0,
        one.PriceNanoUsd,
        Each(one.Before),
        Each(one.Now),
        p50Before,
        p50);

    private static long Each(SpendRow? row) => row is not { Requests: > 0 } ? 0 : (row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens) / row.Requests;
}

/// <summary>Somebody whose cost is another one.</summary>
internal sealed record Mover(
    [property: Description("team, feature or key.")] string By,
    string Name,
    long RequestsBefore,
    long Requests,
    long CostBeforeNanoUsd,
    long CostNanoUsd);

/// <summary>Why requests were not completed.</summary>
internal sealed record ChangedReason(
    [property: JsonConverter(typeof(SnakeCaseEnum<Outcome>))] Outcome Outcome,
    [property: Description("The stable code; null: none.")] string? Code,
    [property: Description("How many of those that were looked at in the span before.")] int Before,
    [property: Description("And in the span that is asked about.")] int Now);

/// <summary>Something that happened meanwhile.</summary>
internal sealed record Happening(
    DateTimeOffset At,
    [property: Description("As in the timeline, or in the audit.")] string Kind,
    [property: Description("What exactly, in a sentence.")] string Text,
    string Actor,
    [property: Description("The channel; null: it is of none.")] string? Channel,
    [property: Description("The grant; null: it is of none.")] string? Grant);
