using Causeway.Budgets.Runaway;

namespace Causeway.Budgets.Tests.Runaway;

/// <summary>Warning, wait, approval, suspension; and back.</summary>
public sealed class LadderTests
{
    private readonly GuardedRun _run = new();

    [Fact]
    public void Each_further_sign_takes_a_run_one_up()
    {
        RunVerdict warned = _run.Repeat(5);
        RunVerdict throttled = _run.Repeat(1);
        _run.Time.Advance(throttled.RetryAfter!.Value);
        RunVerdict needsApproval = _run.Repeat(1);
        RunVerdict suspended = _run.Repeat(1);
        RunVerdict other = _run.Call(GuardedRun.Asks("something else"));

        Assert.Equal((true, RunStage.Warned, "loop_warning", null), (warned.Allowed, warned.Stage, warned.Code, warned.RetryAfter));
        Assert.Equal((false, RunStage.Throttled, "loop_throttled", TimeSpan.FromSeconds(10)), (throttled.Allowed, throttled.Stage, throttled.Code, throttled.RetryAfter));
        Assert.Equal((false, RunStage.NeedsApproval, "loop_suspended", null), (needsApproval.Allowed, needsApproval.Stage, needsApproval.Code, needsApproval.RetryAfter));
        Assert.Equal((false, RunStage.Suspended, "loop_suspended"), (suspended.Allowed, suspended.Stage, suspended.Code));
        Assert.Equal((false, RunStage.Suspended, RunSignal.SameRequest, suspended.Explanation), (other.Allowed, other.Stage, other.Signal, other.Explanation));
    }

    [Fact]
    public void A_throttled_run_waits_whatever_it_asks_and_climbs_no_further_for_asking()
    {
        _run.Repeat(6);

        _run.Time.Advance(TimeSpan.FromSeconds(4));
        RunVerdict early = _run.Repeat(3);
        RunVerdict other = _run.Call(GuardedRun.Asks("something else"));
        _run.Time.Advance(TimeSpan.FromSeconds(6));
        RunVerdict after = _run.Call(GuardedRun.Asks("something else"));

        Assert.Equal((false, RunStage.Throttled, TimeSpan.FromSeconds(6)), (early.Allowed, early.Stage, early.RetryAfter));
        Assert.Equal((false, "loop_throttled"), (other.Allowed, other.Code));
        Assert.Equal((true, null), (after.Allowed, after.Code));
    }

    [Fact]
    public void A_run_that_needs_approval_may_still_do_something_else()
    {
        _run.Repeat(6);
        _run.Time.Advance(RunThresholds.Wait);
        Assert.Equal(RunStage.NeedsApproval, _run.Repeat(1).Stage);

        RunVerdict other = _run.Call(GuardedRun.Asks("something else"));

        Assert.Equal((true, RunStage.NeedsApproval), (other.Allowed, other.Stage));
    }

    [Fact]
    public void Five_calls_without_a_sign_take_a_run_one_down()
    {
        _run.Repeat(6);
        _run.Time.Advance(RunThresholds.Wait);

        List<RunStage> stages = [.. Enumerable.Range(0, 10).Select(i => _run.Call(GuardedRun.Asks($"other {i}")).Stage)];

        Assert.Equal([.. Enumerable.Repeat(RunStage.Throttled, 4), .. Enumerable.Repeat(RunStage.Warned, 5), RunStage.Watching], stages);
        Assert.Equal((RunSignal.None, ""), (_run.View.Signal, _run.View.Explanation));
    }

    [Fact]
    public void A_lifted_run_goes_on_though_its_conversation_still_shows_the_loop()
    {
        string[] loop = ["a", "b", "a", "b", "a", "b"];
        _run.Call(GuardedRun.After(loop));
        _run.Call(GuardedRun.After(loop));
        _run.Time.Advance(RunThresholds.Wait);
        _run.Call(GuardedRun.After(loop));
        Assert.Equal(RunStage.Suspended, _run.Call(GuardedRun.After(loop)).Stage);

        RunView? lifted = _run.Guard.Lift(_run.Key);

        Assert.Equal((RunStage.Watching, RunSignal.None, 0L, 0L), (lifted!.Stage, lifted.Signal, lifted.Calls, lifted.Refused));
        Assert.Null(_run.Call(GuardedRun.After(loop)).Code);
        Assert.Null(_run.Call(GuardedRun.After([.. loop, "a", "b", "a"])).Code);
        Assert.Equal(RunStage.Warned, _run.Call(GuardedRun.After([.. loop, "a", "b", "a", "b"])).Stage);
    }

    [Fact]
    public void A_run_that_is_not_known_cannot_be_lifted()
    {
        Assert.Null(_run.Guard.Lift(GuardedRun.KeyOf("another")));
    }

    [Fact]
    public void Runs_do_not_touch_each_other()
    {
        _run.Repeat(5);

        RunVerdict other = _run.Guard.Before(GuardedRun.KeyOf("run-2"), GuardedRun.Asks("the same"), RunLimits.None);

        Assert.Equal(RunStage.Watching, other.Stage);
    }

    [Fact]
    public void The_list_shows_what_an_operator_has_to_know()
    {
        _run.Call(GuardedRun.Asks("first"), costNanoUsd: 7_000);
        _run.Repeat(7);
        _run.Time.Advance(TimeSpan.FromSeconds(1));
        _run.Guard.Before(GuardedRun.KeyOf("run-2"), GuardedRun.Asks("anything"), RunLimits.None);

        RunView shown = Assert.Single(_run.Guard.List(atLeast: RunStage.Warned));

        Assert.Equal(
            new RunView(_run.Key, GuardedRun.Feature, RunStage.Throttled, RunSignal.SameRequest, null, "The same request came 6 times (5 or more are a loop).", 6, 2, 7_000, shown.Since, shown.Since),
            shown);
        Assert.Equal(["run-2", "run-1"], _run.Guard.List().Select(view => view.Key.Run));
        Assert.Equal(["run-2"], _run.Guard.List(most: 1).Select(view => view.Key.Run));
    }
}
