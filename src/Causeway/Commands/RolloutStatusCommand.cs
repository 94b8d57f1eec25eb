using System.CommandLine;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway rollout status</c></summary>
internal sealed class RolloutStatusCommand : ClientVerb<RolloutView>
{
    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "The channel's name; left out with --group.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _group = new("--group") { HelpName = "GROUP", Description = "Every channel of this group." };
    private readonly GroupVerb _together;

    public RolloutStatusCommand(Surroundings surroundings)
        : base("status", "Show a channel's rollout: the one under way, or the last one.", surroundings)
    {
        _together = new GroupVerb(surroundings, Connecting, Prepare, parsed => AdminRequest.Get($"/groups/{Uri.EscapeDataString(parsed.GetValue(_group)!)}/rollout"));
        Add(_channel);
        Takes([_group], "causeway rollout status support", "causeway rollout status --group assistant");
    }

    protected override string? Prepare(ParseResult parsed) => GroupVerb.OneOf(parsed.GetValue(_channel), parsed.GetValue(_group));

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        parsed.GetValue(_group) is null ? base.RunAsync(parsed, cancellation) : _together.AskAsync(parsed, cancellation);

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get($"/channels/{Uri.EscapeDataString(parsed.GetValue(_channel)!)}/rollout");

    protected override void Show(RolloutView answer, Connection connection, Screen screen) => RolloutScreen.Show(answer, screen);
}
