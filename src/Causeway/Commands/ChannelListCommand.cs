using System.CommandLine;
using System.Globalization;
using Causeway.Admin.Channels;
using Causeway.Releases.Readiness;
using Causeway.Releases.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway channel list</c></summary>
internal sealed class ChannelListCommand : ClientVerb<ChannelList>
{
    private static readonly Column[] s_columns = [new("CHANNEL", ColumnKind.Name), new("RELEASE"), new("PINS"), new("UNSUPPORTED"), new("CONFORMANCE"), new("VERSION", ColumnKind.Number), new("SINCE")];

    private readonly Option<bool> _readiness = new("--readiness") { Description = "Whether each can be taken back, and what breaks first." };

    public ChannelListCommand(Surroundings surroundings)
        : base("list", "List channels.", surroundings) =>
        Takes([_readiness], "causeway channel list", "causeway channel list --readiness", "causeway channel list --json | jq -r '.channels[].name'");

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get("/channels", ("readiness", parsed.GetValue(_readiness) ? "true" : null));

    protected override void Show(ChannelList answer, Connection connection, Screen screen)
    {
        if (answer.Channels.Count == 0)
        {
            screen.Line("There are no channels. Make one with: causeway channel new NAME --release ID");
            return;
        }

        bool areRolledOut = answer.Channels.Any(channel => channel.Rollout is not null);
        bool areReady = answer.Channels.Any(channel => channel.Readiness is not null);
        screen.Table([.. s_columns, .. areRolledOut ? [new Column("ROLLOUT")] : Array.Empty<Column>(), .. areReady ? [new Column("READINESS")] : Array.Empty<Column>()], answer.Channels.Select(channel => (IReadOnlyList<string>)
        [
            channel.Name,
            ReleaseShowCommand.Short(channel.Release),
            string.Join(", ", channel.Pins),
            channel.Unsupported.Word(),
            channel.Conformance.Word(),
            Figures.Count(channel.Version),
            Figures.Time(channel.UpdatedAt),
            .. areRolledOut ? [RolloutOf(channel)] : Array.Empty<string>(),
            .. areReady ? [ReadinessOf(channel)] : Array.Empty<string>(),
        ]));
    }

    private static string ReadinessOf(ChannelView channel) => channel.Readiness is not { } readiness ? "not looked at yet"
        : readiness is { BreaksFirst: { } breaks, BreaksAt: { } at } && readiness.State != ReadinessState.NotReady ? $"{Word(readiness.State)} until {Figures.Time(at)}: {breaks}"
        : readiness.Weakest is { } weakest ? $"{Word(readiness.State)}: {weakest}"
        : Word(readiness.State);

    private static string Word(ReadinessState state) => state switch { ReadinessState.Ready => "ready", ReadinessState.AtRisk => "at risk", _ => "not ready" };

    private static string RolloutOf(ChannelView channel) => channel.Rollout is not { } rollout
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"stage {rollout.Stage} of {rollout.Stages}, {rollout.ExposurePpm / 10_000m:0.##} %{(rollout.State == RolloutState.Paused ? ", paused" : rollout.Held is null ? "" : ", held")}");
}
