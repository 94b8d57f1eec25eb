using System.CommandLine;
using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary><c>causeway store restore</c></summary>
internal sealed class StoreRestoreCommand : StoreVerb<MoveReport>
{
    private readonly Argument<string> _file = new("FILE") { Description = "What \"causeway store backup\" made." };
    private readonly Option<string?> _to = new("--to") { HelpName = "STORE", Description = "An empty store: sqlite:PATH, postgres://… or file:PATH. Default: the configuration's store." };
    private readonly Option<string?> _config = StoreText.Config();

    public StoreRestoreCommand(Surroundings surroundings)
        : base("restore", "Fill an empty store from a backup, of whichever engine that was made.", surroundings) => Takes(
            [_file, _to, _config],
            "causeway store restore causeway-2026-11-26.backup --to sqlite:/var/lib/causeway/causeway.db",
            "causeway store restore causeway-2026-11-26.backup --to 'postgres://causeway:${PG_PASSWORD}@db.internal/causeway'");

    protected override string WhenCutOff => "Ended before its end. Run the same again: it goes on where it was.";

    protected override Func<IProgress<MoveProgress>, CancellationToken, Task<MoveReport>>? Read(ParseResult parsed, TextWriter error, out string problem)
    {
        StorePlace? to = parsed.GetValue(_to) is { } text ? Stores.Read(text, _to.Name, error, out problem) : StoreText.Configured(parsed.GetValue(_config), out problem);
        var from = StorePlace.Backup(Path.GetFullPath(parsed.GetRequiredValue(_file)));
        return to is null ? null : (progress, cancellation) => StoreMoves.MoveAsync(from, to, Surroundings.Time, progress, cancellation);
    }

    protected override void Show(MoveReport report, Screen screen) => StoreScreen.Moved(report, screen, "Restored");
}
