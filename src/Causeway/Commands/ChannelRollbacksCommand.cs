using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Rollbacks;

namespace Causeway.Commands;

/// <summary><c>causeway channel rollbacks</c></summary>
internal sealed class ChannelRollbacksCommand : ClientVerb<RollbackHistory>
{
    private static readonly Column[] s_rollbacks = [new("AT"), new("FROM", ColumnKind.Name), new("BY"), new("DETECT", ColumnKind.Number), new("DECIDE", ColumnKind.Number), new("RECOVER", ColumnKind.Number), new("CLEAR", ColumnKind.Number), new("TAIL", ColumnKind.Number), new("VELOCITY", ColumnKind.Number)];
    private static readonly Column[] s_figures = [new("OF 90 DAYS", ColumnKind.Name), new("KNOWN OF", ColumnKind.Number), new("P50", ColumnKind.Number), new("P99", ColumnKind.Number)];

    private readonly Argument<string> _name = new("NAME") { Description = "The channel's name." };

    public ChannelRollbacksCommand(Surroundings surroundings)
        : base("rollbacks", "How long each rollback of 90 days took, part by part; drills apart.", surroundings)
    {
        Add(_name);
        Takes([], "causeway channel rollbacks support", "causeway channel rollbacks support --json | jq '.figures.recover.p99_ms'");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_name))}/rollbacks");

    protected override void Show(RollbackHistory answer, Connection connection, Screen screen)
    {
        if (answer.Rollbacks.Count == 0)
        {
            screen.Line("It was not rolled back in 90 days.");
        }
        else
        {
            screen.Table(s_rollbacks, answer.Rollbacks.Select(one => (IReadOnlyList<string>)
            [
                Figures.Time(one.T0), ReleaseShowCommand.Short(one.From), one.By,
                Span(one.DetectMs), Span(one.DecideMs), Span(one.RecoverMs), Span(one.ClearMs), one.TailRequests is { } tail ? Figures.Count(tail) : "?", Span(one.VelocityMs),
            ]));
        }

        screen.Line();
        (string, PercentilesView)[] figures =
        [
            ("detect", answer.Figures.Detect), ("decide", answer.Figures.Decide), ("recover", answer.Figures.Recover), ("clear", answer.Figures.Clear), ("velocity", answer.Figures.Velocity),
            ("drills: recover", answer.Drills),
        ];
        screen.Table(s_figures, figures.Select(RowOf));
    }

    private static IReadOnlyList<string> RowOf((string Part, PercentilesView Figures) one) =>
        [one.Part, one.Figures.Count.ToString(CultureInfo.InvariantCulture), Span(one.Figures.P50Ms), Span(one.Figures.P99Ms)];

    private static string Span(long? milliseconds) => milliseconds is { } known ? $"{Figures.Count(known)} ms" : "?";
}
