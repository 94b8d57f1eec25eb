using Causeway.Releases.Sentinel;
using CsCheck;

namespace Causeway.Releases.Tests.Sentinel;

public sealed class ShapeRulesTests
{
    private const string Release = "rel_1";
    private static readonly DateTimeOffset s_now = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);
    private static readonly WatchedPin s_pin = new() { Provider = "sim", Model = "gpt-5.5" };

    [Fact]
    public void A_size_belongs_to_one_step_whose_bounds_are_a_quarter_of_a_doubling_apart() => Gen.Long[0, 1L << 40].Sample(size =>
    {
        int step = Histogram.StepOf(size);
        bool isWithin = Histogram.SizeOf(step) <= size * 1.0000001 && (step == Histogram.Steps - 1 || size < Histogram.SizeOf(step + 1) * 1.0000001);
        return isWithin && Histogram.StepOf(size + 1) >= step;
    });

    [Fact]
    public void Counts_add_up_in_any_order_and_lie_as_far_from_each_other_either_way()
    {
        Gen<Histogram> any = Gen.Int[0, 9].Array[Histogram.Steps].Select(steps => Histogram.Of(steps));
        Gen.Select(any, any).Sample((one, other) =>
            one.Plus(other).Counts.SequenceEqual(other.Plus(one).Counts)
            && one.Plus(other).Total == one.Total + other.Total
            && Math.Abs(one.DoublingsTo(other) - other.DoublingsTo(one)) < 1e-9
            && one.DoublingsTo(one) == 0);
    }

    [Theory]
    [InlineData(100, 200, 1.0)]
    [InlineData(100, 400, 2.0)]
    [InlineData(1_000, 1_010, 0.25)] // The next step at most.
    public void What_is_twice_as_long_lies_one_doubling_away(long before, long after, double doublings)
    {
        double moved = Sizes(before, 100).DoublingsTo(Sizes(after, 100));

        Assert.InRange(moved, doublings == 0.25 ? 0 : doublings - 0.25, doublings + 0.25);
    }

    [Fact]
    public void A_baseline_is_frozen_after_a_day_and_a_thousand_answers_and_never_changes_after()
    {
        WatchedPin early = After(s_pin, Answers(5_000, length: 100), s_now);
        WatchedPin few = After(After(s_pin, Answers(400, length: 100), s_now), Answers(400, length: 100), s_now.AddDays(2));
        Assert.Null(early.Shapes.Single().Baseline);
        Assert.Null(few.Shapes.Single().Baseline);

        WatchedPin frozen = After(early, Answers(1, length: 100), s_now.AddHours(24));
        WatchedPin later = After(After(frozen, Answers(9_000, length: 900), s_now.AddHours(30)), Answers(9_000, length: 900), s_now.AddHours(40));

        Assert.Equal((5_001, s_now.AddHours(24)), (frozen.Shapes.Single().Baseline!.Answers, frozen.Shapes.Single().FrozenAt));
        Assert.Same(frozen.Shapes.Single().Baseline, later.Shapes.Single().Baseline);
    }

    [Fact]
    public void Answers_that_come_to_be_twice_as_long_are_told_after_two_windows_and_no_drift()
    {
        WatchedPin first = After(Frozen(), Answers(1_000, length: 250), s_now.AddHours(26));
        Assert.Single(first.Shapes.Single().Differences);
        Assert.Null(first.Change);

        WatchedPin second = After(first, Answers(1_000, length: 250), s_now.AddHours(28));

        Assert.Equal((s_now.AddHours(28), Release), (second.Change!.At, second.Change.Release));
        Assert.StartsWith("in the middle 2", second.Change.Evidence, StringComparison.Ordinal);
        Assert.Contains("tokens long", second.Change.Evidence, StringComparison.Ordinal);
        Assert.Null(second.Drift);
        Assert.Equal(TimeSpan.FromMinutes(15), SentinelRules.IntervalOf(second, TimeSpan.FromHours(1), floats: false, s_now.AddHours(29)));
        Assert.Equal(TimeSpan.FromHours(1), SentinelRules.IntervalOf(second, TimeSpan.FromHours(1), floats: false, s_now.AddHours(53)));
    }

    // The control of the one above: one window that differs, and one that does not.
    [Fact]
    public void One_window_that_differs_is_not_told()
    {
        WatchedPin pin = After(Frozen(), Answers(1_000, length: 250), s_now.AddHours(26));
        pin = After(pin, Answers(1_000, length: 100), s_now.AddHours(28));
        pin = After(pin, Answers(1_000, length: 250), s_now.AddHours(30));

        Assert.Null(pin.Change);
        Assert.Equal(1, pin.Shapes.Single().InARow);
    }

    [Fact]
    public void A_change_is_over_after_two_windows_that_are_as_before()
    {
        WatchedPin pin = After(After(Frozen(), Answers(1_000, length: 250), s_now.AddHours(26)), Answers(1_000, length: 250), s_now.AddHours(28));
        WatchedPin once = After(pin, Answers(1_000, length: 100), s_now.AddHours(30));
        Assert.NotNull(once.Change);

        Assert.Null(After(once, Answers(1_000, length: 100), s_now.AddHours(32)).Change);
    }

    [Fact]
    public void A_window_is_a_thousand_answers_and_an_hour()
    {
        WatchedPin fast = After(Frozen(), Answers(50_000, length: 900), s_now.AddHours(24).AddMinutes(59));
        WatchedPin slow = After(Frozen(), Answers(999, length: 900), s_now.AddDays(9));

        Assert.Null(fast.Shapes.Single().LastAt);
        Assert.Null(slow.Shapes.Single().LastAt);
        Assert.Equal(50_001, After(fast, Answers(1, length: 900), s_now.AddHours(25)).Shapes.Single().Last!.Answers);
    }

    [Theory]
    [InlineData(AnswerEnding.Refusal, 30, "3 % are refusals, 0 % before")]
    [InlineData(AnswerEnding.Length, 200, "20 % end otherwise: 20 % are cut at a cap, 0 % before")]
    [InlineData(AnswerEnding.ToolUse, 700, "70 % end otherwise: 70 % call a tool, 0 % before")]
    public void Refusals_and_endings_that_become_more_are_told(AnswerEnding ending, int times, string evidence)
    {
        AnswerShape baseline = Answers(1_000, length: 100);

        Assert.Equal([evidence], ShapeRules.Compare(baseline, Ended(baseline, ending, times)).Take(1));
    }

    // Its control.
    [Theory]
    [InlineData(AnswerEnding.Refusal, 15)]
    [InlineData(AnswerEnding.Length, 120)]
    public void Few_that_end_otherwise_are_not(AnswerEnding ending, int times)
    {
        AnswerShape baseline = Answers(1_000, length: 100);

        Assert.Empty(ShapeRules.Compare(baseline, Ended(baseline, ending, times)));
    }

    [Fact]
    public void Slower_answers_are_told_from_twice_the_time_on_and_streams_apart_from_others()
    {
        AnswerShape baseline = Answers(2_000, length: 100, milliseconds: 800);

        Assert.Contains("ms to a whole answer", ShapeRules.Compare(baseline, Answers(2_000, length: 100, milliseconds: 2_000)).Single(), StringComparison.Ordinal);
        Assert.Empty(ShapeRules.Compare(baseline, Answers(2_000, length: 100, milliseconds: 1_200)));
        Assert.Empty(ShapeRules.Compare(baseline, Answers(2_000, length: 100, milliseconds: 800) with { FirstBytes = Sizes(9_000, 2_000) })); // Nothing to compare with.
    }

    // Ten thousand windows of a traffic that does not change: lengths over a thousandfold range, three of ten call tools, one of a hundred is refused.
    [Fact]
    public void Chance_alone_is_not_told()
    {
        Random random = new(20261127);
        AnswerShape baseline = Drawn(random, 1_000, 1);

        Assert.DoesNotContain(Enumerable.Range(0, 10_000), _ => ShapeRules.Compare(baseline, Drawn(random, 1_000, 1)).Count > 0);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.NotEmpty(ShapeRules.Compare(baseline, Drawn(random, 1_000, 1.8)))); // Its control: answers nearly twice as long.
    }

    [Fact]
    public void Each_release_has_its_own_baseline_and_the_oldest_is_let_go()
    {
        WatchedPin pin = Enumerable.Range(1, 6).Aggregate(s_pin, (before, i) => ShapeRules.After(before, $"rel_{i}", Answers(10, length: 100), s_now.AddHours(i)));

        Assert.Equal(["rel_3", "rel_4", "rel_5", "rel_6"], pin.Shapes.Select(shape => shape.Release));
        Assert.Empty(ShapeRules.Anew(pin).Shapes);
    }

    [Fact]
    public void What_is_written_is_read_the_same()
    {
        WatchedPin pin = After(After(Frozen(), Answers(1_000, length: 250), s_now.AddHours(26)), Answers(1_000, length: 250), s_now.AddHours(28));

        WatchedPin read = SentinelJson.Read(SentinelJson.Write(pin), version: 3);

        Assert.Equal(pin.Change, read.Change);
        Assert.Equal(pin.Shapes.Single().Baseline!.Endings, read.Shapes.Single().Baseline!.Endings);
        Assert.Equal(pin.Shapes.Single().Last!.Lengths.Counts, read.Shapes.Single().Last!.Lengths.Counts);
        Assert.Equal(pin.Shapes.Single().Differences, read.Shapes.Single().Differences);
    }

    private static WatchedPin After(WatchedPin pin, AnswerShape seen, DateTimeOffset now) => ShapeRules.After(pin, Release, seen, now);

    private static WatchedPin Frozen() => After(After(s_pin, Answers(999, length: 100), s_now), Answers(1, length: 100), s_now.AddHours(24));

    private static AnswerShape Answers(int count, long length, long milliseconds = 900) =>
        new() { Endings = [count, 0, 0, 0, 0], Lengths = Sizes(length, count), Durations = Sizes(milliseconds, count) };

    private static AnswerShape Ended(AnswerShape shape, AnswerEnding ending, int times)
    {
        int[] endings = [.. shape.Endings];
        endings[(int)AnswerEnding.Stop] -= times;
        endings[(int)ending] += times;
        return shape with { Endings = endings };
    }

    private static Histogram Sizes(long size, int count)
    {
        int[] steps = new int[Histogram.Steps];
        steps[Histogram.StepOf(size)] = count;
        return Histogram.Of(steps);
    }

    private static AnswerShape Drawn(Random random, int count, double longer)
    {
        int[] endings = new int[AnswerShape.WaysToEnd];
        int[] lengths = new int[Histogram.Steps];
        for (int i = 0; i < count; i++)
        {
            double draw = random.NextDouble();
            endings[(int)(draw < 0.01 ? AnswerEnding.Refusal : draw < 0.31 ? AnswerEnding.ToolUse : AnswerEnding.Stop)]++;
            lengths[Histogram.StepOf((long)(longer * Math.Pow(2, random.NextDouble() * 10)))]++;
        }

        return new AnswerShape { Endings = endings, Lengths = Histogram.Of(lengths) };
    }
}
