using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Tests.Rollouts;

public sealed class RolloutPlanTests
{
    [Fact]
    public void Shadow_stages_come_first_have_money_and_expose_nobody()
    {
        RolloutStage shadow = new() { Kind = StageKind.Shadow, Ppm = 900_000, MaxNanoUsd = 1 };
        RolloutPlan sound = Some.Plan(shadow, Some.Percent(10_000));

        Assert.Empty(sound.Problems());
        Assert.False(sound.NeedsDrill);
        Assert.Equal(0, Some.Rollout(sound).Exposure.Ppm);
        Assert.Equal(["stages[0].max_usd"], Fields(Some.Plan(shadow with { MaxNanoUsd = 0 }, Some.Percent(10_000))));
        Assert.Equal(["stages[1].max_usd"], Fields(Some.Plan(shadow, Some.Percent(10_000) with { MaxNanoUsd = 1 })));
        Assert.Contains("stages[1].kind", Fields(Some.Plan(Some.Percent(10_000), shadow, Some.Percent(20_000))));
        Assert.Equal(["stages[0].kind"], Fields(Some.Plan(shadow)));
        Assert.Equal(["stages[0].ppm"], Fields(Some.Plan(shadow with { Ppm = 0 }, Some.Percent(10_000))));
    }

    [Fact]
    public void The_plans_that_ship_are_sound()
    {
        Assert.Empty(RolloutPlan.Default.Problems());
        Assert.True(RolloutPlan.Default.NeedsDrill);
        foreach (int ppm in (int[])[1, 50_000, 250_000, 900_000])
        {
            Assert.Empty(RolloutPlan.Of(ppm).Problems());
        }
    }

    [Fact]
    public void Exposure_never_shrinks_never_takes_the_holdback_and_the_bake_is_last()
    {
        Assert.Equal(["stages[1].ppm"], Fields(Some.Plan(Some.Percent(50_000), Some.Percent(10_000))));
        Assert.Equal(["stages[0].ppm"], Fields(Some.Plan(Some.Percent(950_000))));
        Assert.Empty(Fields(Some.Plan(Some.Percent(950_000)) with { HoldbackPpm = 50_000 }));
        Assert.Equal(["stages[0].kind"], Fields(Some.Plan(new RolloutStage { Kind = StageKind.Bake, Ppm = 10 }, Some.Percent(20))));
        Assert.Equal(["holdback_ppm"], Fields(Some.Plan(Some.Percent(1)) with { HoldbackPpm = 900_001 }).Where(field => field == "holdback_ppm"));
    }

    [Fact]
    public void Bounds_are_kept()
    {
        Assert.Equal(["stages"], Fields(Some.Plan()));
        Assert.Equal(["stages"], Fields(Some.Plan([.. Enumerable.Repeat(Some.Percent(1), RolloutPlan.MaxStages + 1)])));
        Assert.Equal(["stages[0].ppm"], Fields(Some.Plan(Some.Percent(0))));
        Assert.Equal(["stages[0].min_seconds", "stages[0].min_units"], Fields(Some.Plan(Some.Percent(1) with { MinSeconds = -1, MinUnits = -1 })));
        Assert.Equal(["stages[0].teams"], Fields(Some.Plan(new RolloutStage { Kind = StageKind.Named })));
        Assert.Equal(["stages[0].ppm"], Fields(Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = ["a"], Ppm = 5 })));
        Assert.Equal(["stages[0].teams"], Fields(Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = [] })));
        Assert.Equal(["stages[0].min_units"], Fields(Some.Plan(new RolloutStage { Kind = StageKind.Named, Teams = ["a"], MinUnits = 1 }))); // Nobody counts them: it would wait for ever.
        Assert.Equal(["stages[0].cohorts"], Fields(Some.Plan(new RolloutStage { Kind = StageKind.Named, Cohorts = ["a\n"] })));
        Assert.Equal(["stages[0].kind"], Fields(Some.Plan(Some.Percent(1) with { Teams = ["a"] })));
    }

    private static IEnumerable<string> Fields(RolloutPlan plan) => plan.Problems().Select(problem => problem.Field);
}
