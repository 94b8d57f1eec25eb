using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Raises;
using Causeway.Budgets.Reviews;

namespace Causeway.Commands;

/// <summary><c>causeway grant review</c>: says what is unused and what is too large; with <c>--apply</c> it suspends and revokes.</summary>
internal sealed class GrantReviewCommand : Command
{
    private static readonly Column[] s_columns = [new("GRANT", ColumnKind.Name), new("HOLDER"), new("STATUS"), new("LAST USED"), new("LAST REFUSED"), new("UNUSED", ColumnKind.Number), new("ADVICE"), new("LIMIT"), new("BETTER")];

    private readonly Surroundings _surroundings;
    private readonly ConnectionOptions _options = new();
    private readonly Option<int?> _days = new("--days") { HelpName = "DAYS", Description = "List what is unused for so many days, 1 to 400. Default: 30" };
    private readonly Option<bool> _apply = new("--apply") { Description = "Suspend what is unused for 45 days and revoke what is unused for 90." };

    public GrantReviewCommand(Surroundings surroundings)
        : base("review", "Grants that nobody uses, and limits that are too large.")
    {
        _surroundings = surroundings;
        foreach (Option option in (IEnumerable<Option>)[_days, _apply, _options.Json, _options.Url, _options.TokenFile])
        {
            Add(option);
        }

        this.WithExamples("causeway grant review", "causeway grant review --days 14 --json | jq -r '.grants[].commands[]'", "causeway grant review --apply");
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) => Talk.OpenAsync(
        parsed, _options, _surroundings, talk => parsed.GetValue(_apply) ? ApplyAsync(parsed, talk, cancellation) : ShowAsync(parsed, talk, cancellation), cancellation);

    private async Task<int> ShowAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        AdminRequest request = AdminRequest.Get("/grants/review", ("days", parsed.GetValue(_days)?.ToString(CultureInfo.InvariantCulture)));
        if (await talk.AskAsync(request, AdminJson.Api.GrantReviewReport, cancellation) is not { } report)
        {
            return ExitCodes.Failed;
        }

        if (parsed.GetValue(_options.Json))
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(report, AdminJson.Api.GrantReviewReport)));
            return ExitCodes.Ok;
        }

        Show(report, new Screen(talk.Output, _surroundings.WantsStyle(talk.Output)));
        return ExitCodes.Ok;
    }

    private async Task<int> ApplyAsync(ParseResult parsed, Talk talk, CancellationToken cancellation)
    {
        if (await talk.AskAsync(new AdminRequest(HttpMethod.Post, "/grants/review/apply"), AdminJson.Api.AppliedReview, cancellation) is not { } applied)
        {
            return ExitCodes.Failed;
        }

        if (parsed.GetValue(_options.Json))
        {
            await talk.Output.WriteLineAsync(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(applied, AdminJson.Api.AppliedReview)));
            return ExitCodes.Ok;
        }

        var screen = new Screen(talk.Output, _surroundings.WantsStyle(talk.Output));
        foreach (AppliedReviewLine line in applied.Changed)
        {
            screen.Line($"{line.Grant} of {line.Holder} is {line.Status}: unused for {line.UnusedDays} days");
        }

        screen.Line(applied.Changed.Count == 0 ? "Nothing is unused for 45 days." : $"{Figures.Count(applied.Changed.Count)} changed. What is suspended comes back with: causeway grant resume GRANT");
        return ExitCodes.Ok;
    }

    private static void Show(GrantReviewReport report, Screen screen)
    {
        if (report.Grants.Count == 0)
        {
            screen.Line("Every grant is used, and none is larger than it has to be.");
            return;
        }

        screen.Table(s_columns, report.Grants.SelectMany(Rows));
        string[] commands = [.. report.Grants.SelectMany(grant => grant.Commands)];
        if (commands.Length > 0)
        {
            screen.Line();
            screen.Remark("What is advised, one by one; or all of it with: causeway grant review --apply");
            foreach (string command in commands)
            {
                screen.Line("  " + command);
            }
        }
    }

    // One row for a grant, and one for each limit that is too large.
    private static IEnumerable<IReadOnlyList<string>> Rows(GrantReviewView grant)
    {
        LimitReviewView[] large = [.. grant.Limits.Where(limit => limit.Suggested is not null)];
        for (int i = 0; i < Math.Max(1, large.Length); i++)
        {
            string[] limit = i < large.Length ? [large[i].Limit, large[i].Suggested!] : ["", ""];
            yield return i > 0 ? ["", "", "", "", "", "", "", .. limit]
                :
                [
                    grant.Grant, grant.Holder, grant.Status, Figures.Time(grant.LastAllowedAt, "never"), Figures.Time(grant.LastDeniedAt, "never"), string.Create(CultureInfo.InvariantCulture, $"{grant.UnusedDays}d"),
                    grant.Advice switch { ReviewAdvice.Tell => "tell its holder", ReviewAdvice.Suspend => "suspend", ReviewAdvice.Revoke => "revoke", _ => "" }, .. limit,
                ];
        }
    }
}
