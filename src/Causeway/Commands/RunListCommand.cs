using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Runs;

namespace Causeway.Commands;

/// <summary><c>causeway run list</c></summary>
internal sealed class RunListCommand : ClientVerb<WatchedRunList>
{
    private static readonly Column[] s_columns =
        [new("RUN", ColumnKind.Name), new("GRANT"), new("FEATURE"), new("STAGE"), new("BY"), new("CALLS", ColumnKind.Number), new("REFUSED", ColumnKind.Number), new("COST", ColumnKind.Number), new("SINCE"), new("LAST CALL")];

    private readonly Option<string?> _stage = new("--stage") { HelpName = "STAGE", Description = "watching, warned, throttled, needs_approval or suspended. Default: all but watching, and what a limit refuses" };
    private readonly Option<string?> _grant = new("--grant") { HelpName = "ID", Description = "Only those that this grant pays for." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 10000. Default: 1000" };
    private bool _filters;

    public RunListCommand(Surroundings surroundings)
        : base("list", "List runs that were warned, slowed or stopped.", surroundings)
    {
        Takes([_stage, _grant, _limit], "causeway run list", "causeway run list --stage suspended", "causeway run list --json | jq '.runs[] | {run, stage, explanation}'");
    }

    protected override AdminRequest Ask(ParseResult parsed)
    {
        (string? stage, string? grant) = (parsed.GetValue(_stage), parsed.GetValue(_grant));
        _filters = stage is not null || grant is not null;
        return AdminRequest.Get("/runs", ("stage", stage), ("grant", grant), ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)));
    }

    protected override void Show(WatchedRunList answer, Connection connection, Screen screen)
    {
        if (answer.Runs.Count == 0)
        {
            screen.Line(_filters ? "There are no such runs." : "No run is warned, slowed or stopped.");
            return;
        }

        screen.Table(s_columns, answer.Runs.Select(run => (IReadOnlyList<string>)
        [
            Printable.Of(run.Run),
            run.Grant,
            Printable.Of(run.Feature),
            run.Stage,
            run.Limit is { } limit ? "limit of " + limit : run.Signal ?? "",
            Figures.Count(run.Calls),
            Figures.Count(run.Refused),
            Figures.Cost(run.CostNanoUsd),
            Figures.Time(run.Since),
            Figures.Time(run.LastCall),
        ]));
        screen.Line();
        screen.Remark("Let one go on with: causeway run lift RUN --grant ID --reason TEXT");
    }
}
