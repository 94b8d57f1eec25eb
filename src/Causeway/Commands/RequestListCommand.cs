using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway request list</c></summary>
internal sealed class RequestListCommand : ClientVerb<UsagePage>
{
    private static readonly Column[] s_columns =
    [
        new("REQUEST", ColumnKind.Name), new("ARRIVED"), new("TEAM"), new("FEATURE"), new("ENV"), new("ASKED"), new("SERVED BY"), new("STATUS", ColumnKind.Number), new("OUTCOME"),
        new("IN", ColumnKind.Number), new("OUT", ColumnKind.Number), new("COST", ColumnKind.Number), new("TOOK", ColumnKind.Number),
    ];

    private readonly (Option<string?> Option, string Parameter)[] _filters =
    [
        Filter("team", "TEAM", "Only this team's."),
        Filter("feature", "FEATURE", "Only this feature's."),
        Filter("env", "ENV", "Only this environment's."),
        Filter("channel", "CHANNEL", "Only those of this channel."),
        Filter("provider", "PROVIDER", "Only those that this provider answered."),
        Filter("model", "MODEL", "Only those that asked for this, as it was written."),
        Filter("key", "ID", "Only those of this key."),
        Filter("release", "ID", "Only those that this release answered, by its id or the first 8 hex digits or more of it."),
        Filter("code", "CODE", "Only those that ended with this stable code."),
        Filter("outcome", "OUTCOME", "completed, denied, failed, interrupted or client_gone."),
        Filter("contract_outcome", "OUTCOME", "native, enforced, repaired, violated, blank, refused or truncated."),
        Filter("data_class", "CLASS", "Only those of this class of data."),
        Filter("agreement", "ID", "Only those that this agreement let go."),
        Filter("cost_centre", "CENTRE", "Only those that are charged to this cost centre."),
        Filter("end_user", "USER", "Only those for this one of their caller's people, as it is booked."),
        Filter("tag", "NAME=VALUE", "Only those with this tag."),
        Filter("since", "TIME", "Where to begin: 24h, 7d, a day or a time."),
        Filter("until", "TIME", "Where to end, in the same forms; not included."),
        Filter("cursor", "CURSOR", "Where the page before said to go on."),
    ];

    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 100" };

    public RequestListCommand(Surroundings surroundings)
        : base("list", "List requests, newest first.", surroundings)
    {
        Takes(
            [.. _filters.Select(filter => filter.Option), _limit],
            "causeway request list",
            "causeway request list --team search --outcome failed --since 24h",
            "causeway request list --json | jq -r '.requests[] | [.request, .cost_usd] | @tsv'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/usage",
        [.. _filters.Select(filter => (filter.Parameter, parsed.GetValue(filter.Option))), ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture))]);

    protected override void Show(UsagePage answer, Connection connection, Screen screen)
    {
        if (answer.Requests.Count == 0)
        {
            screen.Line(answer.Next is null ? "There are no such requests." : "None of the requests that were looked through is such a one.");
        }
        else
        {
            screen.Table(s_columns, answer.Requests.Select(one => (IReadOnlyList<string>)
            [
                one.Request,
                Figures.Time(one.At),
                one.Team,
                one.Feature,
                one.Env,
                one.ModelAsked,
                RequestText.ServedBy(one),
                one.Status.ToString(CultureInfo.InvariantCulture),
                RequestText.OutcomeOf(one),
                Figures.Tokens(one.InputTokens + one.CacheReadTokens + one.CacheWriteTokens),
                Figures.Tokens(one.OutputTokens),
                Figures.Cost(one.CostNanoUsd),
                RequestText.Took(one.TotalMs),
            ]));
        }

        if (answer.Next is { } next)
        {
            screen.Line();
            screen.Remark($"There are more: add --cursor {next}");
        }
    }

    /// <summary>An option for a condition of the API, under its name.</summary>
    internal static (Option<string?> Option, string Parameter) Filter(string parameter, string value, string description) =>
        (new Option<string?>("--" + parameter.Replace('_', '-')) { HelpName = value, Description = description }, parameter);
}

/// <summary>How requests are put into words.</summary>
internal static class RequestText
{
    public static string ServedBy(UsageView one) => one.Provider is null ? "" : $"{one.Provider}/{one.ModelServed ?? one.ModelSent ?? one.ModelAsked}";

    /// <summary>The code of what went wrong, or how it ended.</summary>
    public static string OutcomeOf(UsageView one) => one.ErrorCode ?? System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Outcome.ToString());

    /// <summary><c>12 ms</c>, <c>1.80 s</c></summary>
    public static string Took(double ms) => ms < 1000 ? ms.ToString("0 ms", CultureInfo.InvariantCulture) : (ms / 1000).ToString("0.00 s", CultureInfo.InvariantCulture);
}
