using System.CommandLine;
using System.Text.Json;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway request summary</c></summary>
internal sealed class RequestSummaryCommand : ClientVerb<UsageSummary>
{
    private static readonly Column[] s_times = [new("", ColumnKind.Name), new("P50", ColumnKind.Number), new("P95", ColumnKind.Number), new("P99", ColumnKind.Number)];
    private static readonly Column[] s_reasons = [new("OUTCOME"), new("CODE", ColumnKind.Name), new("REQUESTS", ColumnKind.Number), new("NEWEST")];

    private readonly (Option<string?> Option, string Parameter)[] _filters =
    [
        Filter("team", "TEAM", "Only this team's."),
        Filter("feature", "FEATURE", "Only this feature's."),
        Filter("env", "ENV", "Only this environment's."),
        Filter("channel", "CHANNEL", "Only those of this channel."),
        Filter("provider", "PROVIDER", "Only those that this provider answered."),
        Filter("since", "TIME", "Where to begin: 24h, 7d, a day or a time. Default: 24h"),
    ];

    public RequestSummaryCommand(Surroundings surroundings)
        : base("summary", "Say how long requests took lately, and why some were denied or failed.", surroundings) =>
        Takes([.. _filters.Select(filter => filter.Option)], "causeway request summary", "causeway request summary --channel support --since 1h");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/usage/summary", [.. _filters.Select(filter => (filter.Parameter, parsed.GetValue(filter.Option)))]);

    protected override void Show(UsageSummary answer, Connection connection, Screen screen)
    {
        screen.Line($"{Figures.Plural(answer.Requests, "request")} since {Figures.Time(answer.Since)}, {Figures.Count(answer.Completed)} completed{(answer.AreAll ? "" : "; older ones since then were not looked at")}.");
        if (answer.Total is { } total)
        {
            screen.Line();
            screen.Table(s_times, [.. answer.FirstByte is { } first ? (IReadOnlyList<string>[])[Row("first byte", first)] : [], Row("whole answer", total)]);
        }

        if (answer.Reasons.Count > 0)
        {
            screen.Line();
            screen.Table(s_reasons, answer.Reasons.Select(one => (IReadOnlyList<string>)[JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Outcome.ToString()), one.Code ?? "", Figures.Count(one.Requests), Figures.Time(one.Newest)]));
        }
    }

    private static IReadOnlyList<string> Row(string name, Percentiles times) => [name, RequestText.Took(times.P50Ms), RequestText.Took(times.P95Ms), RequestText.Took(times.P99Ms)];

    private static (Option<string?> Option, string Parameter) Filter(string parameter, string value, string description) => (new Option<string?>("--" + parameter) { HelpName = value, Description = description }, parameter);
}
