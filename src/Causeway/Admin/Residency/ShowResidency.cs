using System.Globalization;
using System.Text;
using Causeway.Admin.Spend;
using Causeway.Budgets.Agreements;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Residency;

/// <summary><c>GET /residency</c>: where what went, by what right, and what was not let go.</summary>
internal static class ShowResidency
{
    private const int MaxRows = 10_000;
    private const string Csv = "csv";
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(400);
    private static readonly QueryParameter s_since = new("since", $"Where to begin: {Moment.Form}. 30d when left out; 400 days are the most.");
    private static readonly QueryParameter s_until = new("until", "Where to end, in the same forms, not included; now when left out.");
    private static readonly QueryParameter s_format = new("format", "csv: the rows for a spreadsheet.") { Allowed = ["json", Csv] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/residency", RunAsync)
        .WithName("show_residency").WithTags("agreements").WithSummary("Where what went, and by what right")
        .WithDescription("Every call that was made, counted from the booked records: by class of data, provider, region, agreement and team. With what was refused, which providers were passed over, and what is older than classes and agreements.")
        .Asks(s_since, s_until, s_format)
        .Produces<ResidencyReport>(StatusCodes.Status200OK, "application/json", "text/csv")
        .Refuses(AdminError.QueryInvalid, AdminError.SpendTooWide);

    private static async Task<Results<Ok<ResidencyReport>, ContentHttpResult, Problem>> RunAsync(HttpContext http, IResidencyStore store, Journal journal, PolicyPublisher policies, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset until = now;
        bool sinceReads = Moment.TryParse(s_since.Text(http.Request.Query) ?? "30d", now, out DateTimeOffset since);
        bool untilReads = s_until.Text(http.Request.Query) is not { } end || Moment.TryParse(end, now, out until);
        if (!sinceReads || !untilReads || since >= until || until - since > s_longest)
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem(sinceReads ? "until" : "since", $"is {Moment.Form}; it ends after it begins, {s_longest.TotalDays:0} days later at most")]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        List<ResidencyRow> all = await ResidencyDays.CountAsync(store, since, until, http.RequestAborted);
        ResidencyLine[] lines =
        [
            .. all.GroupBy(row => (row.Kind, row.DataClass, row.Provider, row.Region, row.Agreement, row.Team))
                .Select(group => ResidencyLine.Of([.. group], policies.Current))
                .OrderBy(line => line.Rank).ThenBy(line => line.What, StringComparer.Ordinal).ThenBy(line => line.Provider, StringComparer.Ordinal).ThenBy(line => line.Team, StringComparer.Ordinal).ThenBy(line => line.Agreement, StringComparer.Ordinal),
        ];
        if (lines.Length > MaxRows)
        {
            return new Problem(AdminError.SpendTooWide, $"It has {lines.Length:#,0} rows, and {MaxRows:#,0} is the most. Ask for a shorter time.");
        }

        ResidencyReport report = new(since, until, journal.Unbooked, lines, ResidencySums.Of(lines));
        return s_format.Text(http.Request.Query) == Csv ? TypedResults.Text(Table(report), "text/csv; charset=utf-8") : TypedResults.Ok(report);
    }

    private static string Table(ResidencyReport report)
    {
        StringBuilder csv = new StringBuilder().AppendRow(["what", "data_class", "provider", "region", "basis", "agreement", "team", "calls", "input_tokens", "output_tokens", "first", "last"]);
        foreach (ResidencyLine line in report.Rows)
        {
            csv.AppendRow(
            [
                line.What, line.DataClass ?? "", line.Provider ?? "", line.Region ?? "", line.Basis, line.Agreement ?? "", line.Team, Number(line.Calls), Number(line.InputTokens), Number(line.OutputTokens),
                line.First.ToString("O", CultureInfo.InvariantCulture), line.Last.ToString("O", CultureInfo.InvariantCulture),
            ]);
        }

        return csv.ToString();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
