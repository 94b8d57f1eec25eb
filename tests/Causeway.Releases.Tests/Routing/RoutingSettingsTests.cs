using Causeway.Releases.Channels;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Routing;

public sealed class RoutingSettingsTests
{
    [Fact]
    public void What_is_not_said_stays_as_it_is()
    {
        ChannelRouting first = new RoutingSettings { Group = "assistant", Seed = "s-1", UnitKey = [UnitKind.User], PinPolicy = PinPolicy.Reject }.Plan(Facts(Some.Routing()), out _)!.After;
        ChannelRouting second = new RoutingSettings { Group = "" }.Plan(Facts(first), out _)!.After;

        Assert.Equal(("assistant", "s-1", UnitKind.User, PinPolicy.Reject), (first.Group, first.Seed, first.UnitKey.Single(), first.PinPolicy));
        Assert.Equal((null, "s-1", UnitKind.User, PinPolicy.Reject), (second.Group, second.Seed, second.UnitKey.Single(), second.PinPolicy));
        Assert.Equal(RoutingJson.Write(first), RoutingJson.Write(RoutingJson.Read(RoutingJson.Write(first), 3)));
    }

    [Fact]
    public void Seed_and_units_stay_while_a_rollout_is_under_way()
    {
        ChannelFacts running = Facts(Some.Routing(Some.Rollout(RolloutPlan.Default)));

        Assert.Null(new RoutingSettings { Seed = "other" }.Plan(running, out RolloutRefusal? seed));
        Assert.Null(new RoutingSettings { UnitKey = [UnitKind.Key] }.Plan(running, out RolloutRefusal? units));
        Assert.Equal((RolloutFault.Active, RolloutFault.Active), (seed!.Fault, units!.Fault));
        Assert.NotNull(new RoutingSettings { Group = "assistant", PinPolicy = PinPolicy.Reject }.Plan(running, out _));
    }

    [Fact]
    public void They_have_bounds()
    {
        Assert.Equal(["group"], new RoutingSettings { Group = "No Good" }.Problems().Select(problem => problem.Field));
        Assert.Equal(["seed"], new RoutingSettings { Seed = "" }.Problems().Select(problem => problem.Field));
        Assert.Equal(["seed"], new RoutingSettings { Seed = new string('a', 129) }.Problems().Select(problem => problem.Field));
        Assert.Equal(["seed"], new RoutingSettings { Seed = "a b" }.Problems().Select(problem => problem.Field));
        Assert.Equal(["unit_key"], new RoutingSettings { UnitKey = [] }.Problems().Select(problem => problem.Field));
        Assert.Equal(["unit_key"], new RoutingSettings { UnitKey = [UnitKind.Key, UnitKind.Key] }.Problems().Select(problem => problem.Field));
        Assert.Empty(new RoutingSettings { Group = "", Seed = "a", UnitKey = [UnitKind.Key], PinPolicy = PinPolicy.Reject }.Problems());
    }

    private static ChannelFacts Facts(ChannelRouting routing)
    {
        (ReleaseChannel channel, IReadOnlyList<ChannelMove> moves) = Some.Channel(Some.One);
        return new ChannelFacts(channel, routing, moves);
    }
}
