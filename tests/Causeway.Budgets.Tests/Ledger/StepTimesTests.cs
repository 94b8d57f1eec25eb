using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class StepTimesTests
{
    [Fact]
    public void Each_step_lasts_until_the_next_one_and_all_together_are_the_whole()
    {
        StepTimes times = Times((RequestStep.Identify, 0), (RequestStep.Receive, 30), (RequestStep.Call, 1_000));

        IReadOnlyList<StepTime> steps = times.Until(Microseconds(1_500));

        Assert.Equal(
            [Step(RequestStep.Identify, 0, 30), Step(RequestStep.Receive, 30, 970), Step(RequestStep.Call, 1_000, 500)],
            steps);
        Assert.Equal(Microseconds(1_500), steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration));
    }

    [Fact]
    public void Of_a_step_that_begins_again_the_first_time_stands()
    {
        StepTimes times = Times((RequestStep.Compose, 10), (RequestStep.Call, 20), (RequestStep.Compose, 500));

        Assert.Equal(Microseconds(10), times.BeginOf(RequestStep.Compose));
    }

    [Fact]
    public void Steps_that_were_taken_in_another_order_stand_in_that()
    {
        StepTimes times = Times((RequestStep.Call, 10), (RequestStep.Deliver, 20), (RequestStep.Judge, 40));

        Assert.Equal(
            [Step(RequestStep.Call, 10, 10), Step(RequestStep.Deliver, 20, 20), Step(RequestStep.Judge, 40, 60)],
            times.Until(Microseconds(100)));
    }

    [Fact]
    public void Nothing_is_empty_and_a_beginning_at_once_is_not()
    {
        Assert.True(default(StepTimes).IsEmpty);
        Assert.Empty(default(StepTimes).Until(Microseconds(100)));
        Assert.Null(default(StepTimes).BeginOf(RequestStep.Identify));
        Assert.False(Times((RequestStep.Identify, 0)).IsEmpty);
    }

    [Fact]
    public void What_begins_after_more_than_71_minutes_begins_then_and_no_step_lasts_less_than_nothing()
    {
        StepTimes times = default;
        times.Begin(RequestStep.Settle, TimeSpan.FromHours(2));

        Assert.Equal(Microseconds(uint.MaxValue - 1L), times.BeginOf(RequestStep.Settle));
        Assert.Equal(TimeSpan.Zero, Assert.Single(Times((RequestStep.Settle, 100)).Until(Microseconds(50))).Duration);
    }

    [Fact]
    public void Times_are_the_same_where_every_step_began_at_the_same_time()
    {
        StepTimes one = Times((RequestStep.Identify, 0), (RequestStep.Call, 7));

        Assert.True(one == Times((RequestStep.Identify, 0), (RequestStep.Call, 7)));
        Assert.Equal(one.GetHashCode(), Times((RequestStep.Identify, 0), (RequestStep.Call, 7)).GetHashCode());
        Assert.True(one != Times((RequestStep.Identify, 0), (RequestStep.Call, 8)));
    }

    private static StepTimes Times(params (RequestStep Step, long Microseconds)[] steps)
    {
        StepTimes times = default;
        foreach ((RequestStep step, long at) in steps)
        {
            times.Begin(step, Microseconds(at));
        }

        return times;
    }

    private static StepTime Step(RequestStep step, long offset, long duration) => new(step, Microseconds(offset), Microseconds(duration));

    private static TimeSpan Microseconds(long microseconds) => TimeSpan.FromMicroseconds(microseconds);
}
