using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Rollback;

public sealed class RollbackStepTests
{
    private static readonly RollbackOrder s_order = new("mira", "answers in the wrong language");

    [Fact]
    public void Without_a_rollout_the_channel_is_pointed_at_the_release_before()
    {
        RollbackStep step = Planned(Facts(Some.Routing(), Some.One, Some.Two), s_order);

        Assert.Equal((Some.Two, Some.One), (step.From, step.To));
        Assert.Equal((Some.One, 2), (step.Point!.Wanted.Release, step.Point.ExpectedVersion));
        Assert.Equal(new ChannelOverride(Some.One, Some.Two, 3, Some.Now, "mira", s_order.Reason), step.After.Override);
        Assert.Equal([Some.Two], step.After.Quarantine.Select(held => held.Release));
    }

    [Theory]
    [InlineData(RolloutState.Running)]
    [InlineData(RolloutState.Paused)]
    public void A_rollout_goes_back_to_base_and_the_channel_stays_where_it_points(RolloutState state)
    {
        ChannelRouting routing = Some.Routing(Some.Rollout(RolloutPlan.Default, stage: 2, state));

        RollbackStep step = Planned(Facts(routing, Some.Three, Some.One), s_order);

        Assert.Equal((Some.Two, Some.One), (step.From, step.To));
        Assert.Null(step.Point);
        Assert.Equal((RolloutState.RolledBack, s_order.Reason), (step.After.Rollout!.State, step.After.Rollout.EndReason));
        Assert.Equal(1, 3 - step.After.Override!.ChannelVersion); // The channel's own: it is not pointed anew.
        Assert.True(step.After.Quarantines(Some.Two));
    }

    [Fact]
    public void A_person_may_go_further_back_than_base()
    {
        RollbackStep step = Planned(Facts(Some.Routing(Some.Rollout(RolloutPlan.Default)), Some.Three, Some.One), s_order with { To = Some.Three });

        Assert.Equal((Some.Two, Some.Three, Some.Three), (step.From, step.To, step.Point!.Wanted.Release));
        Assert.False(step.After.Quarantines(Some.One));
    }

    [Fact]
    public void What_is_in_quarantine_is_no_way_back()
    {
        ChannelFacts facts = Facts(Some.Routing(), Some.One, Some.Three, Some.Two);

        Assert.Equal(Some.One, RollbackStep.Plan(facts, s_order, release => release == Some.Three, Some.Now, out _)!.To);
        Assert.Null(RollbackStep.Plan(facts, s_order with { To = Some.Three, Force = true }, release => release == Some.Three, Some.Now, out RollbackRefusal? refusal));
        Assert.Equal((RollbackFault.Quarantined, Some.One), (refusal!.Fault, refusal.Ways.Single()));
    }

    [Fact]
    public void Pressed_twice_it_does_not_go_further_back()
    {
        ChannelFacts facts = Facts(Some.Routing(), Some.One, Some.Three, Some.Two);
        RollbackStep step = Planned(facts, s_order);
        ReleaseChannel moved = facts.Channel.Next(step.To, UnsupportedFields.Deny, Some.Now);

        Assert.Null(RollbackStep.Plan(new ChannelFacts(moved, step.After, facts.Moves), s_order, step.After.Quarantines, Some.Now, out RollbackRefusal? refusal));
        Assert.Equal(RollbackFault.AlreadyBack, refusal!.Fault);
        Assert.Equal(Some.One, Planned(new ChannelFacts(moved, step.After, facts.Moves), s_order with { To = Some.One }).To);
    }

    [Fact]
    public void A_release_that_never_answered_needs_force_and_a_channel_with_one_release_has_no_way_back()
    {
        ChannelFacts facts = Facts(Some.Routing(), Some.Two);

        Assert.Equal(RollbackFault.NoWayBack, Refused(facts, s_order));
        Assert.Equal(RollbackFault.NeverServed, Refused(facts, s_order with { To = Some.Three }));
        Assert.Equal(RollbackFault.SameRelease, Refused(facts, s_order with { To = Some.Two }));
        Assert.Equal(Some.Three, Planned(facts, s_order with { To = Some.Three, Force = true }).To);
        Assert.Equal(RollbackFault.NeverServed, Refused(facts, s_order with { To = Some.Three, Force = true, MayRollOut = false })); // Invariant 9: that is a way forward.
    }

    [Fact]
    public void A_release_that_is_taken_back_everywhere_leaves_a_channel_where_something_else_answers()
    {
        ChannelFacts candidate = Facts(Some.Routing(Some.Rollout(RolloutPlan.Default)), Some.One);
        ChannelFacts stable = Facts(Some.Routing(), Some.One, Some.Two);

        Assert.True(candidate.Serves(Some.Two) && stable.Serves(Some.Two));
        Assert.False(Facts(Some.Routing(), Some.Two, Some.One).Serves(Some.Two));
        Assert.Equal(Some.One, Planned(candidate, s_order with { Release = Some.Two }).To);
        Assert.Equal(Some.One, Planned(stable, s_order with { Release = Some.Two }).To);
    }

    [Fact]
    public void Conversations_go_on_with_it_until_the_deadline_and_under_the_lease_alone()
    {
        ChannelFacts facts = Facts(Some.Routing(Some.Rollout(RolloutPlan.Default)) with { Conversations = Causeway.Releases.Conversations.ConversationPolicy.Migrate }, Some.Three, Some.One);
        RollbackStep step = Planned(facts, s_order with { ContinueFor = TimeSpan.FromHours(1) });
        RoutingImage image = new(facts.Channel, step.After, step.After.Quarantines);
        RoutingSubject held = new("search", "answers", "dev", null, null, null, Held: Some.Two, At: Some.Now.AddMinutes(59));

        Assert.Equal(new RoutingDecision(Some.Two, RoutingRule.Continued, null), image.Resolve(held, hasLease: true));
        Assert.Equal(RoutingRule.Override, image.Resolve(held, hasLease: false).Rule);
        Assert.Equal(RoutingRule.Override, image.Resolve(held with { At = Some.Now.AddHours(1) }, hasLease: true).Rule);
        Assert.Equal(RoutingRule.Override, image.Resolve(held with { At = null }, hasLease: true).Rule);
        Assert.Equal(RoutingRule.Override, image.Resolve(held with { Held = null }, hasLease: true).Rule);
        Assert.Equal(RoutingRule.Override, image.Resolve(held with { Held = Some.Three }, hasLease: true).Rule);
        Assert.Equal(RoutingRule.Override, new RoutingImage(facts.Channel, step.After, step.After.Quarantines, isRevokedEverywhere: _ => true).Resolve(held, hasLease: true).Rule);
        Assert.Equal(RollbackFault.NotToldApart, Refused(facts with { Routing = facts.Routing with { Conversations = null } }, s_order with { ContinueFor = TimeSpan.FromHours(1) }));
        ChannelRouting read = RoutingJson.Read(RoutingJson.Write(step.After), 7);
        Assert.Equal((Some.Two, Some.Now.AddHours(1)), read.Continued);
        Assert.Null(read.WithoutContinued().Continued);
    }

    [Fact]
    public void What_one_instance_took_back_by_itself_is_over_when_the_store_serves_it_no_longer()
    {
        ChannelFacts facts = Facts(Some.Routing(), Some.One, Some.Two);
        LocalRollback local = new("support", Some.Two, Some.One, Some.Now, "mira", "the store is away");
        RoutingImage image = new(facts.Channel, local.Over(facts.Channel, facts.Routing), static _ => false, isLocal: true);

        Assert.Equal(new RoutingDecision(Some.One, RoutingRule.Local, null), image.Resolve(new RoutingSubject("search", "answers", "dev", null, new RoutingUnit("user", "1"), null), hasLease: true));
        Assert.False(local.IsOver(facts.Channel, facts.Routing));
        Assert.False(local.IsOver(facts.Channel, facts.Routing with { Seed = "other" }));
        Assert.False(local.IsOver(facts.Channel.Next(Some.One, UnsupportedFields.Deny, Some.Now), Some.Routing(Some.Rollout(RolloutPlan.Default)))); // It is the candidate again.
        Assert.True(local.IsOver(facts.Channel.Next(Some.One, UnsupportedFields.Deny, Some.Now), facts.Routing));
    }

    private static ChannelFacts Facts(ChannelRouting routing, params ReleaseId[] pointed)
    {
        (ReleaseChannel channel, IReadOnlyList<ChannelMove> moves) = Some.Channel(pointed);
        return new ChannelFacts(channel, routing, moves);
    }

    private static RollbackStep Planned(ChannelFacts facts, RollbackOrder order)
    {
        RollbackStep? step = RollbackStep.Plan(facts, order, facts.Routing.Quarantines, Some.Now, out RollbackRefusal? refusal);
        Assert.True(step is not null, refusal?.Message);
        return step;
    }

    private static RollbackFault Refused(ChannelFacts facts, RollbackOrder order)
    {
        Assert.Null(RollbackStep.Plan(facts, order, facts.Routing.Quarantines, Some.Now, out RollbackRefusal? refusal));
        return refusal!.Fault;
    }
}
