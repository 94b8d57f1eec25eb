using Causeway.Budgets.Runaway;

namespace Causeway.Budgets.Tests.Runaway;

/// <summary>What a run may come to.</summary>
public sealed class LimitTests
{
    [Fact]
    public void Beyond_its_calls_a_run_is_refused()
    {
        GuardedRun run = new() { Limits = new RunLimits(3, null, null, null) };
        List<RunVerdict> verdicts = [.. Enumerable.Range(0, 4).Select(i => run.Call(GuardedRun.Asks($"{i}")))];

        Assert.All(verdicts[..3], verdict => Assert.True(verdict.Allowed));
        Assert.Equal((false, "run_limit", RunLimit.Calls, "It made 3 calls; the limit of calls is 3."), (verdicts[3].Allowed, verdicts[3].Code, verdicts[3].Limit, verdicts[3].Explanation));
        Assert.Equal((RunLimit.Calls, 3L, 1L), (run.View.Limit, run.View.Calls, run.View.Refused));
    }

    [Fact]
    public void Deeper_than_its_depth_a_run_is_refused()
    {
        GuardedRun run = new() { Limits = RunLimits.Default };

        RunVerdict deepest = run.Call(GuardedRun.Asks("a") with { Depth = 8 });
        RunVerdict deeper = run.Call(GuardedRun.Asks("b") with { Depth = 9 });
        RunVerdict back = run.Call(GuardedRun.Asks("c") with { Depth = 8 });

        Assert.Equal((true, true), (deepest.Allowed, back.Allowed));
        Assert.Equal((false, RunLimit.Depth, "It is at depth 9; the limit of depth is 8."), (deeper.Allowed, deeper.Limit, deeper.Explanation));
    }

    [Fact]
    public void Past_its_wall_time_a_run_is_refused()
    {
        GuardedRun run = new() { Limits = RunLimits.Default };
        run.Call(GuardedRun.Asks("a"));
        run.Time.Advance(TimeSpan.FromMinutes(59));
        RunVerdict inTime = run.Call(GuardedRun.Asks("b"));
        run.Time.Advance(TimeSpan.FromMinutes(1));

        RunVerdict late = run.Call(GuardedRun.Asks("c"));

        Assert.True(inTime.Allowed);
        Assert.Equal((false, RunLimit.WallTime, "It began 1 h ago; the limit of wall time is 1 h."), (late.Allowed, late.Limit, late.Explanation));
    }

    [Fact]
    public void When_its_money_is_spent_a_run_is_refused()
    {
        GuardedRun run = new() { Limits = new RunLimits(null, null, null, 500_000_000) };
        run.Call(GuardedRun.Asks("a"), costNanoUsd: 499_999_999);
        RunVerdict inTime = run.Call(GuardedRun.Asks("b"), costNanoUsd: 2);

        RunVerdict spent = run.Call(GuardedRun.Asks("c"));

        Assert.True(inTime.Allowed);
        Assert.Equal((false, RunLimit.Money, "It cost 0.500000001 USD; the limit of money is 0.5 USD."), (spent.Allowed, spent.Limit, spent.Explanation));
    }

    // However many of its calls are under way at once: what each may cost is held until it is known what it did.
    [Fact]
    public void What_is_under_way_counts_as_what_it_may_cost()
    {
        GuardedRun run = new() { Limits = new RunLimits(null, null, null, 50) };

        RunVerdict?[] held = [.. Enumerable.Range(0, 100).Select(_ => run.Guard.Hold(run.Key, 10, run.Limits))];
        Assert.All(held, verdict => Assert.Null(verdict)); // The control: a run that is not known holds nothing.
        run.Call(GuardedRun.Asks("a"));
        held = [.. Enumerable.Range(0, 100).Select(_ => run.Guard.Hold(run.Key, 10, run.Limits))];

        Assert.Equal(5, held.Count(verdict => verdict is null));
        Assert.All(held.Skip(5), verdict => Assert.Equal((false, RunLimit.Money), (verdict!.Allowed, verdict.Limit)));
        Assert.Contains("0.00000005 USD are held for its calls under way", held[^1]!.Explanation, StringComparison.Ordinal);
        run.Guard.After(run.Key, new RunOutcome(null, 4) { HeldNanoUsd = 10 }); // It cost less than it might have.
        Assert.NotNull(run.Guard.Hold(run.Key, 10, run.Limits));
        Assert.Null(run.Guard.Hold(run.Key, 6, run.Limits));
        Assert.Null(run.Guard.Hold(run.Key, 1_000, RunLimits.None));
    }

    [Fact]
    public void A_lift_begins_the_limits_anew()
    {
        GuardedRun run = new() { Limits = new RunLimits(1, null, TimeSpan.FromMinutes(5), 10) };
        run.Call(GuardedRun.Asks("a"), costNanoUsd: 10);
        run.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(run.Call(GuardedRun.Asks("b")).Allowed);

        run.Guard.Lift(run.Key);

        Assert.True(run.Call(GuardedRun.Asks("c")).Allowed);
        Assert.False(run.Call(GuardedRun.Asks("d")).Allowed);
    }

    [Fact]
    public void A_higher_limit_lets_a_run_go_on()
    {
        GuardedRun run = new() { Limits = new RunLimits(1, null, null, null) };
        run.Call(GuardedRun.Asks("a"));
        Assert.False(run.Call(GuardedRun.Asks("b")).Allowed);

        RunVerdict verdict = run.Guard.Before(run.Key, GuardedRun.Asks("c"), new RunLimits(2, null, null, null));

        Assert.True(verdict.Allowed);
        Assert.Null(run.View.Limit);
    }
}
