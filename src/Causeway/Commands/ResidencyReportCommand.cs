using System.CommandLine;
using Causeway.Admin.Residency;

namespace Causeway.Commands;

/// <summary><c>causeway residency report</c></summary>
internal sealed class ResidencyReportCommand : ClientVerb<ResidencyReport>
{
    private static readonly Column[] s_columns =
        [new("DATA", ColumnKind.Name), new("WHAT"), new("PROVIDER"), new("REGION"), new("BY"), new("TEAM"), new("CALLS", ColumnKind.Number), new("IN", ColumnKind.Number), new("OUT", ColumnKind.Number), new("LAST")];

    private readonly Option<string?> _since = new("--since") { HelpName = "TIME", Description = "Where to begin: 24h, 7d, a day or a time; 400 days at most. Default: 30d" };
    private readonly Option<string?> _until = new("--until") { HelpName = "TIME", Description = "Where to end, in the same forms; not included." };
    private readonly Option<bool> _csv = new("--csv") { Description = "Write the rows for a spreadsheet." };

    private ResidencyReportCommand(Surroundings surroundings)
        : base("report", "Where what went, by which agreement, what was refused, and what is older than agreements.", surroundings) =>
        Takes([_since, _until, _csv], "causeway residency report", "causeway residency report --since 2026-11-01 --until 2026-12-01 --csv > november.csv", "causeway residency report --json | jq '.total.breaches'");

    public static Command Create(Surroundings surroundings) => new("residency", "Prove where data went.") { new ResidencyReportCommand(surroundings) };

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/residency", ("since", parsed.GetValue(_since)), ("until", parsed.GetValue(_until)), ("format", parsed.GetValue(_csv) ? "csv" : null));

    protected override bool WantsRaw(ParseResult parsed) => base.WantsRaw(parsed) || parsed.GetValue(_csv);

    protected override void Show(ResidencyReport answer, Connection connection, Screen screen)
    {
        screen.Remark($"{Figures.Time(answer.Since)} to {Figures.Time(answer.Until)}");
        if (answer.Rows.Count == 0)
        {
            screen.Line(EmptySpan.Words("Nothing went anywhere.", answer.Since, answer.Until, days: 90));
            return;
        }

        screen.Line();
        screen.Table(s_columns, answer.Rows.Select(line => (IReadOnlyList<string>)
        [
            line.DataClass ?? "(not kept)", line.What.Replace('_', ' '), line.Provider ?? "", line.Region ?? "", line.Agreement ?? (line.Basis == "none" ? "" : line.Basis) + (line.Holds == false ? " BREACH" : ""),
            line.Team, Figures.Count(line.Calls), Figures.Tokens(line.InputTokens), Figures.Tokens(line.OutputTokens), Figures.Time(line.Last),
        ]));
        screen.Line();
        ResidencySums total = answer.Total;
        screen.Remark($"{Figures.Plural(total.ByAgreement, "call")} by agreement, {Figures.Count(total.ByConfiguration)} by the configuration, {Figures.Count(total.Before)} from before; {Figures.Plural(total.Refused, "request")} refused, {Figures.Plural(total.PassedOver, "time")} a provider passed over.");
        screen.Remark(total.Breaches == 0 ? "Every call that cites an agreement is covered by its text." : $"{(total.Breaches == 1 ? "1 call is" : $"{Figures.Count(total.Breaches)} calls are")} not covered by the agreement that they cite.");
        if (answer.UnbookedRequests > 0)
        {
            screen.Remark($"{(answer.UnbookedRequests == 1 ? "1 request waits to be booked and is" : $"{Figures.Count(answer.UnbookedRequests)} requests wait to be booked and are")} not in these figures.");
        }
    }
}
