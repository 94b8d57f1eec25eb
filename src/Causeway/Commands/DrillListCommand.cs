using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Drills;
using Causeway.Gateway.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway drill list</c></summary>
internal sealed class DrillListCommand : ClientVerb<DrillList>
{
    private static readonly Column[] s_columns =
        [new("DRILL", ColumnKind.Name), new("CHANNEL", ColumnKind.Name), new("KIND"), new("STATE"), new("REQUESTS", ColumnKind.Number), new("ERRORS", ColumnKind.Number), new("SLOWEST", ColumnKind.Number), new("STARTED")];

    private readonly Option<string?> _channel = new("--channel") { HelpName = "NAME", Description = "Only of this channel." };
    private readonly Option<int?> _limit = new("--limit") { HelpName = "COUNT", Description = "How many at most, up to 500. Default: 50" };

    private string? _asked;

    public DrillListCommand(Surroundings surroundings)
        : base("list", "List drills, the newest first.", surroundings) =>
        Takes([_channel, _limit], "causeway drill list --channel support");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/drills", ("channel", _asked = parsed.GetValue(_channel)), ("limit", parsed.GetValue(_limit)?.ToString(CultureInfo.InvariantCulture)));

    protected override void Show(DrillList answer, Connection connection, Screen screen)
    {
        if (answer.Drills.Count == 0)
        {
            screen.Line($"There was no drill yet. Rehearse with: causeway drill {_asked ?? "CHANNEL"} --kind slice");
            return;
        }

        screen.Table(s_columns, answer.Drills.Select(drill => (IReadOnlyList<string>)
        [
            drill.Id!, drill.Channel, DrillWords.Of(drill.Kind), drill.Word, Figures.Count(drill.Requests), Figures.Count(drill.Errors), DrillScreen.Slowest(drill), Figures.Time(drill.StartedAt),
        ]));
    }
}
