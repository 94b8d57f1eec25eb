using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Providers;
using Causeway.Releases.Pins;

namespace Causeway.Commands;

/// <summary><c>causeway models</c></summary>
internal sealed class ModelsCommand : ClientVerb<ServedModelList>
{
    private static readonly Column[] s_columns =
    [
        new("MODEL", ColumnKind.Name), new("PROVIDER"), new("KIND"), new("STATUS"), new("RETIRES"),
        new("CONTEXT", ColumnKind.Number), new("INPUT $/M", ColumnKind.Number), new("OUTPUT $/M", ColumnKind.Number),
    ];

    private readonly Option<string?> _provider = new("--provider") { HelpName = "NAME", Description = "Only this provider's." };
    private readonly Option<string?> _search = new("--search") { HelpName = "TEXT", Description = "Only models with this text in their name." };

    public ModelsCommand(Surroundings surroundings)
        : base("models", "The models that are served, as a request writes them.", surroundings)
    {
        Takes([_provider, _search], "causeway models --search mini", "causeway models --provider openai", "causeway models --json | jq -r '.models[] | select(.price == null) | .id'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/models", ("provider", parsed.GetValue(_provider)), ("search", parsed.GetValue(_search)));

    protected override void Show(ServedModelList answer, Connection connection, Screen screen)
    {
        if (answer.Models.Count == 0)
        {
            screen.Line("No such model is served. See all of them with: causeway models");
            return;
        }

        screen.Table(s_columns, answer.Models.Select(model => (IReadOnlyList<string>)
        [
            model.Id,
            model.Provider,
            KindOf(model),
            model.Status switch { ModelStatus.Active => "active", ModelStatus.Legacy => "legacy", ModelStatus.Deprecated => "deprecated", ModelStatus.Preview => "preview", _ => "" },
            model.Retires is { } day ? Day(day) : model.RetiresNotBefore is { } earliest ? $"not before {Day(earliest)}" : "",
            model.ContextWindow is { } tokens ? Figures.Tokens(tokens) : "",
            model.Price?.Input ?? "unpriced",
            model.Price?.Output ?? "unpriced",
        ]));
    }

    private static string KindOf(ServedModel model) => model.Kind switch
    {
        ModelKind.Alias => model.ResolvesTo is { } target ? $"alias of {target}" : "alias",
        ModelKind.Snapshot => "snapshot",
        _ => "unlisted",
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
