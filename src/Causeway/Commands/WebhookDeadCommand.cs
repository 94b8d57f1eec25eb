using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Webhooks;

namespace Causeway.Commands;

/// <summary><c>causeway webhook dead</c></summary>
internal sealed class WebhookDeadCommand : ClientVerb<DeadLetterPage>
{
    private static readonly Column[] s_columns = [new("ID", ColumnKind.Name), new("TOLD"), new("WEBHOOK"), new("WHAT"), new("TRIES", ColumnKind.Number), new("LAST TRIED"), new("WHY NOT")];

    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 1000. Default: 100" };
    private readonly Option<string?> _cursor = new("--cursor") { HelpName = "CURSOR", Description = "Where the page before said to go on." };

    public WebhookDeadCommand(Surroundings surroundings)
        : base("dead", "List events that a webhook did not take, newest first.", surroundings) =>
        Takes([_limit, _cursor], "causeway webhook dead", "causeway webhook dead --json | jq -r '.letters[].id'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/webhook/dead", ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)), ("cursor", parsed.GetValue(_cursor)));

    protected override void Show(DeadLetterPage answer, Connection connection, Screen screen)
    {
        if (answer.Letters.Count == 0)
        {
            screen.Line("There are none: every event was taken.");
            return;
        }

        screen.Table(s_columns, answer.Letters.Select(letter => (IReadOnlyList<string>)
            [letter.Id, Figures.Time(letter.At), letter.Hook, letter.What, Figures.Count(letter.Tries), Figures.Time(letter.LastTriedAt), letter.Problem]));
        screen.Line();
        screen.Remark(answer.Next is { } next ? $"There are more: add --cursor {next}" : "Send them again with: causeway webhook redeliver ID, or --all");
    }
}
