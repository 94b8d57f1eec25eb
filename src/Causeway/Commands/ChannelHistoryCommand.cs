using System.CommandLine;
using Causeway.Admin.Channels;

namespace Causeway.Commands;

/// <summary><c>causeway channel history</c></summary>
internal sealed class ChannelHistoryCommand : ClientVerb<ChannelHistory>
{
    private static readonly Column[] s_columns = [new("VERSION", ColumnKind.Number), new("RELEASE", ColumnKind.Name), new("UNSUPPORTED"), new("CONFORMANCE"), new("SINCE")];

    private readonly Argument<string> _name = new("NAME") { Description = "The channel's name." };

    public ChannelHistoryCommand(Surroundings surroundings)
        : base("history", "Where a channel pointed, newest first.", surroundings)
    {
        Add(_name);
        Takes([], "causeway channel history support");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_name))}/history");

    protected override void Show(ChannelHistory answer, Connection connection, Screen screen) => screen.Table(s_columns, answer.Moves.Select(move => (IReadOnlyList<string>)
    [
        Figures.Count(move.Version), ReleaseShowCommand.Short(move.Release), move.Unsupported.Word(), move.Conformance.Word(), Figures.Time(move.At),
    ]));
}
