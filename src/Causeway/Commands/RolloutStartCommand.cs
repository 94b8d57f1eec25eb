using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway rollout start</c></summary>
internal sealed class RolloutStartCommand : ClientVerb<RolloutView>
{
    private readonly Argument<string> _channel = new("CHANNEL") { Description = "The channel's name." };
    private readonly Option<string> _to = new("--to") { HelpName = "RELEASE", Description = "The release to go to.", Required = true };
    private readonly PlanOptions _plan = new();
    private readonly Option<bool> _skipDrill = new("--skip-drill") { Description = "Its way back need not be rehearsed; needs --reason." };
    private readonly Option<string?> _without = new("--exclude-exposed") { HelpName = "ROLLOUT", Description = "Leave out the units that met the candidate of the channel's last rollout: others meet this one." };
    private readonly Option<bool> _reshuffle = new("--reshuffle") { Description = "Draw the units anew: others meet this candidate first than met those before." };
    private readonly Option<bool> _force = new("--force") { Description = "Start it although its base is not ready to be gone back to; needs --reason." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };
    private readonly Surroundings _surroundings;
    private StartRolloutRequest? _asked;

    public RolloutStartCommand(Surroundings surroundings)
        : base("start", "Start a rollout. Its first stage is in force from the next request on.", AdminJson.Api.RolloutView, surroundings)
    {
        _surroundings = surroundings;
        Add(_channel);
        Takes(
            [_to, .. _plan.All, _skipDrill, _reshuffle, _without, _force, _reason],
            "causeway rollout start support --to rel_777471ba52cc",
            "causeway rollout start support --to rel_777471ba52cc --percent 5",
            "causeway rollout start support --to rel_777471ba52cc --plan plan.json --skip-drill --reason \"rehearsed in staging\"");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        (RolloutPlanBody? plan, int? ppm, string? problem) = _plan.Read(parsed, _surroundings);
        _asked = new StartRolloutRequest { To = parsed.GetRequiredValue(_to), Plan = plan, Ppm = ppm, SkipDrill = parsed.GetValue(_skipDrill), Force = parsed.GetValue(_force), Reshuffle = parsed.GetValue(_reshuffle), ExcludeExposed = parsed.GetValue(_without), Reason = parsed.GetValue(_reason) };
        return problem ?? (_asked is { SkipDrill: true, Reason: null } ? "Say with --reason TEXT why its way back need not be rehearsed." : _asked is { Force: true, Reason: null } ? "Say why, with --reason TEXT." : null);
    }

    protected override AdminRequest Ask(ParseResult parsed) =>
        new(HttpMethod.Post, $"/channels/{Uri.EscapeDataString(parsed.GetRequiredValue(_channel))}/rollout", JsonSerializer.SerializeToUtf8Bytes(_asked!, AdminJson.Asked.StartRolloutRequest));

    protected override int CodeOf(AdminReply reply) => RolloutScreen.CodeOf(reply);

    protected override void Show(RolloutView answer, Connection connection, Screen screen) => RolloutScreen.Show(answer, screen);
}
