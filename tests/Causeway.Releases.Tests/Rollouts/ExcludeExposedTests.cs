using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Rollouts;

public sealed class ExcludeExposedTests
{
    private static readonly RolloutPlan s_half = Some.Plan(Some.Percent(100_000), Some.Percent(300_000));

    [Fact]
    public void A_second_attempt_spares_whom_the_first_one_has_met_and_its_drill_takes_its_own()
    {
        ChannelFacts facts = Facts(out ReleaseId candidate);
        RolloutStep first = Start(facts, candidate, null);
        ChannelRouting second = Start(facts with { Routing = first.After with { Rollout = first.After.Rollout!.Ended(RolloutState.Aborted, Some.Now, "worse") } }, candidate, first.After.Rollout.Id).After;
        HashSet<RoutingUnit> met = Met(facts, first.After);
        HashSet<RoutingUnit> meets = Met(facts, second);

        Assert.Empty(met.Intersect(meets));
        Assert.InRange(met.Count, 900, 1_100);
        Assert.InRange(meets.Count, 900, 1_100);
        Assert.Equal((100_000, 100_000), (second.Rollout!.SkipBuckets, second.Rollout.Exposure.Ppm));
        Assert.Subset(Met(facts, second with { Rollout = second.Rollout with { Stage = 1 } }), meets); // Who has met it keeps it in the next stage.
    }

    [Fact]
    public void What_cannot_be_told_is_refused()
    {
        ChannelFacts facts = Facts(out ReleaseId candidate);
        RolloutStep first = Start(facts, candidate, null);
        ChannelRouting ended = first.After with { Rollout = first.After.Rollout!.Ended(RolloutState.Aborted, Some.Now, "worse") };
        RolloutId id = ended.Rollout!.Id;

        Assert.Contains("is not its last rollout", Refused(facts with { Routing = ended }, candidate, RolloutId.New(Some.Now), s_half), StringComparison.Ordinal);
        Assert.Contains("is not its last rollout", Refused(facts, candidate, id, s_half), StringComparison.Ordinal);
        Assert.Contains("another seed", Refused(facts with { Routing = ended with { Seed = "other" } }, candidate, id, s_half), StringComparison.Ordinal);
        Assert.Contains("no stage can expose more than 800000", Refused(facts with { Routing = ended }, candidate, id, Some.Plan(Some.Percent(900_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bake_is_what_the_holdback_and_those_left_out_leave()
    {
        ChannelFacts facts = Facts(out ReleaseId candidate);
        RolloutStep first = Start(facts, candidate, null);
        ChannelFacts again = facts with { Routing = first.After with { Rollout = first.After.Rollout!.Ended(RolloutState.Aborted, Some.Now, "worse") } };

        Rollout second = RolloutStep.Start(again, candidate, RolloutPlan.Of(50_000), "test", _ => false, "noor", Some.Now, out _, first.After.Rollout.Id)!.After.Rollout!;

        Assert.Equal([50_000, 800_000], second.Plan.Stages.Select(stage => stage.Ppm));
        Assert.Empty(second.Plan.Problems());
    }

    private static string Refused(ChannelFacts facts, ReleaseId candidate, RolloutId without, RolloutPlan plan)
    {
        Assert.Null(RolloutStep.Start(facts, candidate, plan, "test", _ => false, "noor", Some.Now, out RolloutRefusal? refusal, without));
        Assert.Equal(RolloutFault.NoShare, refusal!.Fault);
        return refusal.Message;
    }

    private static RolloutStep Start(ChannelFacts facts, ReleaseId candidate, RolloutId? without)
    {
        RolloutStep? step = RolloutStep.Start(facts, candidate, s_half, "test", _ => false, "noor", Some.Now, out RolloutRefusal? refusal, without);
        Assert.Null(refusal);
        return step!;
    }

    private static HashSet<RoutingUnit> Met(ChannelFacts facts, ChannelRouting routing)
    {
        RoutingImage image = new(facts.Channel, routing, _ => false);
        return [.. Enumerable.Range(0, 10_000).Select(i => new RoutingUnit("user", $"{i}")).Where(unit => image.Resolve(new RoutingSubject("t", "f", "prod", null, unit, null), hasLease: true).Rule == RoutingRule.Percent)];
    }

    private static ChannelFacts Facts(out ReleaseId candidate)
    {
        candidate = Some.Two;
        (ReleaseChannel channel, IReadOnlyList<ChannelMove> moves) = Some.Channel(Some.One);
        return new ChannelFacts(channel, ChannelRouting.Of("support"), moves);
    }
}
