using System.CommandLine;
using Causeway.Admin.Dialects;

namespace Causeway.Commands;

/// <summary><c>causeway dialect drift</c></summary>
internal sealed class DialectDriftCommand : ClientVerb<DialectDrift>
{
    private static readonly Column[] s_columns = [new("SEEN"), new("MODEL", ColumnKind.Name), new("PROBE", ColumnKind.Name), new("FROM"), new("TO"), new("LAST SEEN SO"), new("DETAIL")];

    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z. Default: 30d" };

    public DialectDriftCommand(Surroundings surroundings)
        : base("drift", "What changed of what probes show, and when.", surroundings) =>
        Takes([_since], "causeway dialect drift", "causeway dialect drift --since 90d --json | jq '.changes[]'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/dialects/drift", ("since", parsed.GetValue(_since)));

    protected override void Show(DialectDrift answer, Connection connection, Screen screen)
    {
        screen.Remark($"{Figures.Time(answer.Since)} to {Figures.Time(answer.Until)}");
        if (answer.Changes.Count == 0)
        {
            screen.Line("Nothing changed of what was measured. Measure now with: causeway dialect probe");
            return;
        }

        screen.Line();
        screen.Table(s_columns, answer.Changes.Select(change => (IReadOnlyList<string>)
            [Figures.Time(change.At), change.Model, change.Probe, change.From, change.To, Figures.Time(change.FromAt), change.Detail ?? ""]));
    }
}
