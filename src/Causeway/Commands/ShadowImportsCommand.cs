using System.CommandLine;
using Causeway.Admin.Shadow;

namespace Causeway.Commands;

/// <summary><c>causeway shadow imports</c></summary>
internal sealed class ShadowImportsCommand : ClientVerb<ImportPage>
{
    private static readonly Column[] s_columns =
        [new("AT"), new("FILE", ColumnKind.Name), new("FORMAT"), new("ACCOUNT"), new("FIRST"), new("LAST"), new("RECORDS", ColumnKind.Number), new("LINES", ColumnKind.Number), new("BY")];

    public ShadowImportsCommand(Surroundings surroundings)
        : base("imports", "List what was imported, newest first.", surroundings) => Takes([], "causeway shadow imports");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/shadow/imports");

    protected override void Show(ImportPage answer, Connection connection, Screen screen)
    {
        if (answer.Imports.Count == 0)
        {
            screen.Line("Nothing was imported. Import an export with: causeway shadow import FILE");
            return;
        }

        screen.Table(s_columns, answer.Imports.Select(one => (string[])
            [Figures.Time(one.At), one.File, one.Format, one.Account, one.First, one.Last, Figures.Count(one.Records), Figures.Count(one.Lines), one.Actor]));
    }
}
