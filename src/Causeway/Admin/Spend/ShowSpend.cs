using Causeway.Admin.Export;
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
    public const int MaxRows = 10_000;
    public const string Csv = "csv";
    public const string Parquet = "parquet";

    private static readonly QueryParameter s_format = new("format", "csv: the rows for a spreadsheet. parquet: the same as Apache Parquet.") { Allowed = ["json", Csv, Parquet] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/spend", RunAsync)
        .WithName("show_spend").WithTags("spend").WithSummary("What was spent")
        .WithDescription("Totals by group, in whole hours. A request is in the answer as soon as it has ended. A model without a price is unpriced: its cost is null, never 0. A key for inference is shown its own.")
        .WithMetadata(new TakesKeys())
        .Asks([.. SpendQuestion.Parameters, s_format])
        .Produces<SpendReport>(StatusCodes.Status200OK, "application/json", "text/csv", FocusFile.ParquetType)
        .Refuses(AdminError.QueryInvalid, AdminError.SpendTooWide);

    private static async Task<Results<Ok<SpendReport>, ContentHttpResult, SpendParquet, Problem>> RunAsync(HttpContext http, IUsageStore usage, Journal journal, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        if (SpendQuestion.Read(query, Actor.Of(http).Key, now, out SpendQuestion asked) is { Count: > 0 } wrong)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", wrong);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        IReadOnlyList<SpendRow> all = await RowsAsync(usage, asked, asked.Window, http.RequestAborted);
        (IReadOnlyList<SpendRow> rows, IReadOnlyList<SpendRow> others) = SpendRows.Top(all, asked.By, asked.Top);
        if (rows.Count > MaxRows || all.Count == SpendQuery.MostLabelled)
        {
            return new Problem(AdminError.SpendTooWide, $"It has {(all.Count == SpendQuery.MostLabelled ? "more than " : "")}{rows.Count:#,0} rows, and {MaxRows:#,0} is the most. Group by less, ask for a shorter time, or for the dearest alone: top.");
        }

        SpendReport report = await ReportAsync(usage, asked, all, rows, others, journal.Unbooked, now, http.RequestAborted);
        return s_format.Text(query) switch
        {
            Csv => TypedResults.Text(SpendCsv.Write(report), "text/csv; charset=utf-8"),
            Parquet => new SpendParquet(report),
            _ => TypedResults.Ok(report),
        };
    }

    private static async Task<SpendReport> ReportAsync(
        IUsageStore usage, SpendQuestion asked, IReadOnlyList<SpendRow> all, IReadOnlyList<SpendRow> rows, IReadOnlyList<SpendRow> others, long unbooked, DateTimeOffset now, CancellationToken cancellation)
    {
        SpendRow total = SpendRows.Sum(all, []);
        IReadOnlyList<SpendRow> before = [];
        SpendComparison? comparison = null;
        if (asked.Compares)
        {
            SpendWindow previous = asked.Window.Before(now);
            before = await RowsAsync(usage, asked, previous, cancellation);
            comparison = SpendTrend.Of(previous, SpendRows.Sum(before, []), total, all, before, asked);
        }

        Dictionary<string, SpendRow> old = before.ToDictionary(row => SpendRows.ThingOf(row, asked.By), StringComparer.Ordinal);
        SpendLine[] lines = [.. SpendRows.InOrder(rows, asked.By).Select(row => SpendLine.Of(row, asked.By, asked.Compares ? old.GetValueOrDefault(SpendRows.ThingOf(row, asked.By)) ?? SpendRows.Sum([], []) : null))];
        return new SpendReport(
            [.. asked.By.Select(one => SpendGroups.NameOf(one, asked.Tag))],
            asked.Window.Since,
            asked.Window.Until ?? now,
            "USD",
            unbooked,
            others.Count == 0 ? lines : [.. lines, SpendLine.Of(SpendRows.Sum(others, []), [], null) with { Others = others.Select(row => SpendRows.ThingOf(row, asked.By)).Distinct(StringComparer.Ordinal).Count() }],
            SpendLine.Of(total, [], null),
            asked.Zone.Id,
            Share(total.UnpricedRequests, total.Requests),
            Share(total.EstimatedRequests, total.Requests),
            asked.WindowName,
            comparison,
            asked.Forecasts ? await SpendOutlook.OfAsync(usage, asked, total.CostNanoUsd, now, cancellation) : null);
    }

    private static async Task<IReadOnlyList<SpendRow>> RowsAsync(IUsageStore usage, SpendQuestion asked, SpendWindow window, CancellationToken cancellation) =>
        SpendRows.InZone(await usage.SpendAsync(asked.Query(window, SpendRows.Asked(asked.By, asked.Zone)), cancellation), asked.By, asked.Zone);

    private static double Share(long part, long whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 4);
}
