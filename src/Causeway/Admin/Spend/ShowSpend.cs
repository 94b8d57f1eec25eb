using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Spend;

/// <summary><c>GET /spend</c>: what was spent, from totals that agree with the booked records.</summary>
internal static class ShowSpend
{
    /// <summary>What spend can be grouped by, in the API's words.</summary>
    public static readonly IReadOnlyList<(string Name, SpendDimension Dimension)> Groups =
    [
        ("team", SpendDimension.Team),
        ("feature", SpendDimension.Feature),
        ("env", SpendDimension.Environment),
        ("model", SpendDimension.Model),
        ("provider", SpendDimension.Provider),
        ("key", SpendDimension.Key),
        ("hour", SpendDimension.Hour),
        ("day", SpendDimension.Day),
    ];

    public const int MaxRows = 10_000;

    private const string Csv = "csv";
    private static readonly QueryParameter s_by = new("by", "What to group by: any of team, feature, env, model, provider, key, hour and day, with commas. team when left out.");
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}. 24h when left out. Windows are whole hours.");
    private static readonly QueryParameter s_until = new("until", "Where to end, in the same forms; open when left out.");
    private static readonly (QueryParameter Parameter, SpendDimension Dimension)[] s_where =
    [
        (new("team", "Only this team's."), SpendDimension.Team),
        (new("feature", "Only this feature's."), SpendDimension.Feature),
        (new("env", "Only this environment's."), SpendDimension.Environment),
        (new("model", "Only what this model answered."), SpendDimension.Model),
        (new("provider", "Only what this provider answered."), SpendDimension.Provider),
        (new("key", "Only this key's, by its id."), SpendDimension.Key),
    ];

    private static readonly QueryParameter s_format = new("format", "csv: the rows for a spreadsheet.") { Allowed = ["json", Csv] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/spend", RunAsync)
        .WithName("show_spend").WithTags("spend").WithSummary("What was spent")
        .WithDescription("Totals by group, in whole hours. A request is in the answer as soon as it has ended. A model without a price is unpriced: its cost is null, never 0. A key for inference is shown its own.")
        .WithMetadata(new TakesKeys())
        .Asks([s_by, s_since, s_until, s_format, .. s_where.Select(one => one.Parameter)])
        .Produces<SpendReport>(StatusCodes.Status200OK, "application/json", "text/csv")
        .Refuses(AdminError.QueryInvalid, AdminError.SpendTooWide);

    private static async Task<Results<Ok<SpendReport>, ContentHttpResult, Problem>> RunAsync(HttpContext http, IUsageStore usage, Journal journal, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        FieldProblem[] wrong = [.. GroupProblems(query, out SpendDimension[] by), .. WindowProblems(query, now, out SpendWindow window)];
        if (wrong.Length > 0)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", wrong);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        IReadOnlyList<SpendRow> rows = await usage.SpendAsync(new SpendQuery(by, window.Since, window.Last) { Where = Where(query, Actor.Of(http).Key) }, http.RequestAborted);
        if (rows.Count > MaxRows)
        {
            return new Problem(AdminError.SpendTooWide, $"It has {rows.Count:#,0} rows, and {MaxRows:#,0} is the most. Group by less, or ask for a shorter time.");
        }

        var report = new SpendReport(
            [.. by.Select(NameOf)],
            window.Since,
            window.Until ?? now,
            "USD",
            journal.Unbooked,
            [.. InOrder(rows, by).Select(row => SpendLine.Of(row, by))],
            SpendLine.Of(Sum(rows), []));
        return s_format.Text(query) == Csv
            ? TypedResults.Text(SpendCsv.Write(report), "text/csv; charset=utf-8")
            : TypedResults.Ok(report);
    }

    // "provider=" asks for what reached none, where a parameter that is left out asks for all.
    private static Dictionary<SpendDimension, string> Where(IQueryCollection query, Key? own)
    {
        Dictionary<SpendDimension, string> where = s_where.Where(one => query.ContainsKey(one.Parameter.Name)).ToDictionary(one => one.Dimension, one => one.Parameter.Text(query) ?? "");
        if (own is not null)
        {
            where[SpendDimension.Key] = own.Id.ToString();
        }

        return where;
    }

    private static IEnumerable<FieldProblem> GroupProblems(IQueryCollection query, out SpendDimension[] by)
    {
        string[] names = (s_by.Text(query) ?? "team").Split(',', StringSplitOptions.TrimEntries);
        by = [.. Groups.Where(group => names.Contains(group.Name)).OrderBy(group => names.IndexOf(group.Name)).Select(group => group.Dimension)];
        return names.Distinct().Count() < names.Length ? [new FieldProblem("by", "names a group twice")]
            : names.Where(name => !Groups.Any(group => group.Name == name)).Select(name => new FieldProblem(
                "by", $"\"{Printable.Cut(name)}\" is not one of: {string.Join(", ", Groups.Select(group => group.Name))}{Nearest.To(name, Groups.Select(group => group.Name))}"));
    }

    private static IEnumerable<FieldProblem> WindowProblems(IQueryCollection query, DateTimeOffset now, out SpendWindow window)
    {
        string? end = s_until.Text(query);
        bool sinceReads = Moment.TryParse(s_since.Text(query) ?? "24h", now, out DateTimeOffset since);
        DateTimeOffset until = now;
        bool untilReads = end is null || Moment.TryParse(end, now, out until);
        window = SpendWindow.Of(since, end is null ? null : until);
        return
        [
            .. sinceReads ? Array.Empty<FieldProblem>() : [new FieldProblem("since", $"is {Moment.Form}")],
            .. untilReads ? Array.Empty<FieldProblem>() : [new FieldProblem("until", $"is {Moment.Form}")],
            .. sinceReads && untilReads && since >= until ? [new FieldProblem(end is null ? "since" : "until", "the window would end before it begins")] : Array.Empty<FieldProblem>(),
        ];
    }

    // Time runs downward; within a moment the dearest is first, as everywhere when time is no group.
    private static IEnumerable<SpendRow> InOrder(IReadOnlyList<SpendRow> rows, SpendDimension[] by)
    {
        int time = Array.FindIndex(by, dimension => dimension is SpendDimension.Hour or SpendDimension.Day);
        return rows
            .OrderBy(row => time < 0 ? "" : row.Group[time], StringComparer.Ordinal)
            .ThenByDescending(row => row.CostNanoUsd)
            .ThenByDescending(row => row.Requests)
            .ThenBy(row => string.Join('\n', row.Group), StringComparer.Ordinal);
    }

    private static SpendRow Sum(IReadOnlyList<SpendRow> rows) => new(
        [],
        rows.Sum(row => row.Requests),
        rows.Sum(row => row.Failures),
        rows.Sum(row => row.UnpricedRequests),
        rows.Sum(row => row.EstimatedRequests),
        rows.Sum(row => row.InputTokens),
        rows.Sum(row => row.CacheReadTokens),
        rows.Sum(row => row.CacheWriteTokens),
        rows.Sum(row => row.OutputTokens),
        rows.Sum(row => row.ReasoningTokens),
        rows.Sum(row => row.CostNanoUsd));

    private static string NameOf(SpendDimension dimension) => Groups.First(group => group.Dimension == dimension).Name;
}
