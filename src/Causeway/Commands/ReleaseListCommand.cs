using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Releases;

namespace Causeway.Commands;

/// <summary><c>causeway release list</c></summary>
internal sealed class ReleaseListCommand : ClientVerb<ReleasePage>
{
    private static readonly Column[] s_columns = [new("ID", ColumnKind.Name), new("PINS"), new("PROMPT"), new("PARAMETERS"), new("MADE"), new("LABEL")];

    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 200" };
    private readonly Option<string?> _cursor = new("--cursor") { HelpName = "CURSOR", Description = "Where the page before said to go on." };

    public ReleaseListCommand(Surroundings surroundings)
        : base("list", "List releases, newest first.", surroundings) =>
        Takes([_limit, _cursor], "causeway release list", "causeway release list --json | jq -r '.releases[].id'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/releases", ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)), ("cursor", parsed.GetValue(_cursor)));

    protected override void Show(ReleasePage answer, Connection connection, Screen screen)
    {
        if (answer.Releases.Count == 0)
        {
            screen.Line("There are no releases. Make one with: causeway release new --pin PROVIDER/MODEL");
            return;
        }

        screen.Table(s_columns, answer.Releases.Select(release => (IReadOnlyList<string>)
        [
            ReleaseShowCommand.Short(release.Id),
            string.Join(", ", release.Pins.Select(pin => pin.Pin)),
            release.Prompt is null ? "" : "yes",
            string.Join(", ", release.Parameters.Select(parameter => $"{parameter.Key}={parameter.Value.GetRawText()}")),
            Figures.Time(release.CreatedAt),
            release.Label ?? "",
        ]));
        if (answer.Next is { } next)
        {
            screen.Line();
            screen.Remark($"There are more: add --cursor {next}");
        }
    }
}
