using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests;

/// <summary>Releases, channels and rollouts for tests.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    public static readonly ReleaseId One = Release("one").Id;
    public static readonly ReleaseId Two = Release("two").Id;
    public static readonly ReleaseId Three = Release("three").Id;

    public static Release Release(string model) => new(new ReleaseContent { Pins = [new Pin("p", model, PinClass.Unknown)] }, null, Now);

    /// <summary>A channel that pointed at these, in their order.</summary>
    public static (ReleaseChannel Channel, IReadOnlyList<ChannelMove> Moves) Channel(params ReleaseId[] releases)
    {
        var channel = ReleaseChannel.New("support", releases[0], UnsupportedFields.Deny, Now);
        List<ChannelMove> moves = [Move(channel)];
        foreach (ReleaseId release in releases.Skip(1))
        {
            channel = channel.Next(release, UnsupportedFields.Deny, Now);
            moves.Insert(0, Move(channel));
        }

        return (channel, moves);

        static ChannelMove Move(ReleaseChannel of) => new(of.Name, of.Version, of.Release, of.Unsupported, of.Conformance, of.UpdatedAt);
    }

    public static Rollout Rollout(RolloutPlan plan, int stage = 0, RolloutState state = RolloutState.Running) => new()
    {
        Id = RolloutId.New(Now),
        Base = One,
        Candidate = Two,
        Plan = plan,
        Stage = stage,
        State = state,
        StartedAt = Now,
        StartedBy = "mira",
        StageSince = Now,
    };

    public static ChannelRouting Routing(Rollout? rollout = null) => ChannelRouting.Of("support") with { Rollout = rollout };

    public static RolloutStage Percent(int ppm) => new() { Kind = StageKind.Percent, Ppm = ppm };

    public static RolloutPlan Plan(params RolloutStage[] stages) => new() { Stages = stages };
}
