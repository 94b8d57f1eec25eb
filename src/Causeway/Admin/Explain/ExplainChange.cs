using Causeway.Admin.Spend;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Releases.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Explain;

/// <summary><c>GET /explain</c>: why a span cost something else, took another time or failed otherwise than the one before.</summary>
internal static class ExplainChange
{
    private const int MaxModels = 20;
    private const int MaxMovers = 5;
    private const int LookedAt = 2_000;
    private const double LongestDays = 92;
    private static readonly SpendDimension[] s_models = [SpendDimension.Provider, SpendDimension.Model];
    private static readonly (string Name, SpendDimension Dimension)[] s_movers = [("team", SpendDimension.Team), ("feature", SpendDimension.Feature), ("key", SpendDimension.Key)];
    private static readonly QueryParameter s_since = new("since", $"Where the span begins: {Moment.Form}. 24h when left out. Spans are whole hours; 92 days are the most.");
    private static readonly QueryParameter s_until = new("until", "Where it ends, in the same forms; now when left out.");
    private static readonly QueryParameter s_against = new("against", "Where the span begins that it is compared with, which has as many hours; right before it when left out.");
    private static readonly (QueryParameter Parameter, SpendDimension Dimension, UsageWord Word)[] s_where =
    [
        (new("team", "Only this team's."), SpendDimension.Team, UsageWord.Team),
        (new("feature", "Only this feature's."), SpendDimension.Feature, UsageWord.Feature),
        (new("env", "Only this environment's."), SpendDimension.Environment, UsageWord.Environment),
        (new("provider", "Only what this provider answered."), SpendDimension.Provider, UsageWord.Provider),
        (new("key", "Only this key's, by its id."), SpendDimension.Key, UsageWord.Key),
    ];

    public static void Map(RouteGroupBuilder api) => api.MapGet("/explain", RunAsync)
        .WithName("explain_change").WithTags("spend").WithSummary("Why it is different from before")
        .WithDescription(
            "Two spans of as many hours, compared: the difference of cost in its parts (how many requests, which models, what they cost by their lists, how many tokens), exact; who has most of it; times and reasons of " +
            "failures of the newest 2,000 requests of each; and what happened meanwhile: releases, rollouts, rollbacks, grants, keys, agreements.")
        .Asks([s_since, s_until, s_against, .. s_where.Select(one => one.Parameter)])
        .Refuses(AdminError.QueryInvalid, AdminError.SpendTooWide);

    private static async Task<Results<Ok<ChangeReport>, Problem>> RunAsync(HttpContext http, IUsageStore usage, IRoutingStore routing, ILedgerStore ledger, Journal journal, PolicyPublisher policies, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        if (Read(query, now, out DateTimeOffset since, out DateTimeOffset until, out DateTimeOffset before) is { } wrong)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [wrong]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        TimeSpan length = until - since;
        CancellationToken leave = http.RequestAborted;
        IReadOnlyList<SpendRow> wasModels = await RowsAsync(s_models, before);
        IReadOnlyList<SpendRow> nowModels = await RowsAsync(s_models, since);
        if (wasModels.Count + nowModels.Count > ShowSpend.MaxRows)
        {
            return new Problem(AdminError.SpendTooWide, $"It has {wasModels.Count + nowModels.Count:#,0} rows, and {ShowSpend.MaxRows:#,0} is the most. Narrow it by team, feature or provider.");
        }

        List<UsageRecord> wasRecords = await NewestAsync(usage, query, before, before + length, leave);
        List<UsageRecord> nowRecords = await NewestAsync(usage, query, since, until, leave);
        SpanTotals was = SpanTotals.Of(wasModels, wasRecords);
        SpanTotals current = SpanTotals.Of(nowModels, nowRecords);
        PolicyRevision policy = policies.Current;
        ChangeSplit split = ChangeSplit.Of(Answered(wasModels), Answered(nowModels), (provider, model) => (RatesOf(policy, provider, model, before), RatesOf(policy, provider, model, since)));
        ChangedModel[] models = [.. split.Models.Take(MaxModels).Select(one => ChangedModel.Of(one, Middle(wasRecords, one), Middle(nowRecords, one)))];
        List<Mover> movers = [];
        foreach ((string name, SpendDimension dimension) in s_movers)
        {
            movers.AddRange(Movers(name, await RowsAsync([dimension], before), await RowsAsync([dimension], since)));
        }

        ChangedReason[] reasons = [.. Reasons(wasRecords, nowRecords)];
        long difference = current.CostNanoUsd - was.CostNanoUsd;
        return TypedResults.Ok(new ChangeReport(
            since,
            until > now ? now : until,
            before,
            Findings.Of(was, current, split, models, movers, reasons),
            was,
            current,
            new CostParts(difference, split.Volume, split.Mix, split.Price, split.Tokens),
            models,
            movers,
            reasons,
            await Happenings.ReadAsync(routing, ledger, before, until, leave)));

        Task<IReadOnlyList<SpendRow>> RowsAsync(IReadOnlyList<SpendDimension> by, DateTimeOffset from) => usage.SpendAsync(
            new SpendQuery(by, from, (from + length).AddTicks(-1)) { Where = s_where.Where(one => query.ContainsKey(one.Parameter.Name)).ToDictionary(one => one.Dimension, one => one.Parameter.Text(query) ?? "") },
            leave);
    }

    // Whole hours, so that what is compared has as many of them.
    private static FieldProblem? Read(IQueryCollection query, DateTimeOffset now, out DateTimeOffset since, out DateTimeOffset until, out DateTimeOffset before)
    {
        (until, before) = (now, default);
        if (!Moment.TryParse(s_since.Text(query) ?? "24h", now, out since))
        {
            return new FieldProblem("since", $"is {Moment.Form}");
        }

        if (s_until.Text(query) is { } end && !Moment.TryParse(end, now, out until))
        {
            return new FieldProblem("until", $"is {Moment.Form}");
        }

        if (since >= until || (until - since).TotalDays > LongestDays)
        {
            return new FieldProblem("since", $"it begins before it ends, {LongestDays:0} days at most");
        }

        SpendWindow window = SpendWindow.Of(since, until);
        (since, until) = (window.Since, window.Until!.Value);
        before = since - (until - since);
        if (s_against.Text(query) is not { } against)
        {
            return null;
        }

        if (!Moment.TryParse(against, now, out before))
        {
            return new FieldProblem("against", $"is {Moment.Form}");
        }

        before = SpendWindow.Of(before, null).Since;
        return before + (until - since) > since ? new FieldProblem("against", "the span that it is compared with ends before it begins") : null;
    }

    // What reached no provider cost nothing, and is no request that a model could have answered dearer.
    private static SpendRow[] Answered(IReadOnlyList<SpendRow> rows) => [.. rows.Where(row => row.Group[0].Length > 0 && row.Requests > 0)];

    private static Rates? RatesOf(PolicyRevision policy, string provider, string model, DateTimeOffset at) => policy.FindProvider(provider)?.PriceOf(model, served: null)?.RatesAt(inputTokens: 0, at);

    private static async Task<List<UsageRecord>> NewestAsync(IUsageStore usage, IQueryCollection query, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        UsageSearch search = new()
        {
            Since = since,
            Until = until,
            Words = s_where.Where(one => one.Parameter.Text(query) is not null).ToDictionary(one => one.Word, one => one.Parameter.Text(query)!),
        };
        return (await NewestUsage.ReadAsync(usage, search, LookedAt, cancellation)).Records;
    }

    private static double? Middle(List<UsageRecord> records, ModelChange of) =>
        Percentiles.Of(records.Where(record => record.Outcome == Outcome.Completed && record.Provider == of.Provider && (record.ModelServed ?? record.ModelSent ?? record.ModelAsked) == of.Model).Select(record => record.Total))?.P50Ms;

    private static IEnumerable<Mover> Movers(string by, IReadOnlyList<SpendRow> before, IReadOnlyList<SpendRow> now)
    {
        Dictionary<string, SpendRow> was = before.ToDictionary(row => row.Group[0], StringComparer.Ordinal);
        Dictionary<string, SpendRow> current = now.ToDictionary(row => row.Group[0], StringComparer.Ordinal);
        return was.Keys.Union(current.Keys)
            .Select(name => new Mover(by, name, was.GetValueOrDefault(name)?.Requests ?? 0, current.GetValueOrDefault(name)?.Requests ?? 0, was.GetValueOrDefault(name)?.CostNanoUsd ?? 0, current.GetValueOrDefault(name)?.CostNanoUsd ?? 0))
            .OrderByDescending(one => Math.Abs(one.CostNanoUsd - one.CostBeforeNanoUsd)).ThenByDescending(one => Math.Abs(one.Requests - one.RequestsBefore)).ThenBy(one => one.Name, StringComparer.Ordinal)
            .Take(MaxMovers);
    }

    private static IEnumerable<ChangedReason> Reasons(List<UsageRecord> before, List<UsageRecord> now)
    {
        ILookup<(Outcome, string?), UsageRecord> was = before.Where(NewestUsage.IsFailure).ToLookup(record => (record.Outcome, record.ErrorCode));
        ILookup<(Outcome, string?), UsageRecord> current = now.Where(NewestUsage.IsFailure).ToLookup(record => (record.Outcome, record.ErrorCode));
        return was.Select(group => group.Key).Union(current.Select(group => group.Key))
            .Select(reason => new ChangedReason(reason.Item1, reason.Item2, was[reason].Count(), current[reason].Count()))
            .OrderByDescending(reason => Math.Abs(reason.Now - reason.Before)).ThenBy(reason => reason.Code, StringComparer.Ordinal).Take(MaxModels);
    }
}
