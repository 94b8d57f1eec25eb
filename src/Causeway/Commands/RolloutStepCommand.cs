using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary>The verbs that take a rollout a step on.</summary>
internal sealed class RolloutStepCommand : ClientVerb<RolloutView>
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<bool> _force = new("--force") { Description = "Pass over time, units, evidence and holds of the stage; needs --reason." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };

    public RolloutStepCommand(Surroundings surroundings, string verb, string description, params string[] examples)
        : base(verb, description, AdminJson.Api.RolloutView, surroundings)
    {
        Add(_channel);
        Takes(verb is "advance" or "finalize" ? [_force, _reason] : [_reason], examples);
    }

    protected override string? Prepare(ParseResult parsed) =>
        parsed.GetValue(_reason) is null && (Name == "abort" || IsForced(parsed)) ? "Say why, with --reason TEXT." : null;

    protected override AdminRequest Ask(ParseResult parsed) => new(
        HttpMethod.Post,
        $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/rollout/{Name}",
        JsonSerializer.SerializeToUtf8Bytes(new RolloutStepRequest { Reason = parsed.GetValue(_reason), Force = IsForced(parsed) }, AdminJson.Asked.RolloutStepRequest));

    protected override int CodeOf(AdminReply reply) => RolloutScreen.CodeOf(reply);

    protected override void Show(RolloutView answer, Connection connection, Screen screen) => RolloutScreen.Show(answer, screen);

    private bool IsForced(ParseResult parsed) => Options.Contains(_force) && parsed.GetValue(_force);
}
