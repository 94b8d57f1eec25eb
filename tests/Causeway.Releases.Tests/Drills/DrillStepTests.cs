using Causeway.Releases.Channels;
using Causeway.Releases.Drills;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Tests.Drills;

public sealed class DrillStepTests
{
    private static readonly DrillId s_id = DrillId.New(Some.Now);
    private static readonly RolloutEvidence s_good = new(10_000, IsDrilled: true, []);

    [Theory]
    [InlineData(500_000, null, 100_000)] // A fifth.
    [InlineData(20_000, null, 10_000)] // 1 % at least.
    [InlineData(4_000, null, 4_000)] // As much as there is.
    [InlineData(500_000, 30_000, 30_000)]
    [InlineData(10_000, 30_000, 10_000)]
    public void A_slice_is_a_part_of_what_meets_the_candidate(int exposed, int? asked, int slice)
    {
        RolloutStep step = Begin(Running(exposed), new DrillOrder(DrillKind.Slice, "mira") { Ppm = asked }, out _)!;

        Assert.Equal(new DrillInForce(s_id, DrillKind.Slice, 0, slice, Some.Now.AddSeconds(10)), step.After.Drill);
        Assert.Equal(TimelineKind.DrillStarted, step.Kind);
    }

    [Fact]
    public void Nothing_is_rehearsed_where_there_is_no_candidate_no_share_or_another_drill()
    {
        ChannelRouting drilled = Begin(Running(500_000), new DrillOrder(DrillKind.Full, "mira"), out _)!.After;
        ChannelRouting named = Some.Routing(Some.Rollout(Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = ["search"] })));

        Assert.Equal(RolloutFault.NotActive, Refused(Some.Routing(), DrillKind.Full));
        Assert.Equal(RolloutFault.Paused, Refused(Some.Routing(Some.Rollout(Some.Plan(Some.Percent(5)), state: RolloutState.Paused)), DrillKind.Full));
        Assert.Equal(RolloutFault.NoShare, Refused(named, DrillKind.Slice));
        Assert.Null(Refused(named, DrillKind.Full));
        Assert.Equal(RolloutFault.Drilling, Refused(drilled, DrillKind.Slice));
    }

    [Fact]
    public void A_drill_gives_base_those_that_it_takes_and_nobody_else()
    {
        ChannelRouting slice = Begin(Running(500_000), new DrillOrder(DrillKind.Slice, "mira") { Ppm = 100_000 }, out _)!.After;
        ChannelRouting full = Begin(Running(500_000), new DrillOrder(DrillKind.Full, "mira"), out _)!.After;
        RoutingImage before = Image(Running(500_000));

        for (int i = 0; i < 2_000; i++)
        {
            RoutingSubject one = new("search", "answers", "dev", null, new RoutingUnit("user", $"{i}"), null);
            int bucket = Bucket.Of("support", $"user:{i}");
            bool exposed = bucket < 500_000;

            Assert.Equal(bucket < 100_000 ? (Some.One, RoutingRule.Drilled) : exposed ? (Some.Two, RoutingRule.Percent) : (Some.One, RoutingRule.Stable), Of(Image(slice).Resolve(one, true)));
            Assert.Equal(exposed ? (Some.One, RoutingRule.Drilled) : (Some.One, RoutingRule.Stable), Of(Image(full).Resolve(one, true)));
            Assert.Equal(before.Resolve(one, true), Image(DrillStep.End(Facts(slice), s_id, "over")!.After).Resolve(one, true)); // The same units come back.
        }

        Assert.Equal((Some.One, RoutingRule.Drilled), Of(Image(full).Resolve(new RoutingSubject("search", "answers", "dev", null, null, Some.Two), true)));
        Assert.Equal((Some.Two, RoutingRule.Pin), Of(Image(slice).Resolve(new RoutingSubject("search", "answers", "dev", null, null, Some.Two), true)));
    }

    [Fact]
    public void A_partition_and_a_capacity_drill_move_nobody_by_themselves()
    {
        RoutingSubject one = new("search", "answers", "dev", null, new RoutingUnit("user", "42"), null);
        foreach (DrillKind kind in (DrillKind[])[DrillKind.Partition, DrillKind.Capacity])
        {
            Assert.Equal(Image(Running(900_000)).Resolve(one, true), Image(Begin(Running(900_000), new DrillOrder(kind, "mira"), out _)!.After).Resolve(one, true));
        }
    }

    [Fact]
    public void A_rollout_takes_no_step_forward_during_a_drill_and_any_step_back_ends_it()
    {
        ChannelFacts drilled = Facts(Begin(Running(500_000), new DrillOrder(DrillKind.Full, "mira"), out _)!.After);

        Assert.Null(RolloutStep.Advance(drilled, s_good, force: true, Some.Now, out RolloutRefusal? advance));
        Assert.Null(RolloutStep.Finalize(drilled, s_good, needsTwo: false, force: true, "mira", Some.Now, out RolloutRefusal? finalize));
        Assert.Equal((RolloutFault.Drilling, RolloutFault.Drilling), (advance!.Fault, finalize!.Fault));
        Assert.Null(RolloutStep.Pause(drilled, Some.Now, out _)!.After.Drill);
        Assert.Null(RolloutStep.Abort(drilled, "superseded", Some.Now, out _)!.After.Drill);
        Assert.Null(RollbackStep.Plan(drilled, new RollbackOrder("mira", "bad"), static _ => false, Some.Now, out _)!.After.Drill);
        Assert.NotNull(RolloutStep.Hold(drilled, "latency", null, out _)!.After.Drill);
    }

    [Fact]
    public void Ending_a_drill_that_is_over_changes_nothing()
    {
        Assert.Null(DrillStep.End(Facts(Running(500_000)), s_id, "over"));
        Assert.Null(DrillStep.End(Facts(Begin(Running(500_000), new DrillOrder(DrillKind.Full, "mira"), out _)!.After), DrillId.New(Some.Now), "over"));
    }

    [Theory]
    [InlineData(DrillKind.Slice, 0, null, "seconds")]
    [InlineData(DrillKind.Slice, 601, null, "seconds")]
    [InlineData(DrillKind.Partition, 1, null, "seconds")]
    [InlineData(DrillKind.Full, 5, 100, "ppm")]
    [InlineData(DrillKind.Slice, 5, 0, "ppm")]
    [InlineData(DrillKind.Slice, 5, 1_000_001, "ppm")]
    public void An_order_has_bounds(DrillKind kind, int? seconds, int? ppm, string field) =>
        Assert.Equal([field], new DrillOrder(kind, "mira") { Seconds = seconds, Ppm = ppm }.Problems().Select(problem => problem.Field));

    [Fact]
    public void A_routing_with_a_drill_is_read_as_it_was_written()
    {
        ChannelRouting drilled = Begin(Running(500_000), new DrillOrder(DrillKind.Full, "mira"), out _)!.After;

        Assert.Equal(drilled.Drill, RoutingJson.Read(RoutingJson.Write(drilled), 7).Drill);
    }

    internal static ChannelRouting Running(int ppm) => Some.Routing(Some.Rollout(Some.Plan(Some.Percent(ppm))));

    private static RolloutStep? Begin(ChannelRouting routing, DrillOrder order, out RolloutRefusal? refusal) => DrillStep.Begin(Facts(routing), order, s_id, Some.Now, out refusal);

    private static RolloutFault? Refused(ChannelRouting routing, DrillKind kind)
    {
        _ = Begin(routing, new DrillOrder(kind, "mira"), out RolloutRefusal? refusal);
        return refusal?.Fault;
    }

    private static ChannelFacts Facts(ChannelRouting routing)
    {
        (ReleaseChannel channel, IReadOnlyList<ChannelMove> moves) = Some.Channel(Some.One);
        return new ChannelFacts(channel, routing, moves);
    }

    private static RoutingImage Image(ChannelRouting routing) => new(Some.Channel(Some.One).Channel, routing, static _ => false);

    private static (Causeway.Releases.Releases.ReleaseId, RoutingRule) Of(RoutingDecision decision) => (decision.Release, decision.Rule);
}
