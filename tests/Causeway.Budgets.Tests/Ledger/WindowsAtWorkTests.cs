using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>The ledger chooses the window at the reserve and keeps it (I9).</summary>
public sealed class WindowsAtWorkTests
{
    [Fact]
    public void A_request_that_ends_after_its_window_is_booked_in_it()
    {
        Bench bench = new(new DateTimeOffset(2026, 10, 25, 22, 59, 0, TimeSpan.Zero));
        GrantNode root = bench.Root(Units(100, "day", zone: "Europe/Berlin"));
        Reservation open = bench.Hold(root, Usd(60));

        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(100, bench.Left(root));
        bench.Ledger.Settle(open, Usd(50), UsageSource.Provider, null);

        Assert.Equal(100, bench.Left(root));
        Balance booked = Assert.Single(root.States[0].Balances);
        Assert.Equal((50, new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()), (booked.Committed, booked.Start));
    }

    [Theory]
    [InlineData(2026, 3, 29, 23)]
    [InlineData(2026, 10, 25, 25)]
    public void A_days_amount_is_for_the_whole_of_a_short_or_a_long_day(int year, int month, int day, int hours)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        DateTime midnight = new(year, month, day, 0, 0, 0, DateTimeKind.Unspecified);
        Bench bench = new(new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)));
        GrantNode root = bench.Root(Units(hours, "day", zone: "Europe/Berlin"));

        for (int i = 0; i < hours; i++)
        {
            bench.Spend(root, Usd(1));
            bench.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(i == hours - 1 ? 1 : 0));
        }

        Assert.Equal("limit_spent", bench.Refusal(root, Usd(1)).Code);
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(hours, bench.Left(root));
        bench.Hold(root, Usd(1));
    }

    [Fact]
    public void A_clock_that_goes_back_opens_no_window_again_and_one_that_goes_forward_opens_the_next()
    {
        Bench bench = new(new DateTimeOffset(2026, 3, 10, 12, 5, 0, TimeSpan.Zero));
        GrantNode root = bench.Root(Units(100, "hour"));
        bench.Spend(root, Usd(100));

        bench.Clock.Step(TimeSpan.FromHours(-1));
        Assert.Equal("limit_spent", bench.Refusal(root, Usd(1)).Code);
        bench.Clock.Step(TimeSpan.FromHours(2));
        bench.Spend(root, Usd(100));
        bench.Clock.Step(TimeSpan.FromHours(-1));
        Assert.Equal("limit_spent", bench.Refusal(root, Usd(1)).Code);

        long[] times = [.. bench.Journal.Events.Select(happened => happened.AtMs)];
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void In_no_span_of_its_length_does_a_rolling_window_let_more_pass_and_in_a_bucket_more_it_lets_all_of_it_pass()
    {
        Bench bench = new();
        GrantNode root = bench.Root(Units(10, "30m"));
        List<DateTimeOffset> passed = [];
        Random chance = new(7);
        for (int i = 0; i < 3_000; i++)
        {
            bench.Clock.Advance(TimeSpan.FromMilliseconds(chance.Next(1, 40_000)));
            while (bench.Reserve(root, Usd(1), out _) is { } made)
            {
                bench.Ledger.Settle(made, Usd(1), UsageSource.Provider, null);
                passed.Add(bench.Clock.GetUtcNow());
            }
        }

        TimeSpan[] spans = [.. passed.Zip(passed.Skip(10), (first, eleventh) => eleventh - first)];
        Assert.True(spans.Min() >= TimeSpan.FromMinutes(30));
        Assert.True(spans.Max() <= TimeSpan.FromMinutes(31) + TimeSpan.FromSeconds(40)); // One bucket, and the longest pause between two tries.
    }

    [Fact]
    public void A_grant_that_lives_long_keeps_few_windows()
    {
        Bench bench = new();
        GrantNode root = bench.Root(Units(100, "hour"), Units(100, "1m"), Units(100_000, "month"));
        Reservation old = bench.Hold(root, Usd(1));
        for (int i = 0; i < 5_000; i++)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(i % 2 == 0 ? 2 : 900));
            bench.Spend(root, Usd(1));
        }

        Assert.True(root.States[0].Balances.Count <= 10 && root.States[1].Balances.Count <= Window.Buckets + 3 && root.States[2].Balances.Count <= 9);
        long booked = old.Balances[0]!.Committed;
        Assert.True(bench.Ledger.Settle(old, Usd(1), UsageSource.Provider, null));
        Assert.Equal(booked + 1, root.States[0].Balances[0].Committed);
    }
}
