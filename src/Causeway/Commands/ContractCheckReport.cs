using System.Globalization;
using Causeway.Admin.Contracts;

namespace Causeway.Commands;

/// <summary>What <c>causeway contract check</c> found, for people.</summary>
internal static class ContractCheckReport
{
    private static readonly Column[] s_columns =
    [
        new("DIALECT", ColumnKind.Name), new("CARRIER"), new("CONTRACT"), new("REWRITES", ColumnKind.Number), new("LOSSES", ColumnKind.Number), new("NARROWED", ColumnKind.Number), new("AS OF"),
    ];

    public static void Show(IReadOnlyList<CheckedDialect> found, bool inDetail, Screen screen)
    {
        screen.Table(s_columns, found.Select(one => (IReadOnlyList<string>)
        [
            one.Dialect,
            one.Carrier,
            one.Contract,
            Number(one.Rewrites.Count),
            Number(one.Losses.Count),
            Number(one.Narrowed.Count),
            one.AsOf,
        ]));
        foreach (CheckedDialect one in found.Where(one => inDetail || one.Impossible.Count > 0))
        {
            Detail(one, inDetail, screen);
        }

        screen.Line();
        screen.Remark("native: the provider holds the whole contract. enforced: Causeway holds what is lost, by looking at every answer.");
        if (!inDetail)
        {
            screen.Remark("Every detail of one dialect: causeway contract check FILE --for DIALECT");
        }
    }

    private static void Detail(CheckedDialect one, bool inDetail, Screen screen)
    {
        screen.Line();
        screen.Accent($"{one.Title}: {one.Contract}");
        foreach (CheckedImpossibility impossible in one.Impossible)
        {
            screen.Line($"  impossible  {Place(impossible.Path)}  {impossible.Why}");
            screen.Line($"              {impossible.Fix}");
        }

        if (!inDetail)
        {
            return;
        }

        foreach (CheckedLoss loss in one.Losses)
        {
            screen.Line($"  lost        {Place(loss.Path)}  {loss.Feature}: {loss.Why}");
        }

        foreach (CheckedLoss narrowed in one.Narrowed)
        {
            screen.Line($"  narrowed    {Place(narrowed.Path)}  {narrowed.Feature}: {narrowed.Why}");
        }

        foreach (CheckedRewrite rewrite in one.Rewrites)
        {
            screen.Line($"  rewritten   {Place(rewrite.Path)}  {rewrite.What}");
        }

        if (one.InPrompt)
        {
            screen.Line("  in prompt   The schema also stands in the prompt: the provider does not show it to the model.");
        }
    }

    private static string Place(string path) => path.Length == 0 ? "(root)" : path;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
