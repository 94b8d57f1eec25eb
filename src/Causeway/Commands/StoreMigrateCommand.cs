using System.CommandLine;
using Causeway.Storage.Moving;

namespace Causeway.Commands;

/// <summary><c>causeway store migrate</c></summary>
internal sealed class StoreMigrateCommand : StoreVerb<MoveReport>
{
    private readonly Option<string?> _from = new("--from") { HelpName = "STORE", Description = "Where the rows are: sqlite:PATH, postgres://… or file:PATH. Default: the configuration's store." };
    private readonly Option<string?> _to = new("--to") { HelpName = "STORE", Description = "Where they go: an empty store, or one that an earlier run has begun to fill. Default: the configuration's store." };
    private readonly Option<string?> _config = StoreText.Config();

    public StoreMigrateCommand(Surroundings surroundings)
        : base("migrate", "Move everything from one store to another, and compare the two. The source is not changed.", surroundings)
    {
        Validators.Add(result =>
        {
            if (result.GetResult(_from) is null && result.GetResult(_to) is null)
            {
                result.AddError("Name the other store: --to, or --from. The one that is not named is the configuration's.");
            }
        });
        Takes(
            [_from, _to, _config],
            "causeway store migrate --from sqlite:causeway-data/causeway.db --to 'postgres://causeway:${PG_PASSWORD}@db.internal/causeway'",
            "causeway store migrate --to file:/run/secrets/store",
            "causeway store migrate --from file:/run/secrets/store --to sqlite:/var/lib/causeway/causeway.db");
    }

    protected override string WhenCutOff => "Ended before its end. Run the same again: it goes on where it was.";

    protected override Func<IProgress<MoveProgress>, CancellationToken, Task<MoveReport>>? Read(ParseResult parsed, TextWriter error, out string problem)
    {
        if (Of(parsed, _from, error, out problem) is not { } from || Of(parsed, _to, error, out problem) is not { } to)
        {
            return null;
        }

        if (from.ToString() == to.ToString())
        {
            problem = $"--from and --to are the same store: {from}.";
            return null;
        }

        return (progress, cancellation) => StoreMoves.MoveAsync(from, to, Surroundings.Time, progress, cancellation);
    }

    protected override void Show(MoveReport report, Screen screen) => StoreScreen.Moved(report, screen, "Moved");

    private StorePlace? Of(ParseResult parsed, Option<string?> option, TextWriter error, out string problem) => parsed.GetValue(option) is { } text
        ? Stores.Read(text, option.Name, error, out problem)
        : StoreText.Configured(parsed.GetValue(_config), out problem);
}
