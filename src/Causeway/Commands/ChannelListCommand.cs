using System.CommandLine;
using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Channels;
using Causeway.Releases.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway channel list</c></summary>
internal sealed class ChannelListCommand : ClientVerb<ChannelList>
{
    private static readonly Column[] s_columns = [new("CHANNEL", ColumnKind.Name), new("RELEASE"), new("PINS"), new("UNSUPPORTED"), new("CONFORMANCE"), new("VERSION", ColumnKind.Number), new("SINCE")];

    public ChannelListCommand(Surroundings surroundings)
        : base("list", "List channels.", AdminJson.Api.ChannelList, surroundings) =>
        Takes([], "causeway channel list", "causeway channel list --json | jq -r '.channels[].name'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/channels");

    protected override void Show(ChannelList answer, Connection connection, Screen screen)
    {
        if (answer.Channels.Count == 0)
        {
            screen.Line("There are no channels. Make one with: causeway channel new NAME --release ID");
            return;
        }

        bool areRolledOut = answer.Channels.Any(channel => channel.Rollout is not null);
        screen.Table(areRolledOut ? [.. s_columns, new Column("ROLLOUT")] : s_columns, answer.Channels.Select(channel => (IReadOnlyList<string>)
        [
            channel.Name,
            ReleaseShowCommand.Short(channel.Release),
            string.Join(", ", channel.Pins),
            channel.Unsupported.Word(),
            channel.Conformance.Word(),
            Figures.Count(channel.Version),
            Figures.Time(channel.UpdatedAt),
            .. areRolledOut ? [RolloutOf(channel)] : Array.Empty<string>(),
        ]));
    }

    private static string RolloutOf(ChannelView channel) => channel.Rollout is not { } rollout
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"stage {rollout.Stage} of {rollout.Stages}, {rollout.ExposurePpm / 10_000m:0.##} %{(rollout.State == RolloutState.Paused ? ", paused" : rollout.Held is null ? "" : ", held")}");
}
