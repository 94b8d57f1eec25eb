using System.Globalization;
using Causeway.Admin.Spend;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Shadow.Import;
using Causeway.Shadow.Reconcile;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Shadow;

/// <summary><c>GET /shadow/report</c>: what vendors say beside what was booked.</summary>
internal static class ShowShadow
{
    private const string Csv = "csv";
    private const int MaxLines = 2_000_000;
    private static readonly QueryParameter s_since = new("since", $"The first day: {Moment.Form}. 30d when left out. Whole days, UTC.");
    private static readonly QueryParameter s_until = new("until", "The day after the last, in the same forms; after today when left out.");
    private static readonly QueryParameter s_format = new("format", "csv: the accounts for a spreadsheet.") { Allowed = ["json", Csv] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/shadow/report", RunAsync)
        .WithName("show_shadow").WithTags("shadow").WithSummary("What goes around Causeway")
        .WithDescription("Spend by vendor account, project and key: Causeway's own (reconciled with what was booked), claimed by a team, or nobody's; regions; hosts in logs; adoption over time and by team; time to first call. docs/shadow.md explains the classes and tolerances.")
        .Asks(s_since, s_until, s_format)
        .Produces<ShadowReportView>(StatusCodes.Status200OK, "application/json", "text/csv")
        .Refuses(AdminError.QueryInvalid, AdminError.SpendTooWide);

    private static async Task<Results<Ok<ShadowReportView>, ContentHttpResult, Problem>> RunAsync(HttpContext http, IShadowStore store, IUsageStore usage, IKeyStore keys, PolicyPublisher policies, Journal journal, TimeProvider time)
    {
        IQueryCollection query = http.Request.Query;
        DateTimeOffset now = time.GetUtcNow();
        if (Window(query, now, out DateOnly since, out DateOnly until) is { } wrong)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [wrong]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        VendorBooks? books = await ReadAsync(store, since, until, http.RequestAborted);
        if (books is null)
        {
            return new Problem(AdminError.SpendTooWide, "There are more lines than a report is made of. Ask for a shorter time.");
        }

        GovernedDay[] governed = [.. await GovernedAsync(usage, since, until, http.RequestAborted)];
        Tolerances tolerances = new();
        var report = ShadowReport.Of(books, governed, tolerances, DateOnly.FromDateTime(now.UtcDateTime));
        if (s_format.Text(query) == Csv)
        {
            return TypedResults.Text(ShadowCsv.Of(report), "text/csv");
        }

        return TypedResults.Ok(ShadowReportView.Of(report, books.Hosts, tolerances, since, until, await FirstCallsAsync(usage, keys, since, until, http.RequestAborted), region => RegionCover.Of(region, policies.Current.Agreements, now)));
    }

    private static FieldProblem? Window(IQueryCollection query, DateTimeOffset now, out DateOnly since, out DateOnly until)
    {
        until = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1);
        since = until.AddDays(-31);
        if (s_since.Text(query) is { } from)
        {
            if (!Moment.TryParse(from, now, out DateTimeOffset moment))
            {
                return new FieldProblem("since", $"is {Moment.Form}");
            }

            since = DateOnly.FromDateTime(moment.UtcDateTime);
        }

        if (s_until.Text(query) is { } to)
        {
            if (!Moment.TryParse(to, now, out DateTimeOffset moment))
            {
                return new FieldProblem("until", $"is {Moment.Form}");
            }

            until = DateOnly.FromDateTime(moment.UtcDateTime);
        }

        return until > since ? null : new FieldProblem("until", "is after since");
    }

    private static async Task<VendorBooks?> ReadAsync(IShadowStore store, DateOnly since, DateOnly until, CancellationToken cancellation)
    {
        var books = new VendorBooks(await store.ClaimsAsync(cancellation));
        var range = new LineRange(since, until);
        for (int read = 0; read < MaxLines; read += range.Limit)
        {
            IReadOnlyList<StandingLine> page = await store.PageAsync(range, cancellation);
            foreach (StandingLine line in page)
            {
                if (!books.Add(line))
                {
                    return null;
                }
            }

            if (page.Count < range.Limit)
            {
                return books;
            }

            range = range with { AfterImport = page[^1].Import, AfterNumber = page[^1].Number };
        }

        return null;
    }

    // Where the rooms meet: what Budgets calls spend is what Shadow calls governed.
    private static async Task<IEnumerable<GovernedDay>> GovernedAsync(IUsageStore usage, DateOnly since, DateOnly until, CancellationToken cancellation)
    {
        var query = new SpendQuery([SpendDimension.Day, SpendDimension.Provider, SpendDimension.Team], Begin(since), Begin(until).AddTicks(-1));
        return (await usage.SpendAsync(query, cancellation)).Select(row => new GovernedDay(
            DateOnly.ParseExact(row.Group[0], "yyyy-MM-dd", CultureInfo.InvariantCulture), row.Group[1], row.Group[2], row.Requests, row.EstimatedRequests,
            row.InputTokens + row.CacheReadTokens + row.CacheWriteTokens + row.OutputTokens, row.CostNanoUsd));
    }

    // Totals are kept by the hour: of a first call the hour is known.
    private static async Task<IReadOnlyList<FirstCallView>> FirstCallsAsync(IUsageStore usage, IKeyStore keys, DateOnly since, DateOnly until, CancellationToken cancellation)
    {
        Key[] made = [.. (await keys.ListAsync(cancellation)).Where(key => key.CreatedAt >= Begin(since) && key.CreatedAt < Begin(until))];
        if (made.Length == 0)
        {
            return [];
        }

        Dictionary<string, DateTimeOffset> first = [];
        foreach (SpendRow row in await usage.SpendAsync(new SpendQuery([SpendDimension.Key, SpendDimension.Hour], Begin(since), null), cancellation))
        {
            if (row.Requests > row.Failures && DateTimeOffset.TryParse(row.Group[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset hour) && (!first.TryGetValue(row.Group[0], out DateTimeOffset known) || hour < known))
            {
                first[row.Group[0]] = hour;
            }
        }

        return [.. made.GroupBy(key => key.Attribution.Team).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
        {
            double[] hours = [.. group.Where(key => first.ContainsKey(key.Id.ToString())).Select(key => Math.Max(0, (first[key.Id.ToString()].AddHours(1) - key.CreatedAt).TotalHours)).Order()];
            return new FirstCallView(group.Key, group.Count(), hours.Length, hours.Length == 0 ? null : Math.Round(hours[hours.Length / 2], 1));
        })];
    }

    private static DateTimeOffset Begin(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
