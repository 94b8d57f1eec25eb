using System.CommandLine;
using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary><c>causeway store backup</c></summary>
internal sealed class StoreBackupCommand : StoreVerb<BackupReport>
{
    private readonly Option<string?> _store = new("--store") { HelpName = "STORE", Description = "sqlite:PATH, postgres://… or file:PATH. Default: the configuration's store." };
    private readonly Option<string> _out = new("--out") { HelpName = "FILE", Description = "The file to make. There must be none of that name.", Required = true };
    private readonly Option<string?> _config = StoreText.Config();

    public StoreBackupCommand(Surroundings surroundings)
        : base("backup", "Write a store as it is at this moment into a file. Causeway may go on meanwhile.", surroundings) => Takes(
            [_store, _out, _config],
            "causeway store backup --out causeway-2026-11-26.backup",
            "causeway store backup --store file:/run/secrets/store --out /backups/causeway.backup --json");

    protected override string WhenCutOff => "Ended before its end; nothing was left behind.";

    protected override Func<IProgress<MoveProgress>, CancellationToken, Task<BackupReport>>? Read(ParseResult parsed, TextWriter error, out string problem)
    {
        StorePlace? store = parsed.GetValue(_store) is { } text ? Stores.Read(text, _store.Name, error, out problem) : StoreText.Configured(parsed.GetValue(_config), out problem);
        string file = Path.GetFullPath(parsed.GetRequiredValue(_out));
        return store is null ? null : (progress, cancellation) => StoreMoves.BackupAsync(store, file, Surroundings.Time, progress, cancellation);
    }

    protected override void Show(BackupReport report, Screen screen)
    {
        screen.Accent(report.File);
        screen.Line();
        screen.Pairs(
            ("Of", $"{report.Source}, as it was at {Figures.Time(report.MadeAt)}"),
            ("Bytes", Figures.Count(report.Bytes)),
            ("SHA-256", $"{report.Sha256} (stands at its end)"));
        screen.Line();
        ShowTables(report.Tables, screen);
        screen.Line();
        screen.Line("The master keys of capability keys, keys.master, are not in it: keep them too. Look it over: causeway store verify FILE");
    }
}
