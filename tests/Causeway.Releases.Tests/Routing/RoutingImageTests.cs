using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Routing;

public sealed class RoutingImageTests
{
    private static readonly ReleaseChannel s_channel = Some.Channel(Some.One).Channel;
    private static readonly RoutingSubject s_anyone = new("search", "answers", "prod", null, new RoutingUnit("user", "42"), null);

    [Fact]
    public void Without_anything_beside_it_the_channels_own_release_answers() =>
        Assert.Equal(new RoutingDecision(Some.One, RoutingRule.Stable, null), Image(Some.Routing()).Resolve(s_anyone, hasLease: true));

    [Fact]
    public void The_rules_hold_in_their_order()
    {
        RolloutPlan everybody = Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }, Some.Percent(900_000));
        ChannelRouting routing = Some.Routing(Some.Rollout(everybody, stage: 1));
        ChannelOverride back = new(Some.Three, Some.Two, s_channel.Version, Some.Now, "mira", "bad");

        Assert.Equal(new RoutingDecision(Some.Three, RoutingRule.Override, null), Image(routing with { Override = back }).Resolve(s_anyone with { Pin = Some.Two }, true));
        Assert.Equal(new RoutingDecision(Some.One, RoutingRule.Pin, null), Image(routing).Resolve(s_anyone with { Pin = Some.One }, true));
        Assert.Equal(new RoutingDecision(Some.Two, RoutingRule.Named, null), Image(routing).Resolve(s_anyone, true));
        Assert.Equal((Some.Two, RoutingRule.Percent), Of(Image(routing).Resolve(s_anyone with { Team = "other" }, true)));
        Assert.Equal((Some.One, RoutingRule.Stable), Of(Image(routing).Resolve(s_anyone with { Team = "other", Unit = null }, true)));
    }

    [Fact]
    public void An_override_is_over_when_the_channel_is_pointed_elsewhere()
    {
        ChannelRouting routing = Some.Routing() with { Override = new ChannelOverride(Some.Three, Some.Two, s_channel.Version, Some.Now, "mira", "bad") };
        ReleaseChannel moved = s_channel.Next(Some.Two, UnsupportedFields.Deny, Some.Now);

        Assert.Equal(Some.Two, new RoutingImage(moved, routing, static _ => false).Resolve(s_anyone, true).Release);
    }

    [Theory]
    [InlineData(RolloutState.Paused)]
    [InlineData(RolloutState.RolledBack)]
    [InlineData(RolloutState.Aborted)]
    [InlineData(RolloutState.Finalized)]
    public void Only_a_rollout_that_runs_exposes_anybody(RolloutState state) =>
        Assert.Equal(RoutingRule.Stable, Image(Some.Routing(Some.Rollout(Some.Plan(Some.Percent(1_000_000)), state: state))).Resolve(s_anyone, true).Rule);

    [Fact]
    public void A_candidate_that_is_revoked_is_never_chosen_by_any_rule()
    {
        RolloutPlan plan = Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }, Some.Percent(1_000_000));
        RoutingImage image = new(s_channel, Some.Routing(Some.Rollout(plan, stage: 1)), release => release == Some.Two);

        Assert.Null(image.Candidate);
        Assert.Equal(RoutingRule.Stable, image.Resolve(s_anyone with { Pin = Some.Two }, true).Rule);
    }

    [Fact]
    public void Without_a_lease_base_answers_whoever_would_have_met_the_candidate()
    {
        RolloutPlan plan = Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = ["search"] }, Some.Percent(900_000));
        RoutingImage image = Image(Some.Routing(Some.Rollout(plan, stage: 1)));

        Assert.Equal(new RoutingDecision(Some.One, RoutingRule.Lapsed, null), image.Resolve(s_anyone, false));
        Assert.Equal((Some.One, RoutingRule.Lapsed), Of(image.Resolve(s_anyone with { Team = "other" }, false)));
        Assert.Equal((Some.One, RoutingRule.Lapsed), Of(image.Resolve(s_anyone with { Pin = Some.Two }, false)));
        Assert.Equal((Some.One, RoutingRule.Pin), Of(image.Resolve(s_anyone with { Pin = Some.One }, false)));
    }

    [Fact]
    public void Named_stages_hold_every_list_that_they_have()
    {
        RolloutStage stage = new() { Kind = StageKind.Named, Teams = ["search", "chat"], Environments = ["dev"], Cohorts = ["beta"] };

        Assert.True(stage.Matches(new RoutingSubject("chat", "any", "dev", "beta", null, null)));
        Assert.False(stage.Matches(new RoutingSubject("chat", "any", "prod", "beta", null, null)));
        Assert.False(stage.Matches(new RoutingSubject("chat", "any", "dev", null, null, null)));
        Assert.False(stage.Matches(new RoutingSubject("other", "any", "dev", "beta", null, null)));
    }

    // Of 300 random plans: who meets the candidate in one stage meets it in every later one, and a decision is the same whenever it is made.
    [Fact]
    public void Nobody_leaves_from_one_stage_to_the_next_and_decisions_repeat()
    {
        const int Seed = 20261123;
        Random random = new(Seed);
        for (int round = 0; round < 300; round++)
        {
            RolloutPlan plan = RandomPlan(random);
            Assert.True(!plan.Problems().Any(), $"seed {Seed}, round {round}");
            RoutingSubject[] subjects =
            [
                .. Enumerable.Range(0, 40).Select(i => new RoutingSubject(
                    $"team{random.Next(4)}", $"feature{random.Next(3)}", random.Next(2) == 0 ? "dev" : "prod", random.Next(3) == 0 ? "beta" : null, new RoutingUnit("user", $"{random.Next()}"), null)),
            ];
            HashSet<int> exposed = [];
            for (int stage = 0; stage < plan.Stages.Count; stage++)
            {
                RoutingImage image = Image(Some.Routing(Some.Rollout(plan, stage)));
                RoutingImage again = Image(RoutingJson.Read(RoutingJson.Write(Some.Routing(Some.Rollout(plan, stage))), 0));
                HashSet<int> now = [.. Enumerable.Range(0, subjects.Length).Where(i => image.Resolve(subjects[i], true).Release == Some.Two)];

                Assert.True(exposed.IsSubsetOf(now), $"seed {Seed}, round {round}, stage {stage}");
                Assert.All(subjects, subject => Assert.Equal(image.Resolve(subject, true), again.Resolve(subject, true)));
                exposed = now;
            }
        }
    }

    [Fact]
    public void What_a_pause_and_a_second_attempt_expose_are_the_same_units()
    {
        RolloutPlan plan = Some.Plan(Some.Percent(50_000));
        RoutingSubject[] units = [.. Enumerable.Range(0, 5_000).Select(i => s_anyone with { Unit = new RoutingUnit("user", $"{i}") })];

        ReleaseId[] first = [.. units.Select(unit => Image(Some.Routing(Some.Rollout(plan))).Resolve(unit, true).Release)];
        ReleaseId[] second = [.. units.Select(unit => Image(Some.Routing(Some.Rollout(plan) with { Id = RolloutId.New(Some.Now.AddDays(1)) })).Resolve(unit, true).Release)];

        Assert.Equal(first, second);
        Assert.InRange(first.Count(release => release == Some.Two), 200, 300);
    }

    private static RolloutPlan RandomPlan(Random random)
    {
        List<RolloutStage> stages = [];
        int ppm = 0;
        for (int i = random.Next(1, 7); i > 0; i--)
        {
            if (random.Next(3) == 0)
            {
                stages.Add(new RolloutStage
                {
                    Kind = StageKind.Named,
                    Teams = random.Next(2) == 0 ? [$"team{random.Next(4)}"] : null,
                    Features = [$"feature{random.Next(3)}"],
                    Cohorts = random.Next(4) == 0 ? ["beta"] : null,
                });
            }
            else
            {
                stages.Add(Some.Percent(ppm = random.Next(Math.Max(1, ppm), 900_001)));
            }
        }

        return Some.Plan([.. stages]);
    }

    private static RoutingImage Image(ChannelRouting routing) => new(s_channel, routing, static _ => false);

    private static (ReleaseId, RoutingRule) Of(RoutingDecision decision) => (decision.Release, decision.Rule);
}
