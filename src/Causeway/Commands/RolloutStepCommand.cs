using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary>The verbs that take a rollout, or those of a group, a step on.</summary>
internal sealed class RolloutStepCommand : ClientVerb<RolloutView>
{
    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "The channel's name; left out with --group.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _group = new("--group") { HelpName = "GROUP", Description = "Every channel of this group, in one revision or none." };
    private readonly Option<bool> _force = new("--force") { Description = "Pass over time, units, evidence and holds of the stage; needs --reason." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };
    private readonly GroupVerb _together;

    public RolloutStepCommand(Surroundings surroundings, string verb, string description, params string[] examples)
        : base(verb, description, surroundings)
    {
        _together = new GroupVerb(surroundings, Connecting, Prepare, parsed => new AdminRequest(HttpMethod.Post, $"/groups/{Uri.EscapeDataString(parsed.GetValue(_group)!)}/rollout/{Name}", Body(parsed)));
        Add(_channel);
        Takes(verb is "advance" or "finalize" ? [_group, _force, _reason] : [_group, _reason], examples);
    }

    protected override string? Prepare(ParseResult parsed) => GroupVerb.OneOf(parsed.GetValue(_channel), parsed.GetValue(_group))
        ?? (parsed.GetValue(_reason) is null && (Name == "abort" || IsForced(parsed)) ? "Say why, with --reason TEXT." : null);

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        parsed.GetValue(_group) is null ? base.RunAsync(parsed, cancellation) : _together.AskAsync(parsed, cancellation);

    protected override AdminRequest Ask(ParseResult parsed) =>
        new(HttpMethod.Post, $"/channels/{Uri.EscapeDataString(parsed.GetValue(_channel)!)}/rollout/{Name}", Body(parsed));

    protected override int CodeOf(AdminReply reply) => RolloutScreen.CodeOf(reply);

    protected override void Show(RolloutView answer, Connection connection, Screen screen) => RolloutScreen.Show(answer, screen);

    private byte[] Body(ParseResult parsed) =>
        JsonSerializer.SerializeToUtf8Bytes(new RolloutStepRequest { Reason = parsed.GetValue(_reason), Force = IsForced(parsed) }, AdminJson.Asked.RolloutStepRequest);

    private bool IsForced(ParseResult parsed) => Options.Contains(_force) && parsed.GetValue(_force);
}
