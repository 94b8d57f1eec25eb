using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Spend;

namespace Causeway.Commands;

/// <summary><c>causeway batch list</c></summary>
internal sealed class BatchListCommand : ClientVerb<BatchList>
{
    private static readonly Column[] s_columns = [new("REQUEST", ColumnKind.Name), new("BATCH"), new("PROVIDER"), new("STATE"), new("TAKEN"), new("NEXT LOOK"), new("DUE"), new("WORD")];

    private readonly Option<string?> _state = new("--state") { HelpName = "STATE", Description = "open, settled, told or lapsed. Default: all" };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 100" };

    public BatchListCommand(Surroundings surroundings)
        : base("list", "List batches that providers took, the newest first.", surroundings)
    {
        Takes([_state, _limit], "causeway batch list", "causeway batch list --state open", "causeway batch list --state lapsed --json | jq -r '.batches[].request'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/batches", ("state", parsed.GetValue(_state)), ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)));

    protected override void Show(BatchList answer, Connection connection, Screen screen)
    {
        if (answer.Batches.Count == 0)
        {
            screen.Line("There are no such batches.");
            return;
        }

        screen.Table(s_columns, answer.Batches.Select(batch => (IReadOnlyList<string>)
        [
            batch.Request,
            Printable.Of(batch.Id),
            batch.Provider,
            batch.State.ToString().ToLowerInvariant(),
            Figures.Time(batch.TakenAt),
            batch.NextAt is { } next ? Figures.Time(next) : "",
            Figures.Time(batch.DueAt),
            Printable.Of(batch.Word ?? ""),
        ]));
        screen.Line();
        screen.Remark("What one cost, and who pays: causeway request show REQUEST");
    }
}
