using System.Globalization;
using Causeway.Releases.Channels;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Routing;

/// <summary>How a channel's requests are assigned, and which channels it goes back with. What is null stays as it is.</summary>
public sealed record RoutingSettings
{
    /// <summary>Characters of the longest seed.</summary>
    public const int MaxSeed = 128;

    /// <summary>Its group, named as channels are; empty: it is in none.</summary>
    public string? Group { get; init; }

    /// <summary>What draws the units: 1 to 128 visible ASCII characters.</summary>
    public string? Seed { get; init; }

    /// <summary>What a request is assigned by: the first of these that it has, each once.</summary>
    public IReadOnlyList<UnitKind>? UnitKey { get; init; }

    /// <summary>What becomes of a request that names a release which was rolled back.</summary>
    public PinPolicy? PinPolicy { get; init; }

    /// <summary>What is wrong with it, by field; empty when it is sound.</summary>
    public IEnumerable<(string Field, string Message)> Problems()
    {
        if (Group is { Length: > 0 } group && ReleaseChannel.NameProblem(group) is { } wrong)
        {
            yield return ("group", wrong);
        }

        if (Seed is { } seed && (seed.Length is 0 or > MaxSeed || seed.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            yield return ("seed", string.Create(CultureInfo.InvariantCulture, $"has 1 to {MaxSeed} visible ASCII characters, without blanks"));
        }

        if (UnitKey is { } kinds && (kinds.Count == 0 || kinds.Distinct().Count() != kinds.Count))
        {
            yield return ("unit_key", "names one or more of conversation, user, tenant and key, each once");
        }
    }

    /// <summary>Plans the change. While a rollout is under way, seed and units stay: whoever has met the candidate would not be met again. So does the group that it goes with.</summary>
    /// <param name="facts">The channel.</param>
    /// <param name="refusal">Why not; null: it can be.</param>
    public RolloutStep? Plan(ChannelFacts facts, out RolloutRefusal? refusal)
    {
        refusal = facts.Routing.Active is not { } active ? null
            : Seed is not null || UnitKey is not null ? new RolloutRefusal(RolloutFault.Active, $"it is being rolled out ({active.Id}), and other units would meet the candidate; change seed and unit key when that is over")
            : active.Group is { } together && Group is not null && Group != together ? new RolloutRefusal(RolloutFault.Active, $"it is rolled out with group {together}, whose channels go on together; change its group when that is over")
            : null;
        if (refusal is not null)
        {
            return null;
        }

        ChannelRouting after = facts.Routing with
        {
            Group = Group switch { null => facts.Routing.Group, "" => null, _ => Group },
            Seed = Seed ?? facts.Routing.Seed,
            UnitKey = UnitKey ?? facts.Routing.UnitKey,
            PinPolicy = PinPolicy ?? facts.Routing.PinPolicy,
        };
        return new RolloutStep(
            after,
            TimelineKind.RoutingSet,
            $"group {after.Group ?? "none"}, seed {after.Seed}, units by {string.Join(", ", after.UnitKey.Select(kind => kind.ToString().ToLowerInvariant()))}, a pin that was rolled back is {(after.PinPolicy == Routing.PinPolicy.Reject ? "refused" : "replaced")}");
    }
}
