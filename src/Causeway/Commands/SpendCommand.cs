using System.CommandLine;
using Causeway.Admin;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway spend</c></summary>
internal sealed class SpendCommand : ClientVerb<SpendReport>
{
    private readonly Option<string?> _by = new("--by") { HelpName = "GROUPS", Description = "Any of team, feature, env, model, provider, key, hour, day. Default: team" };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z. Default: 24h" };
    private readonly Option<string?> _until = new("--until") { HelpName = "WHEN", Description = "As --since. Default: now" };
    private readonly Option<string?> _team = new("--team") { HelpName = "TEAM", Description = "Only this team's." };
    private readonly Option<string?> _feature = new("--feature") { HelpName = "FEATURE", Description = "Only this feature's." };
    private readonly Option<string?> _env = new("--env") { HelpName = "ENV", Description = "Only this environment's." };
    private readonly Option<string?> _model = new("--model") { HelpName = "MODEL", Description = "Only what this model answered." };
    private readonly Option<string?> _provider = new("--provider") { HelpName = "PROVIDER", Description = "Only what this provider answered." };
    private readonly Option<string?> _key = new("--key") { HelpName = "ID", Description = "Only this key's." };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print the rows for a spreadsheet." };

    public SpendCommand(Surroundings surroundings)
        : base("spend", "What was spent, by whom and on what.", AdminJson.Api.SpendReport, surroundings)
    {
        Validators.Add(result =>
        {
            if (result.GetResult(_csv) is not null && result.GetResult(Json) is not null)
            {
                result.AddError("--json and --csv exclude each other.");
            }
        });
        Takes(
            [_by, _since, _until, _team, _feature, _env, _model, _provider, _key, _csv],
            "causeway spend",
            "causeway spend --by team,feature,env,model,provider --since 24h",
            "causeway spend --by feature,model --team search --since 7d",
            "causeway spend --by day,team --since 30d --csv > spend.csv");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/spend",
        ("by", parsed.GetValue(_by)),
        ("since", parsed.GetValue(_since)),
        ("until", parsed.GetValue(_until)),
        ("team", parsed.GetValue(_team)),
        ("feature", parsed.GetValue(_feature)),
        ("env", parsed.GetValue(_env)),
        ("model", parsed.GetValue(_model)),
        ("provider", parsed.GetValue(_provider)),
        ("key", parsed.GetValue(_key)),
        ("format", parsed.GetValue(_csv) ? "csv" : null));

    protected override bool WantsRaw(ParseResult parsed) => base.WantsRaw(parsed) || parsed.GetValue(_csv);

    protected override void Show(SpendReport answer, Connection connection, Screen screen)
    {
        screen.Remark($"{Figures.Time(answer.Since)} to {Figures.Time(answer.Until)}, whole hours");
        if (answer.Rows.Count == 0)
        {
            screen.Line("Nothing was spent and nothing was asked for. Look further back with: causeway spend --since 30d");
            return;
        }

        screen.Line();
        screen.Table(
            [
                .. answer.By.Select(group => new Column(group.ToUpperInvariant(), ColumnKind.Name)),
                new("REQUESTS", ColumnKind.Number),
                new("FAILED", ColumnKind.Number),
                new("INPUT", ColumnKind.Number),
                new("OUTPUT", ColumnKind.Number),
                new("COST", ColumnKind.Number),
                new("SHARE", ColumnKind.Number),
                new("", ColumnKind.Bar),
            ],
            answer.Rows.Select(row => Cells(answer.By.Select(group => row.Group(group) is { Length: > 0 } value ? value : "(none)"), row, answer.Total, Screen.Bar)),
            Cells(answer.By.Select((_, i) => i == 0 ? "TOTAL" : ""), answer.Total, answer.Total, _ => ""));
        WriteRemarks(answer, screen);
    }

    private static IReadOnlyList<string> Cells(IEnumerable<string> groups, SpendLine line, SpendLine total, Func<double, string> bar)
    {
        // A share of a total that is zero or unpriced says nothing.
        double? share = line.CostNanoUsd is { } cost && total.CostNanoUsd is > 0 and { } all ? (double)cost / all : null;
        return
        [
            .. groups,
            Figures.Count(line.Requests),
            line.Failures == 0 ? "" : Figures.Count(line.Failures),
            Figures.Tokens(line.InputTokens + line.CacheReadTokens + line.CacheWriteTokens),
            Figures.Tokens(line.OutputTokens),
            Figures.Cost(line.CostNanoUsd) + (line.Priced == Priced.Partly ? "*" : ""),
            share is { } part ? Figures.Share(part) : "",
            share is { } length ? bar(length) : "",
        ];
    }

    private static void WriteRemarks(SpendReport answer, Screen screen)
    {
        string[] remarks =
        [
            .. answer.Total.UnpricedRequests == 0 ? Array.Empty<string>() : [$"* {Figures.Count(answer.Total.UnpricedRequests)} requests went to models without a price and are in no cost. Prices of your own: docs/configuration.md, providers.prices"],
            .. answer.Total.EstimatedRequests == 0 ? Array.Empty<string>() : [$"{Figures.Count(answer.Total.EstimatedRequests)} requests were counted or estimated here, since the provider did not report their tokens in full."],
            .. answer.UnbookedRequests == 0 ? Array.Empty<string>() : [$"{Figures.Count(answer.UnbookedRequests)} requests wait to be booked and are not in these figures."],
        ];
        if (remarks.Length > 0)
        {
            screen.Line();
        }

        foreach (string remark in remarks)
        {
            screen.Remark(remark);
        }
    }
}
