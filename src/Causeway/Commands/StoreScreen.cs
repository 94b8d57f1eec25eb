using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary>What store verbs show alike.</summary>
internal static class StoreScreen
{
    public static void Moved(MoveReport report, Screen screen, string verb)
    {
        screen.Accent($"{verb} {report.Source} to {report.Target}, and compared: every row of {report.Tables.Count} tables is the same.");
        if (report.WentOn)
        {
            screen.Remark("It went on where an earlier run was cut off.");
        }

        screen.Line();
        screen.Table(
            [new Column("TABLE", ColumnKind.Name), new Column("ROWS", ColumnKind.Number)],
            report.Tables.Where(table => table.Rows > 0).Select(table => (IReadOnlyList<string>)[table.Table, Figures.Count(table.Rows)]));
        screen.Line();
        screen.Pairs(
            ("Ledger", $"{Figures.Count(report.Events)} events, head {report.Head}"),
            ("Balances", $"of {Figures.Plural(report.Grants, "grant")}, digest {report.Balances}"));
        if (report.Problem is { } problem)
        {
            screen.Line();
            screen.Line($"The ledger was not whole before it was moved, and is not now: {problem} See: causeway store verify");
        }

        screen.Line();
        screen.Line("Next: name the new store in the configuration (store: …) and start Causeway. The master keys of capability keys, keys.master, stay in a file: keep them beside it.");
    }
}
