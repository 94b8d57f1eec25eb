using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Tests.Rollouts;

public sealed class AutomaticStageTests
{
    private static readonly RolloutPlan s_plan = new()
    {
        Automatic = true,
        Stages = [Stage(10_000), Stage(250_000), Stage(500_000), new RolloutStage { Kind = StageKind.Bake, Ppm = 900_000 }],
    };

    private static readonly RolloutEvidence s_there = new(50, IsDrilled: true, []) { Requests = 60 };

    [Fact]
    public void A_stage_is_left_when_time_units_evidence_and_rehearsal_are_there()
    {
        Assert.Equal(AutomaticStep.Advance, At(s_there, 600)?.Step);
        Assert.Null(At(s_there, 599));
        Assert.Null(At(s_there with { Units = 49 }, 600));
        Assert.Null(At(s_there with { Doubts = ["error: says neither"] }, 600));
        Assert.Null(At(s_there with { Requests = 0 }, 600));
        Assert.Equal(AutomaticStep.Advance, At(s_there with { IsDrilled = false }, 600)?.Step); // To a quarter: no more than that.
        Assert.Null(At(s_there with { IsDrilled = false }, 600, stage: 1));
        Assert.Equal(AutomaticStep.Advance, At(s_there, 600, stage: 1)?.Step);
    }

    [Fact]
    public void Nothing_is_done_of_one_that_is_held_paused_at_its_end_or_a_persons()
    {
        Rollout rollout = Some.Rollout(s_plan);

        Assert.Null(Of(rollout with { Held = "latency" }, s_there, 600));
        Assert.Null(Of(rollout with { State = RolloutState.Paused }, s_there, 600));
        Assert.Null(Of(rollout with { Stage = 3 }, s_there, 600));
        Assert.Null(Of(rollout with { Plan = s_plan with { Automatic = false } }, s_there, 600));
    }

    [Theory]
    [InlineData(Inconclusive.Hold, AutomaticStep.Hold)]
    [InlineData(Inconclusive.Rollback, AutomaticStep.Rollback)]
    public void Evidence_that_does_not_come_holds_or_goes_back_and_never_advances(Inconclusive wanted, AutomaticStep step)
    {
        Rollout rollout = Some.Rollout(s_plan with { Stages = [Stage(10_000) with { MaxSeconds = 1200, OnInconclusive = wanted }, .. s_plan.Stages.Skip(1)] });
        RolloutEvidence few = s_there with { Units = 49 };

        Assert.Null(Of(rollout, few, 1199));
        (AutomaticStep Step, string Why)? due = Of(rollout, few, 1200);

        Assert.Equal(step, due?.Step);
        Assert.Equal("inconclusive after 20 min 0 s: 49 units have met the candidate, and the stage asks for 50", due?.Why);
    }

    // G5: the whole plan, a month of it, with too few units and with too little said by them.
    [Fact]
    public void With_too_little_data_it_never_advances()
    {
        RolloutTally few = new([]);
        RolloutTally unsure = new([]);
        Random random = new(20261126);
        Rollout rollout = Some.Rollout(s_plan);
        for (int minute = 0; minute < 30 * 24 * 60; minute++)
        {
            bool isCandidate = random.Next(100) == 0;
            few.Observe(Seen(isCandidate, random.Next(30) + (isCandidate ? 0 : 10_000), Bad.None));
            if (minute < 2_000)
            {
                // As bad as base where it is so rarely met that it says neither.
                unsure.Observe(Seen(isCandidate, isCandidate ? random.Next(10_000) : 10_000 + random.Next(900_000), isCandidate && minute % 3 == 0 ? Bad.Truncated : Bad.None));
            }

            if (minute % 60 == 0)
            {
                Assert.Null(Of(rollout, few.Evidence(isDrilled: true), minute * 60));
            }
        }

        RolloutEvidence doubtful = unsure.Evidence(isDrilled: true) with { Units = 1_000 };
        Assert.True(doubtful.Doubts.Count == 0 || Of(rollout, doubtful, 30 * 24 * 3600) is null);
        Assert.NotNull(Of(rollout, few.Evidence(isDrilled: true) with { Units = 50 }, 600)); // The control: with units enough the same evidence advances.
    }

    [Theory]
    [InlineData(0, 50, 0, "min_seconds")]
    [InlineData(600, 0, 0, "min_units")]
    [InlineData(600, 50, 600, "max_seconds")]
    [InlineData(600, 50, -1, "max_seconds")]
    public void A_plan_that_advances_by_itself_says_how_long_and_how_many(long seconds, long units, long most, string field)
    {
        RolloutPlan plan = s_plan with { Stages = [Stage(10_000) with { MinSeconds = seconds, MinUnits = units, MaxSeconds = most }, .. s_plan.Stages.Skip(1)] };

        Assert.Equal(["stages[0]." + field], plan.Problems().Select(problem => problem.Field));
    }

    [Fact]
    public void Only_such_a_plan_is_inconclusive_after_a_time()
    {
        RolloutPlan plan = s_plan with { Automatic = false, Stages = [Stage(10_000) with { MaxSeconds = 1200 }] };

        Assert.Equal(["stages[0].max_seconds"], plan.Problems().Select(problem => problem.Field));
        Assert.Empty(s_plan.Problems());
    }

    private static RolloutStage Stage(int ppm) => new() { Kind = StageKind.Percent, Ppm = ppm, MinSeconds = 600, MinUnits = 50 };

    private static Observation Seen(bool isCandidate, int bucket, Bad bad) => new() { Request = Guid.Empty, IsCandidate = isCandidate, Bucket = bucket, Share = 0.01, Bad = bad };

    private static (AutomaticStep Step, string Why)? At(RolloutEvidence evidence, long seconds, int stage = 0) => Of(Some.Rollout(s_plan, stage), evidence, seconds);

    private static (AutomaticStep Step, string Why)? Of(Rollout rollout, RolloutEvidence evidence, long seconds) =>
        RolloutStep.Automatic("support", rollout, evidence, Some.Now.AddSeconds(seconds));
}
