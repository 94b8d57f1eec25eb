using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Channels;

namespace Causeway.Commands;

/// <summary><c>causeway channel set</c>: how its requests are assigned, and which channels it goes back with.</summary>
internal sealed class ChannelSetCommand : ClientVerb<RoutingView>
{
    private readonly Argument<string> _name = new("NAME") { Description = "The channel's name." };
    private readonly Option<string?> _group = new("--group") { HelpName = "GROUP", Description = "Roll it back with the other channels of this group; \"\" takes it out." };
    private readonly Option<string?> _seed = new("--seed") { HelpName = "TEXT", Description = "What draws the units; not while it is being rolled out." };
    private readonly Option<string[]> _unitKey = new("--unit-key") { HelpName = "KIND", Description = "What a request is assigned by, the first that it has: conversation, user, tenant, key; not while it is being rolled out.", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _pinPolicy = new("--pin-policy") { HelpName = "POLICY", Description = "What becomes of a request that names a release which was rolled back: substitute or reject." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };

    public ChannelSetCommand(Surroundings surroundings)
        : base("set", "Set a channel's group, and how its requests are assigned.", surroundings)
    {
        Add(_name);
        Takes(
            [_group, _seed, _unitKey, _pinPolicy, _reason],
            "causeway channel set planner --group assistant",
            "causeway channel set support --unit-key user tenant",
            "causeway channel set support --pin-policy reject --reason \"audited customers take no other release\"");
    }

    protected override string? Prepare(ParseResult parsed) =>
        parsed.GetValue(_group) is null && parsed.GetValue(_seed) is null && parsed.GetValue(_pinPolicy) is null && parsed.GetValue(_unitKey) is null or []
            ? "Say what is to be different: --group, --seed, --unit-key or --pin-policy."
            : null;

    protected override AdminRequest Ask(ParseResult parsed)
    {
        RoutingSettingsRequest body = new()
        {
            Group = parsed.GetValue(_group),
            Seed = parsed.GetValue(_seed),
            UnitKey = parsed.GetValue(_unitKey) is { Length: > 0 } kinds ? [.. kinds.SelectMany(kind => kind.Split(','))] : null,
            PinPolicy = parsed.GetValue(_pinPolicy),
            Reason = parsed.GetValue(_reason),
        };
        return new AdminRequest(HttpMethod.Patch, $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_name))}/routing", JsonSerializer.SerializeToUtf8Bytes(body, AdminJson.Asked.RoutingSettingsRequest));
    }

    protected override int CodeOf(AdminReply reply) => RolloutScreen.CodeOf(reply);

    protected override void Show(RoutingView answer, Connection connection, Screen screen)
    {
        screen.Accent(answer.Channel);
        screen.Pairs(
        [
            ("Group", answer.Group ?? "none"),
            ("Seed", answer.Seed),
            ("Units", string.Join(", ", answer.UnitKey)),
            ("Pins", answer.PinPolicy),
        ]);
    }
}
