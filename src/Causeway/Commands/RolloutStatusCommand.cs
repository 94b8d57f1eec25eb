using System.CommandLine;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway rollout status</c></summary>
internal sealed class RolloutStatusCommand : ClientVerb<RolloutView>
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };

    public RolloutStatusCommand(Surroundings surroundings)
        : base("status", "Show a channel's rollout: the one under way, or the last one.", AdminJson.Api.RolloutView, surroundings)
    {
        Add(_channel);
        Takes([], "causeway rollout status support");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/rollout");

    protected override void Show(RolloutView answer, Connection connection, Screen screen) => RolloutScreen.Show(answer, screen);
}
