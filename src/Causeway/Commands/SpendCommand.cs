using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway spend</c></summary>
internal sealed class SpendCommand : ClientVerb<SpendReport>
{
    private readonly Surroundings _surroundings;
    private readonly Option<string?> _by = new("--by") { HelpName = "GROUPS", Description = "Any of team, feature, env, cost_centre, model, provider, key, end_user, tag:NAME, hour, day. Default: team" };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z. Default: 24h" };
    private readonly Option<string?> _until = new("--until") { HelpName = "WHEN", Description = "As --since. Default: now" };
    private readonly Option<string?> _window = new("--window") { HelpName = "WINDOW", Description = "In place of both: today, yesterday, this or last week, month, quarter or year, such as this-month." };
    private readonly Option<string?> _zone = new("--tz") { HelpName = "ZONE", Description = "The time zone of days and windows, such as Europe/Berlin. Default: UTC" };
    private readonly Option<bool> _compare = new("--compare") { Description = "Beside each row the window before, and what changed most." };
    private readonly Option<bool> _forecast = new("--forecast") { Description = "What the window will have cost at its end." };
    private readonly Option<int?> _top = new("--top") { HelpName = "COUNT", Description = "Only so many groups, the dearest; one row stands for all others." };
    private readonly (Option<string?> Option, string Parameter)[] _where =
    [
        RequestListCommand.Filter("team", "TEAM", "Only this team's."),
        RequestListCommand.Filter("feature", "FEATURE", "Only this feature's."),
        RequestListCommand.Filter("env", "ENV", "Only this environment's."),
        RequestListCommand.Filter("cost_centre", "CENTRE", "Only what is charged to this cost centre."),
        RequestListCommand.Filter("model", "MODEL", "Only what this model answered."),
        RequestListCommand.Filter("provider", "PROVIDER", "Only what this provider answered."),
        RequestListCommand.Filter("key", "ID", "Only this key's."),
        RequestListCommand.Filter("end_user", "USER", "Only what was for this one of its caller's people."),
        RequestListCommand.Filter("tag", "NAME=VALUE", "Only what has this tag."),
    ];

    private readonly Option<bool> _csv = new("--csv") { Description = "Print the rows for a spreadsheet." };
    private readonly Option<FileInfo?> _parquet = new("--parquet") { HelpName = "FILE", Description = "Write the rows there as Apache Parquet, whole or not at all." };

    public SpendCommand(Surroundings surroundings)
        : base("spend", "What was spent, by whom and on what.", surroundings)
    {
        _surroundings = surroundings;
        Validators.Add(result =>
        {
            if (((IEnumerable<Option>)[_csv, _parquet, Json]).Count(one => result.GetResult(one) is not null) > 1)
            {
                result.AddError("--json, --csv and --parquet exclude each other.");
            }
        });
        Takes(
            [_by, _since, _until, _window, _zone, _compare, _forecast, _top, .. _where.Select(one => one.Option), _csv, _parquet],
            "causeway spend",
            "causeway spend --window this-month --compare --forecast",
            "causeway spend --by team,feature,env,model,provider --since 24h",
            "causeway spend --by tag:product --window last-month --tz Europe/Berlin",
            "causeway spend --by end_user --team search --since 7d --top 20",
            "causeway spend --by day,team --since 30d --csv > spend.csv",
            "causeway spend --by day,cost_centre --window last-quarter --parquet spend.parquet");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/spend",
        [
            ("by", parsed.GetValue(_by)),
            ("since", parsed.GetValue(_since)),
            ("until", parsed.GetValue(_until)),
            ("window", parsed.GetValue(_window)?.Replace('-', '_')),
            ("tz", parsed.GetValue(_zone)),
            ("compare", parsed.GetValue(_compare) ? SpendQuestion.Previous : null),
            ("forecast", parsed.GetValue(_forecast) ? "true" : null),
            ("top", parsed.GetValue(_top)?.ToString(CultureInfo.InvariantCulture)),
            .. _where.Select(one => (one.Parameter, parsed.GetValue(one.Option))),
            ("format", parsed.GetValue(_csv) ? ShowSpend.Csv : parsed.GetValue(_parquet) is not null ? ShowSpend.Parquet : null),
        ]);

    protected override bool WantsRaw(ParseResult parsed) => base.WantsRaw(parsed) || parsed.GetValue(_csv);

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) => parsed.GetValue(_parquet) is { } file
        ? Talk.OpenAsync(parsed, Connecting, _surroundings, talk => AnswerFile.SaveAsync(talk, Ask(parsed), file, cancellation), cancellation)
        : base.RunAsync(parsed, cancellation);

    protected override void Show(SpendReport answer, Connection connection, Screen screen) => SpendScreen.Show(answer, screen);
}
