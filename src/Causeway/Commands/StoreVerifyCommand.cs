using System.CommandLine;
using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary><c>causeway store verify</c></summary>
internal sealed class StoreVerifyCommand : StoreVerb<StoreReport>
{
    private readonly Argument<string?> _place = new("STORE|FILE")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A store (sqlite:PATH, postgres://… or file:PATH), or a backup. Default: the configuration's store.",
    };

    private readonly Option<string?> _config = StoreText.Config();

    public StoreVerifyCommand(Surroundings surroundings)
        : base("verify", "Look a store or a backup over: schema, rows, the ledger's chain, balances folded anew, totals against their rows.", surroundings) => Takes(
            [_place, _config],
            "causeway store verify",
            "causeway store verify sqlite:/var/lib/causeway/causeway.db",
            "causeway store verify causeway-2026-11-26.backup --json");

    protected override string WhenCutOff => "Ended before its end; nothing was found out.";

    protected override Func<IProgress<MoveProgress>, CancellationToken, Task<StoreReport>>? Read(ParseResult parsed, TextWriter error, out string problem)
    {
        problem = "";
        StorePlace? place = parsed.GetValue(_place) switch
        {
            null => StoreText.Configured(parsed.GetValue(_config), out problem),
            { } text when StoreText.IsStore(text) => Stores.Read(text, "STORE", error, out problem),
            { } file => StorePlace.Backup(Path.GetFullPath(file)),
        };
        return place is null ? null : (progress, cancellation) => StoreMoves.VerifyAsync(place, progress, cancellation);
    }

    protected override int CodeOf(StoreReport report) => report.Problems.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;

    protected override void Show(StoreReport report, Screen screen)
    {
        screen.Accent(report.Problems.Count == 0 ? $"{report.Source} is whole." : $"{report.Source} is not whole:");
        foreach (string problem in report.Problems)
        {
            screen.Line($"  {problem}");
        }

        screen.Line();
        ShowTables(report.Tables, screen);
        screen.Line();
        screen.Pairs(
            ("Schema", report.Schema),
            ("Ledger", $"{Figures.Count(report.Events)} events follow from one another, head {report.Head}"),
            ("Balances", $"of {Figures.Plural(report.Grants, "grant")}, folded from the first event on; {Figures.Count(report.Open)} reservations were open; digest {report.Balances}"));
    }
}
