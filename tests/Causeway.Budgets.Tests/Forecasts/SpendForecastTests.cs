using Causeway.Budgets.Forecasts;

namespace Causeway.Budgets.Tests.Forecasts;

public sealed class SpendForecastTests
{
    [Fact]
    public void Fewer_than_three_days_tell_nothing()
    {
        Assert.Null(SpendForecast.Of(5, Days(2, _ => 100), [(DayOfWeek.Monday, 1)]));
        Assert.NotNull(SpendForecast.Of(5, Days(3, _ => 100), [(DayOfWeek.Monday, 1)]));
    }

    [Fact]
    public void Even_days_go_on_without_a_doubt()
    {
        SpendForecast? forecast = SpendForecast.Of(1_000, Days(10, _ => 200), [(DayOfWeek.Monday, 0.5), (DayOfWeek.Tuesday, 1)]);

        Assert.Equal(new SpendForecast(1_300, 1_300, 1_300, 10, false), forecast);
    }

    [Fact]
    public void Two_weeks_tell_weekends_apart()
    {
        static long Cost(DayOfWeek day) => day is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 700;

        SpendForecast weekend = SpendForecast.Of(0, Days(14, Cost), [(DayOfWeek.Saturday, 1), (DayOfWeek.Sunday, 1)])!;
        SpendForecast before = SpendForecast.Of(0, Days(13, Cost), [(DayOfWeek.Saturday, 1), (DayOfWeek.Sunday, 1)])!;

        Assert.Equal((0L, true), (weekend.NanoUsd, weekend.IsByWeekday));
        Assert.False(before.IsByWeekday);
        Assert.True(before.NanoUsd > 900);
    }

    [Fact]
    public void Only_the_last_four_weeks_count()
    {
        (DayOfWeek, long)[] days = [.. Days(100, _ => 1_000_000), .. Days(28, _ => 10)];

        Assert.Equal(new SpendForecast(10, 10, 10, 28, true), SpendForecast.Of(0, days, [(DayOfWeek.Monday, 1)]));
    }

    [Fact]
    public void The_band_holds_what_was_spent_and_grows_with_the_days_that_remain()
    {
        var random = new Random(7);
        (DayOfWeek, long)[] days = Days(12, _ => random.NextInt64(0, 1_000));

        SpendForecast near = SpendForecast.Of(5_000, days, [(DayOfWeek.Monday, 1)])!;
        SpendForecast far = SpendForecast.Of(5_000, days, [.. Enumerable.Range(0, 20).Select(_ => (DayOfWeek.Monday, 1.0))])!;

        Assert.True(near.LowNanoUsd >= 5_000);
        Assert.True(near.LowNanoUsd <= near.NanoUsd && near.NanoUsd <= near.HighNanoUsd);
        Assert.True(far.HighNanoUsd - far.LowNanoUsd > near.HighNanoUsd - near.LowNanoUsd);
    }

    // Days drawn anew end within the band about as often as it says.
    [Fact]
    public void Four_of_five_windows_end_within_the_band()
    {
        var random = new Random(11);
        int within = 0;
        for (int run = 0; run < 2_000; run++)
        {
            SpendForecast forecast = SpendForecast.Of(0, Days(13, _ => random.NextInt64(1_000, 9_000)), [.. Enumerable.Range(0, 10).Select(_ => (DayOfWeek.Monday, 1.0))])!;
            long sum = Enumerable.Range(0, 10).Sum(_ => random.NextInt64(1_000, 9_000));
            within += sum >= forecast.LowNanoUsd && sum <= forecast.HighNanoUsd ? 1 : 0;
        }

        Assert.InRange(within / 2_000.0, 0.74, 0.86);
    }

    [Fact]
    public void A_sum_never_passes_what_a_number_holds()
    {
        SpendForecast forecast = SpendForecast.Of(long.MaxValue / 2, Days(5, _ => long.MaxValue / 4), [.. Enumerable.Range(0, 300).Select(_ => (DayOfWeek.Monday, 1.0))])!;

        Assert.True(forecast.NanoUsd > long.MaxValue / 2);
        Assert.True(forecast.HighNanoUsd >= forecast.NanoUsd);
    }

    private static (DayOfWeek Day, long NanoUsd)[] Days(int count, Func<DayOfWeek, long> cost) =>
        [.. Enumerable.Range(0, count).Select(day => (DayOfWeek)(day % 7)).Select(day => (day, cost(day)))];
}
