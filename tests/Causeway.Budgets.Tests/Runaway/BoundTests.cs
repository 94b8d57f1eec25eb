using Causeway.Budgets.Grants;
using Causeway.Budgets.Runaway;

namespace Causeway.Budgets.Tests.Runaway;

/// <summary>What a guard remembers is bounded, in number and in time.</summary>
public sealed class BoundTests
{
    [Fact]
    public void Beyond_the_most_runs_the_one_that_was_idle_longest_is_forgotten()
    {
        GuardedRun run = new(new RunGuardOptions { MaxRuns = 3 });
        foreach (string name in (string[])["a", "b", "c", "a", "d"])
        {
            run.Guard.Before(GuardedRun.KeyOf(name), GuardedRun.Asks(name), RunLimits.None);
            run.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, run.Guard.Count);
        Assert.Equal(["d", "a", "c"], run.Guard.List().Select(view => view.Key.Run));
    }

    [Fact]
    public void A_run_that_was_idle_for_an_hour_begins_anew()
    {
        GuardedRun run = new();
        run.Repeat(5);
        run.Time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(run.Guard.List());
        Assert.Null(run.Guard.Show(run.Key));
        Assert.Equal((true, RunStage.Watching), (run.Repeat(1).Allowed, run.View.Stage));
    }

    [Fact]
    public void A_run_that_a_person_has_to_lift_is_kept_for_a_day()
    {
        GuardedRun run = new();
        run.Repeat(6);
        run.Time.Advance(RunThresholds.Wait);
        run.Repeat(1);
        run.Time.Advance(TimeSpan.FromHours(23));

        Assert.Equal(RunStage.Suspended, run.Repeat(1).Stage);
        run.Time.Advance(TimeSpan.FromHours(24));
        Assert.True(run.Repeat(1).Allowed);
    }

    [Fact]
    public void New_runs_clear_away_idle_ones_and_leave_those_that_wait_for_a_person()
    {
        GuardedRun run = new();
        run.Repeat(6);
        run.Time.Advance(RunThresholds.Wait);
        run.Repeat(1);
        for (int i = 0; i < 10; i++)
        {
            run.Guard.Before(GuardedRun.KeyOf($"idle {i}"), GuardedRun.Asks("anything"), RunLimits.None);
        }

        run.Time.Advance(TimeSpan.FromHours(1));
        for (int i = 0; i < 10; i++)
        {
            run.Guard.Before(GuardedRun.KeyOf($"new {i}"), GuardedRun.Asks("anything"), RunLimits.None);
        }

        Assert.Equal(11, run.Guard.Count);
        Assert.Equal(RunStage.NeedsApproval, run.View.Stage);
    }

    [Fact]
    public void Of_the_requests_of_a_run_the_latest_are_remembered()
    {
        GuardedRun run = new();
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(run.Call(GuardedRun.Asks($"{i % 40}")).Code); // Each comes back after 39 others, when it is forgotten.
        }
    }

    [Fact]
    public void An_end_that_comes_after_its_run_was_forgotten_is_nothing()
    {
        GuardedRun run = new(new RunGuardOptions { MaxRuns = 1 });
        run.Before(GuardedRun.Asks("a"));
        run.Guard.Before(GuardedRun.KeyOf("another"), GuardedRun.Asks("b"), RunLimits.None);

        run.End(costNanoUsd: 5);

        Assert.Null(run.Guard.Show(run.Key));
    }

    [Theory]
    [InlineData("r", true)]
    [InlineData("a/b:c~!", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\t", false)]
    [InlineData("é", false)]
    public void A_runs_id_is_visible_ASCII(string id, bool sound) => Assert.Equal(sound, RunKey.IsRunId(id));

    [Fact]
    public void A_runs_id_has_128_characters_at_most()
    {
        Assert.True(RunKey.IsRunId(new string('r', 128)));
        Assert.False(RunKey.IsRunId(new string('r', 129)));
    }

    [Fact]
    public void The_same_id_under_another_grant_is_another_run()
    {
        GuardedRun run = new();
        run.Repeat(5);

        RunKey other = run.Key with { Grant = new GrantId(new Guid("00000000-0000-7000-8000-000000000002")) };

        Assert.Null(run.Guard.Before(other, GuardedRun.Asks("the same"), RunLimits.None).Code);
    }

    [Fact]
    public void Every_stage_signal_and_limit_has_a_word_of_its_own()
    {
        Assert.Equal(["watching", "warned", "throttled", "needs_approval", "suspended"], Enum.GetValues<RunStage>().Select(RunWords.Of));
        Assert.Equal([null, "same_request", "tool_cycle", "context_growth", "same_error", "burn_rate", "minting"], Enum.GetValues<RunSignal>().Select(RunWords.Of));
        Assert.Equal(["calls", "depth", "wall_time", "money"], Enum.GetValues<RunLimit>().Select(RunWords.Of));
    }
}
