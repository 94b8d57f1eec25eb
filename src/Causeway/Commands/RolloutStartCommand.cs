using System.CommandLine;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Rollouts;

namespace Causeway.Commands;

/// <summary><c>causeway rollout start</c></summary>
internal sealed class RolloutStartCommand : ClientVerb<RolloutView>
{
    private readonly Argument<string?> _channel = new("CHANNEL") { Description = "The channel's name; left out with --group.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _to = new("--to") { HelpName = "RELEASE", Description = "The release to go to; with --group CHANNEL=RELEASE, once for each of its channels.", Required = true };
    private readonly Option<string?> _group = new("--group") { HelpName = "GROUP", Description = "Every channel of this group, in one revision or none; the same units meet all candidates." };
    private readonly PlanOptions _plan = new();
    private readonly Option<bool> _skipDrill = new("--skip-drill") { Description = "Its way back need not be rehearsed; needs --reason." };
    private readonly Option<string?> _without = new("--exclude-exposed") { HelpName = "ROLLOUT", Description = "Leave out the units that met the candidate of the channel's last rollout: others meet this one." };
    private readonly Option<bool> _reshuffle = new("--reshuffle") { Description = "Draw the units anew: others meet this candidate first than met those before." };
    private readonly Option<bool> _force = new("--force") { Description = "Start it although its base is not ready to be gone back to; needs --reason." };
    private readonly Option<string?> _reason = new("--reason") { HelpName = "TEXT", Description = "Why; kept in the timeline." };
    private readonly Surroundings _surroundings;
    private readonly GroupVerb _together;
    private StartRolloutRequest? _asked;
    private StartGroupRolloutRequest? _askedTogether;

    public RolloutStartCommand(Surroundings surroundings)
        : base("start", "Start a rollout. Its first stage is in force from the next request on.", surroundings)
    {
        _surroundings = surroundings;
        _together = new GroupVerb(
            surroundings,
            Connecting,
            PrepareTogether,
            parsed => new AdminRequest(HttpMethod.Post, $"/groups/{Uri.EscapeDataString(parsed.GetValue(_group)!)}/rollout", JsonSerializer.SerializeToUtf8Bytes(_askedTogether!, AdminJson.Asked.StartGroupRolloutRequest)));
        Add(_channel);
        Takes(
            [_to, _group, .. _plan.All, _skipDrill, _reshuffle, _without, _force, _reason],
            "causeway rollout start support --to rel_777471ba52cc",
            "causeway rollout start support --to rel_777471ba52cc --percent 5",
            "causeway rollout start support --to rel_777471ba52cc --plan plan.json --skip-drill --reason \"rehearsed in staging\"",
            "causeway rollout start --group assistant --to planner=rel_777471ba52cc --to executor=rel_d120707e6fa0");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        (RolloutPlanBody? plan, int? ppm, string? problem) = _plan.Read(parsed, _surroundings);
        string[] to = parsed.GetRequiredValue(_to);
        _asked = new StartRolloutRequest { To = to[^1], Plan = plan, Ppm = ppm, SkipDrill = parsed.GetValue(_skipDrill), Force = parsed.GetValue(_force), Reshuffle = parsed.GetValue(_reshuffle), ExcludeExposed = parsed.GetValue(_without), Reason = parsed.GetValue(_reason) };
        return GroupVerb.OneOf(parsed.GetValue(_channel), parsed.GetValue(_group)) ?? problem ?? (to.Length > 1 ? "One channel goes to one release: give --to once." : Unexplained(_asked));
    }

    protected override Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation) =>
        parsed.GetValue(_group) is null ? base.RunAsync(parsed, cancellation) : _together.AskAsync(parsed, cancellation);

    protected override AdminRequest Ask(ParseResult parsed) =>
        new(HttpMethod.Post, $"/channels/{Uri.EscapeDataString(parsed.GetValue(_channel)!)}/rollout", JsonSerializer.SerializeToUtf8Bytes(_asked!, AdminJson.Asked.StartRolloutRequest));

    protected override int CodeOf(AdminReply reply) => RolloutScreen.CodeOf(reply);

    protected override void Show(RolloutView answer, Connection connection, Screen screen) => RolloutScreen.Show(answer, screen);

    private string? PrepareTogether(ParseResult parsed)
    {
        (RolloutPlanBody? plan, int? ppm, string? problem) = _plan.Read(parsed, _surroundings);
        Dictionary<string, string> to = new(StringComparer.Ordinal);
        foreach (string pair in parsed.GetRequiredValue(_to))
        {
            if (pair.Split('=') is not [{ Length: > 0 } channel, { Length: > 0 } release] || !to.TryAdd(channel, release))
            {
                return $"--to {Printable.Cut(pair)}: with --group it is CHANNEL=RELEASE, once for each channel.";
            }
        }

        _askedTogether = new StartGroupRolloutRequest { To = to, Plan = plan, Ppm = ppm, SkipDrill = parsed.GetValue(_skipDrill), Force = parsed.GetValue(_force), Reason = parsed.GetValue(_reason) };
        return GroupVerb.OneOf(parsed.GetValue(_channel), parsed.GetValue(_group)) ?? problem
            ?? (parsed.GetValue(_reshuffle) || parsed.GetValue(_without) is not null ? "A group's units are drawn by its name: leave --reshuffle and --exclude-exposed out." : Unexplained(new StartRolloutRequest { SkipDrill = _askedTogether.SkipDrill, Force = _askedTogether.Force, Reason = _askedTogether.Reason }));
    }

    private static string? Unexplained(StartRolloutRequest asked) =>
        asked is { SkipDrill: true, Reason: null } ? "Say with --reason TEXT why its way back need not be rehearsed." : asked is { Force: true, Reason: null } ? "Say why, with --reason TEXT." : null;
}
