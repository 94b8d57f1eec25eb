using System.Collections.Frozen;
using Causeway.Budgets.Runaway;

namespace Causeway.Budgets.Tests.Runaway;

/// <summary>By what a loop is known, and what only looks like one.</summary>
public sealed class SignalTests
{
    private readonly GuardedRun _run = new();

    [Fact]
    public void The_fifth_of_the_same_request_is_a_sign()
    {
        RunVerdict fourth = _run.Repeat(4);

        RunVerdict fifth = _run.Call(GuardedRun.Asks("the same"));

        Assert.Equal((true, null), (fourth.Allowed, fourth.Code));
        Assert.Equal((true, RunStage.Warned, RunSignal.SameRequest, "loop_warning"), (fifth.Allowed, fifth.Stage, fifth.Signal, fifth.Code));
        Assert.Equal("The same request came 5 times (5 or more are a loop).", fifth.Explanation);
    }

    [Fact]
    public void Other_requests_in_between_do_not_hide_the_same_one()
    {
        RunVerdict last = RunVerdictOf(i => GuardedRun.Asks(i % 2 == 0 ? "the same" : $"other {i}"), calls: 9);

        Assert.Equal(RunSignal.SameRequest, last.Signal);
    }

    [Fact]
    public void A_request_that_no_provider_could_answer_may_be_sent_again()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Null(_run.Before(GuardedRun.Asks("the same")).Code);
            _run.Guard.After(_run.Key, new RunOutcome(null, null, Unanswered: GuardedRun.Print("the same")));
        }
    }

    [Fact]
    public void A_request_without_a_fingerprint_may_be_repeated_freely()
    {
        RunVerdict last = RunVerdictOf(_ => new RunStep { Feature = GuardedRun.Feature }, calls: 30);

        Assert.Null(last.Code);
    }

    [Theory]
    [InlineData("a a a a", "The same tool call was made 4 times in a row with equal results.")]
    [InlineData("x y a a a a", "The same tool call was made 4 times in a row with equal results.")]
    [InlineData("a b a b", "The same 2 rounds of tool calls were made 2 times in a row with equal results.")]
    [InlineData("x a b a b a b", "The same 2 rounds of tool calls were made 3 times in a row with equal results.")]
    [InlineData("a b c a b c", "The same 3 rounds of tool calls were made 2 times in a row with equal results.")]
    [InlineData("a b c d e f g h a b c d e f g h", "The same 8 rounds of tool calls were made 2 times in a row with equal results.")]
    public void A_cycle_of_tool_calls_with_equal_results_is_a_sign(string rounds, string explanation)
    {
        RunVerdict verdict = _run.Call(GuardedRun.After(rounds.Split(' ')));

        Assert.Equal((RunSignal.ToolCycle, explanation), (verdict.Signal, verdict.Explanation));
    }

    [Theory]
    [InlineData("a a a")]
    [InlineData("a1 a2 a3 a4 a5 a6")]
    [InlineData("a b a")]
    [InlineData("a1 b a2 b a3 b a4 b")]
    [InlineData("a a a a b")]
    [InlineData("a b c a b")]
    [InlineData("a b c d e f g h i a b c d e f g h i")]
    public void What_is_not_a_cycle_is_none(string rounds)
    {
        RunVerdict verdict = _run.Call(GuardedRun.After(rounds.Split(' ')));

        Assert.Null(verdict.Code);
    }

    [Fact]
    public void Parallel_calls_are_one_round()
    {
        RunStep step = GuardedRun.After("a", "b", "a", "b");

        RunVerdict parallel = _run.Call(step with { Exchanges = [.. step.Exchanges.Select((exchange, i) => exchange with { Round = i / 2 })], RoundCount = 2 });

        Assert.Null(parallel.Code);
    }

    [Fact]
    public void Rounds_after_different_user_texts_are_different()
    {
        RunStep step = GuardedRun.After("a", "a", "a", "a");

        RunVerdict asked = _run.Call(step with { Exchanges = [.. step.Exchanges.Select((exchange, i) => exchange with { Said = GuardedRun.Print($"and now? {i}") })] });

        Assert.Null(asked.Code);
    }

    [Fact]
    public void An_exempt_tool_may_answer_the_same_again_and_again()
    {
        FrozenSet<RunFingerprint> exempt = FrozenSet.Create(GuardedRun.Print("a"));

        RunVerdict last = RunVerdictOf(i => GuardedRun.After([.. Enumerable.Repeat("a", i)]) with { Exempt = exempt, Request = GuardedRun.Print("the same"), ContextBytes = 1000 + i }, calls: 30);

        Assert.Null(last.Code);
    }

    [Fact]
    public void An_exempt_tool_does_not_hide_a_cycle_of_others()
    {
        RunStep step = GuardedRun.After("a", "p", "a", "p", "a", "p", "a");

        RunVerdict verdict = _run.Call(step with { Exempt = FrozenSet.Create(GuardedRun.Print("p")) });

        Assert.Equal(RunSignal.ToolCycle, verdict.Signal);
    }

    [Fact]
    public void A_context_that_grows_four_times_without_anything_new_is_a_sign()
    {
        List<RunVerdict> verdicts = [.. Enumerable.Range(0, 5).Select(i => _run.Call(GuardedRun.Asks($"step {i}") with { ContextBytes = 1000 * (i + 1), Said = GuardedRun.Print("Continue.") }))];

        Assert.All(verdicts[..^1], verdict => Assert.Null(verdict.Code));
        Assert.Equal(RunSignal.ContextGrowth, verdicts[^1].Signal);
        Assert.StartsWith("The context grew 4 times in a row", verdicts[^1].Explanation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a tool answers")]
    [InlineData("another result in a window")]
    [InlineData("a person speaks")]
    [InlineData("the context shrinks")]
    [InlineData("the size is not known")]
    public void A_context_may_grow_while(string there_is_news)
    {
        RunVerdict last = RunVerdictOf(
            i => GuardedRun.Asks($"step {i}") with
            {
                ContextBytes = there_is_news == "the size is not known" ? null : there_is_news == "the context shrinks" && i % 3 == 0 ? 10 + i : 1000 * (i + 1),
                Said = GuardedRun.Print(there_is_news == "a person speaks" ? $"question {i}" : "Continue."),
                ExchangeCount = there_is_news == "a tool answers" ? i : 1,
                Exchanges = [new ToolExchange(default, default, GuardedRun.Print(there_is_news == "another result in a window" ? $"result {i}" : "ok"), 0)],
            },
            calls: 20);

        Assert.Null(last.Code);
    }

    [Fact]
    public void Three_errors_of_one_kind_in_a_row_are_a_sign()
    {
        RunVerdict Fail(int i, string error)
        {
            RunVerdict verdict = _run.Before(GuardedRun.Asks($"step {i}"));
            _run.End(error);
            return verdict;
        }

        Assert.All((RunVerdict[])[Fail(0, "400 a"), Fail(1, "400 a"), Fail(2, "400 b"), Fail(3, "400 b"), Fail(4, "400 b")], verdict => Assert.Null(verdict.Code));

        RunVerdict next = Fail(5, "400 b");

        Assert.Equal((true, RunSignal.SameError, "The same kind of error came 3 times in a row (3 or more are a loop)."), (next.Allowed, next.Signal, next.Explanation));
        Assert.Equal("loop_throttled", _run.Before(GuardedRun.Asks("step 6")).Code);
    }

    [Fact]
    public void Errors_that_were_held_against_a_run_are_not_held_against_it_twice()
    {
        for (int i = 0; i < 4; i++)
        {
            _run.Before(GuardedRun.Asks($"step {i}"));
            _run.End("400 a");
        }

        RunVerdict throttled = _run.Before(GuardedRun.Asks("step 5"));
        _run.Time.Advance(throttled.RetryAfter!.Value);
        RunVerdict mended = _run.Call(GuardedRun.Asks("step 6"));

        Assert.Equal((false, true, null), (throttled.Allowed, mended.Allowed, mended.Code));
    }

    [Fact]
    public void Money_that_goes_ten_times_faster_than_is_usual_is_a_sign()
    {
        SpendUsually(minutes: 60, nanoUsd: 1_000);

        _run.Call(GuardedRun.Asks("one"), costNanoUsd: 9_000);
        Assert.Null(_run.Call(GuardedRun.Asks("two"), costNanoUsd: 4_000).Code);
        RunVerdict verdict = _run.Call(GuardedRun.Asks("three"));
        _run.Time.Advance(TimeSpan.FromSeconds(45));
        RunVerdict throttled = _run.Call(GuardedRun.Asks("four"));
        _run.Time.Advance(throttled.RetryAfter!.Value);

        Assert.Equal((true, RunSignal.BurnRate), (verdict.Allowed, verdict.Signal));
        Assert.Contains("0.000013 USD within a minute, 10 times", verdict.Explanation, StringComparison.Ordinal);
        Assert.Equal((false, TimeSpan.FromSeconds(15)), (throttled.Allowed, throttled.RetryAfter));
        Assert.Null(_run.Call(GuardedRun.Asks("five")).Code);
    }

    [Theory]
    [InlineData(40, 1_000, 1_000_000)]
    [InlineData(60, 1_000, 9_000)]
    public void Money_is_no_sign_where_little_is_known_or_little_is_spent(int minutes, long usual, long spent)
    {
        SpendUsually(minutes, usual);

        _run.Call(GuardedRun.Asks("one"), costNanoUsd: spent);

        Assert.Null(_run.Call(GuardedRun.Asks("two")).Code);
    }

    [Fact]
    public void Minting_more_than_twenty_in_a_minute_is_a_sign()
    {
        List<RunVerdict> minted = [.. Enumerable.Range(0, 22).Select(_ => _run.Guard.Minted(_run.Key, GuardedRun.Feature))];

        Assert.All(minted[..20], verdict => Assert.Null(verdict.Code));
        Assert.Equal((true, RunSignal.Minting), (minted[20].Allowed, minted[20].Signal));
        Assert.Equal((false, "loop_throttled"), (minted[21].Allowed, minted[21].Code));
    }

    [Fact]
    public void Minting_twenty_in_every_minute_is_none()
    {
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(_run.Guard.Minted(_run.Key, GuardedRun.Feature).Code);
            _run.Time.Advance(TimeSpan.FromSeconds(3));
        }
    }

    private RunVerdict RunVerdictOf(Func<int, RunStep> step, int calls)
    {
        RunVerdict last = _run.Call(step(0));
        for (int i = 1; i < calls; i++)
        {
            Assert.Null(last.Code);
            last = _run.Call(step(i));
        }

        return last;
    }

    // Another run of the feature, one call a minute.
    private void SpendUsually(int minutes, long nanoUsd)
    {
        RunKey other = GuardedRun.KeyOf("usual");
        for (int i = 0; i <= minutes; i++)
        {
            _run.Guard.Before(other, GuardedRun.Asks($"minute {i}"), RunLimits.None);
            _run.Guard.After(other, new RunOutcome(null, nanoUsd));
            _run.Time.Advance(RunThresholds.Minute);
        }
    }
}
