using Causeway.Budgets.Alerts;
using CsCheck;

namespace Causeway.Budgets.Tests.Alerts;

public sealed class ForecastTests
{
    [Fact]
    public void A_rate_that_ends_the_amount_before_its_window_is_told_once_with_the_moment()
    {
        Watched watched = new();
        watched.Now = Watched.Midnight.AddHours(1);
        Assert.Empty(watched.At(2)); // 2 % an hour: 48 % by the end.
        watched.Now = Watched.Midnight.AddHours(2);

        BudgetAlert alert = Assert.Single(watched.At(14)); // 12 % in the last hour: 86 % are gone in 7 h 10 min.

        Assert.Equal((AlertKind.Forecast, Watched.Midnight.AddHours(9).AddMinutes(10)), (alert.Kind, DateTimeOffset.FromUnixTimeMilliseconds(alert.ForecastAtMs)));
        watched.Now = Watched.Midnight.AddHours(3);
        Assert.Empty(watched.At(30));
    }

    [Fact]
    public void Below_a_tenth_of_the_amount_nothing_is_forecast()
    {
        Watched watched = new();
        watched.Now = Watched.Midnight.AddMinutes(5);

        Assert.Empty(watched.At(9.9m));
        Assert.Equal(AlertKind.Forecast, Assert.Single(watched.At(10)).Kind);
    }

    [Fact]
    public void Even_use_that_lasts_until_the_end_is_not_told()
    {
        Watched watched = new();
        for (int quarter = 1; quarter < 96; quarter++)
        {
            watched.Now = Watched.Midnight.AddMinutes(15 * quarter);
            Assert.DoesNotContain(watched.At(quarter * 0.9m), alert => alert.Kind == AlertKind.Forecast);
        }
    }

    [Fact]
    public void A_night_without_use_does_not_thin_the_rate_of_the_morning()
    {
        Watched watched = new();
        watched.Now = Watched.Midnight.AddMinutes(1);
        watched.At(1);
        watched.Now = Watched.Midnight.AddHours(15); // 26 % at once, after 15 hours of nothing.

        Assert.Equal(AlertKind.Forecast, Assert.Single(watched.At(27)).Kind);
    }

    [Fact]
    public void A_burst_is_forgotten_after_the_while_that_the_rate_is_taken_over()
    {
        Watched watched = new();
        watched.Now = Watched.Midnight.AddHours(10);
        watched.At(1);
        watched.Now = Watched.Midnight.AddHours(10.1);
        watched.At(9); // Too little for a forecast.
        watched.Now = Watched.Midnight.AddHours(20);

        Assert.Empty(watched.At(10.5m));
    }

    [Fact]
    public void A_restart_in_the_window_goes_by_its_mean_until_it_knows_better()
    {
        Watched watched = new();
        watched.Now = Watched.Midnight.AddHours(12);
        Assert.Empty(watched.At(49)); // On the mean it is enough.

        Watched other = new() { Now = Watched.Midnight.AddHours(6) };
        IReadOnlyList<BudgetAlert> alerts = other.At(49);
        Assert.Equal(AlertKind.Forecast, Assert.Single(alerts).Kind);
        other.Restart(alerts);
        other.Now = Watched.Midnight.AddHours(8);
        Assert.DoesNotContain(other.At(70), alert => alert.Kind == AlertKind.Forecast);
    }

    [Theory]
    [InlineData("100/24h")]
    [InlineData("100")]
    public void What_has_no_end_is_not_forecast(string limit)
    {
        Watched watched = new(limit) { Now = Watched.Midnight.AddMinutes(1) };

        Assert.Empty(watched.At(49));
    }

    [Fact]
    public void A_month_goes_by_the_last_day_and_not_by_its_working_hours()
    {
        Watched watched = new("100/month");
        for (int day = 1; day <= 28; day++)
        {
            for (int hour = 9; hour <= 17; hour++)
            {
                // 2.6 % a working day: 78 % in thirty days, though at noon the hour alone would foretell another thing.
                watched.Now = Watched.Midnight.AddDays(day - 2).AddHours(hour);
                Assert.DoesNotContain(watched.At((2.6m * (day - 1)) + (2.6m * (hour - 9) / 8)), alert => alert.Kind == AlertKind.Forecast);
            }
        }
    }

    [Fact]
    public void At_most_one_a_window_whatever_happens() => Gen.Select(Gen.Int[1, 60], Gen.Decimal[0, 10]).Array[1, 100].Sample(
        steps =>
        {
            Watched watched = new() { Now = Watched.Midnight };
            Dictionary<long, int> told = [];
            decimal used = 0;
            long window = 0;
            foreach ((int minutes, decimal more) in steps)
            {
                watched.Now = watched.Now.AddMinutes(minutes);
                long start = watched.Limit.Window.StartOf(watched.NowMs);
                used = start == window ? used + more : more;
                window = start;
                foreach (BudgetAlert alert in watched.At(used).Where(alert => alert.Kind == AlertKind.Forecast))
                {
                    told[start] = told.GetValueOrDefault(start) + 1;
                    if (alert.ForecastAtMs < watched.NowMs || alert.ForecastAtMs >= alert.WindowEndsMs || used is < 10 or >= 100)
                    {
                        return false;
                    }
                }
            }

            return told.Values.All(times => times == 1);
        },
        iter: 500);
}
