using Causeway.Budgets.Alerts;
using Causeway.Budgets.Grants;
using CsCheck;

namespace Causeway.Budgets.Tests.Alerts;

public sealed class ThresholdTests
{
    // No forecasts: they have tests of their own.
    private static readonly AlertRules s_rules = new() { ForecastFrom = 101 };

    [Fact]
    public void Each_threshold_is_told_once_and_names_what_is_used_and_left()
    {
        Watched watched = new(rules: s_rules);

        Assert.Empty(watched.At(49.99m));
        BudgetAlert half = Assert.Single(watched.At(50));
        Assert.Empty(watched.At(50));
        Assert.Empty(watched.At(79));
        Assert.Equal(80, Assert.Single(watched.At(80)).Threshold);
        Assert.Equal(100, Assert.Single(watched.At(100)).Threshold);
        Assert.Empty(watched.At(130));

        Assert.Equal((AlertKind.Threshold, 50, watched.Grant.Id, 100_000_000_000L, 50_000_000_000L, 50_000_000_000L), (half.Kind, half.Threshold, half.Grant, half.Amount, half.Used, half.Left));
        Assert.Equal((Watched.Midnight.ToUnixTimeMilliseconds(), Watched.Midnight.AddDays(1).ToUnixTimeMilliseconds()), (half.WindowStartsMs, half.WindowEndsMs));
    }

    [Fact]
    public void One_settlement_that_jumps_over_several_is_one_alert_that_names_all()
    {
        Watched watched = new(rules: s_rules);

        BudgetAlert alert = Assert.Single(watched.At(85));

        Assert.Equal((80, "50 80"), (alert.Threshold, string.Join(' ', alert.Passed)));
        Assert.Equal("100", string.Join(' ', Assert.Single(watched.At(100)).Passed));
    }

    [Fact]
    public void The_next_window_begins_anew()
    {
        Watched watched = new(rules: s_rules);
        watched.At(90);
        watched.Now = watched.Now.AddDays(1);

        Assert.Empty(watched.At(1));
        Assert.Equal(80, Assert.Single(watched.At(90)).Threshold);
    }

    [Fact]
    public void What_is_settled_after_midnight_is_told_of_the_day_that_it_was_reserved_in_and_of_that_alone()
    {
        Watched watched = new(rules: s_rules);
        watched.At(50);
        watched.Now = Watched.Midnight.AddDays(1).AddSeconds(2);

        BudgetAlert late = Assert.Single(watched.Book.Look(watched.Grant, [watched.Use(100, Watched.Midnight.AddHours(23))], watched.NowMs));

        Assert.Equal((100, "80 100", Watched.Midnight.ToUnixTimeMilliseconds()), (late.Threshold, string.Join(' ', late.Passed), late.WindowStartsMs));
        Assert.Equal(50, Assert.Single(watched.At(50)).Threshold);
        Assert.Empty(watched.Book.Look(watched.Grant, [watched.Use(100, Watched.Midnight.AddHours(23))], watched.NowMs));
        Assert.Empty(watched.Book.Look(watched.Grant, [watched.Use(100, Watched.Midnight.AddDays(-3))], watched.NowMs));
    }

    [Theory]
    [InlineData("100/24h", 24)]
    [InlineData("100/90m", 24)] // Not within a day, however short the window.
    [InlineData("100/7d", 168)]
    public void A_window_that_rolls_is_told_again_after_its_length(string limit, int hours)
    {
        Watched watched = new(limit, rules: s_rules);
        Assert.Equal(50, Assert.Single(watched.At(60)).Threshold);

        watched.Now = watched.Now.AddHours(hours - 1);
        Assert.Empty(watched.At(10));
        Assert.Equal(80, Assert.Single(watched.At(80)).Threshold);
        Assert.Empty(watched.At(60));
        watched.Now = watched.Now.AddHours(1);
        Assert.Equal("50", string.Join(' ', Assert.Single(watched.At(60)).Passed));
    }

    [Fact]
    public void An_amount_for_the_whole_life_is_told_once_for_good()
    {
        Watched watched = new("100", rules: s_rules);
        Assert.Single(watched.At(80));

        watched.Now = watched.Now.AddYears(3);
        watched.Book.Forget(watched.NowMs);

        Assert.Empty(watched.At(99));
        Assert.Null(Assert.Single(watched.At(100)).WindowEndsMs);
    }

    [Fact]
    public void What_is_open_at_once_and_a_pace_are_not_watched()
    {
        Watched open = new("5", Meter.Concurrent);
        Assert.Empty(open.At(100));

        Watched paced = new();
        Assert.True(paced.Limit.TryPace("20%/10m", out Limit pace, out _));
        Assert.Empty(paced.Book.Look(paced.Grant, [paced.Use(100) with { Limit = pace }], paced.NowMs));
    }

    [Fact]
    public void What_was_told_is_not_told_again_after_a_restart()
    {
        Watched watched = new(rules: s_rules);
        IReadOnlyList<BudgetAlert> raised = watched.At(85);
        watched.Restart(raised);

        Assert.DoesNotContain(watched.At(90), alert => alert.Kind == AlertKind.Threshold);
        Assert.Equal(100, Assert.Single(watched.At(100), alert => alert.Kind == AlertKind.Threshold).Threshold);
        watched.Now = watched.Now.AddDays(1);
        Assert.Equal(80, Assert.Single(watched.At(85), alert => alert.Kind == AlertKind.Threshold).Threshold);
    }

    [Fact]
    public void How_many_limits_are_at_a_threshold_is_counted_for_the_windows_of_now()
    {
        Watched watched = new(rules: s_rules);
        watched.At(85);

        Assert.Equal((1, 1, 0), (watched.Book.CountAt(50, watched.NowMs), watched.Book.CountAt(80, watched.NowMs), watched.Book.CountAt(100, watched.NowMs)));
        Assert.Equal(0, watched.Book.CountAt(50, watched.Now.AddDays(1).ToUnixTimeMilliseconds()));
    }

    // Looks at random moments of a few windows, restarts in between: in each window the thresholds that were told are exactly those that were passed when it was
    // looked at, each once.
    [Theory]
    [InlineData("100/hour")]
    [InlineData("100/day")]
    [InlineData("100/month")]
    [InlineData("100")]
    public void Never_twice_and_never_missed(string limit) =>
        Gen.Select(Gen.Int[1, 10_000], Gen.Decimal[0, 40], Gen.Bool, Gen.Int[0, 5].Select(one => one == 0)).Array[1, 60].Sample(
            steps =>
            {
                Watched watched = new(limit);
                Dictionary<long, (decimal Used, HashSet<int> Told)> windows = [];
                List<BudgetAlert> raised = [];
                foreach ((int minutes, decimal more, bool looks, bool restarts) in steps)
                {
                    watched.Now = watched.Now.AddMinutes(minutes % 100);
                    long start = watched.Limit.Window.StartOf(watched.NowMs);
                    (decimal used, HashSet<int> told) = windows.GetValueOrDefault(start, (0m, []));
                    used += more;
                    windows[start] = (used, told);
                    if (restarts)
                    {
                        watched.Restart(raised);
                    }

                    if (!looks)
                    {
                        continue;
                    }

                    foreach (BudgetAlert alert in watched.At(used).Where(alert => alert.Kind == AlertKind.Threshold))
                    {
                        raised.Add(alert);
                        if (alert.Threshold != alert.Passed[^1] || alert.Passed.Any(threshold => !told.Add(threshold)))
                        {
                            return false;
                        }
                    }

                    decimal exact = Math.Floor(watched.Limit.Amount * used / 100) * 100 / watched.Limit.Amount;
                    if (!told.SetEquals(AlertRules.Default.Thresholds.Where(threshold => threshold <= exact)))
                    {
                        return false;
                    }
                }

                return true;
            },
            iter: 500);
}
