using Causeway.Releases.Guards;

namespace Causeway.Releases.Tests.Guards;

/// <summary>The test against its published reference, by simulation with printed seeds.</summary>
public sealed class AlwaysValidTestTests
{
    private const double Threshold = 800; // Eight equal guards of a rollout that may be called off wrongly once in a hundred.

    [Fact]
    public void It_begins_at_one_and_an_event_weighs_as_the_formula_says()
    {
        AlwaysValidTest test = new(AlwaysValidTest.Tolerated);
        Assert.Equal(1, test.E);

        test.Add(isCandidate: true, share: 0.05);

        double q0 = Share(0.05, 1.2);
        Assert.Equal(new[] { 1.5, 2, 3, 5, 10, 30 }.Average(r => Share(0.05, 1.2 * r) / q0), test.E, 12);
        test.Add(isCandidate: false, share: 0.05);
        Assert.Equal(new[] { 1.5, 2, 3, 5, 10, 30 }.Average(r => Share(0.05, 1.2 * r) / q0 * (1 - Share(0.05, 1.2 * r)) / (1 - q0)), test.E, 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.1)]
    public void A_share_that_draws_nothing_says_nothing(double share)
    {
        AlwaysValidTest test = new(AlwaysValidTest.Tolerated);

        test.Add(true, share);

        Assert.Equal(1, test.E);
    }

    [Fact]
    public void It_lasts_as_long_as_any_rollout()
    {
        AlwaysValidTest test = new(AlwaysValidTest.Tolerated);
        for (int i = 0; i < 2_000_000; i++)
        {
            test.Add(isCandidate: false, share: 0.5);
        }

        Assert.Equal(0, test.E);
        for (int i = 0; i < 4_000_000; i++)
        {
            test.Add(isCandidate: true, share: 0.5);
        }

        Assert.Equal(AlwaysValidTest.Most, test.E);
    }

    // The candidate is as bad as is tolerated, over 1, 5, 25 and 50 percent: looked at after every event, at most a few of a thousand are called off.
    [Fact]
    public void As_bad_as_is_tolerated_is_called_off_hardly_ever_however_often_it_is_looked_at()
    {
        int alarms = 0;
        for (int run = 0; run < 400; run++)
        {
            Random random = new(1_000 + run);
            AlwaysValidTest test = new(AlwaysValidTest.Tolerated);
            bool alarm = false;
            for (int request = 0; request < 40_000 && !alarm; request++)
            {
                double share = request switch { < 10_000 => 0.01, < 20_000 => 0.05, < 30_000 => 0.25, _ => 0.5 };
                bool isCandidate = random.NextDouble() < share;
                if (random.NextDouble() < (isCandidate ? 0.012 : 0.01))
                {
                    test.Add(isCandidate, share);
                    alarm = test.E >= Threshold;
                }
            }

            alarms += alarm ? 1 : 0;
        }

        Assert.InRange(alarms, 0, 3); // Seeds 1000 to 1399.
    }

    [Fact]
    public void Five_times_as_bad_at_five_percent_is_found_within_a_few_hundred_of_the_candidates_requests()
    {
        int[] needed = [.. Enumerable.Range(0, 101).Select(run => Needed(2_000 + run, 0.01, 5, 0.05)).Order()];

        Assert.InRange(needed[50], 100, 300); // Reference: 252. Seeds 2000 to 2100.
        Assert.InRange(needed[95], 100, 700); // Reference: 608.
    }

    [Fact]
    public void An_outage_of_the_provider_on_both_arms_is_no_evidence()
    {
        int alarms = 0;
        for (int run = 0; run < 200; run++)
        {
            Random random = new(3_000 + run);
            AlwaysValidTest test = new(AlwaysValidTest.Tolerated);
            bool alarm = false;
            for (int request = 0; request < 20_000 && !alarm; request++)
            {
                bool isCandidate = random.NextDouble() < 0.05;
                if (random.NextDouble() < (request < 10_000 ? 0.01 : 0.30))
                {
                    test.Add(isCandidate, 0.05);
                    alarm = test.E >= Threshold;
                }
            }

            alarms += alarm ? 1 : 0;
        }

        Assert.InRange(alarms, 0, 3); // Seeds 3000 to 3199.
    }

    [Fact]
    public void The_mirrored_test_grows_while_nothing_is_wrong()
    {
        Random random = new(4_000);
        AlwaysValidTest mirror = new(2, mirrored: true);
        for (int request = 0; request < 60_000 && mirror.E < 20; request++)
        {
            bool isCandidate = random.NextDouble() < 0.25;
            if (random.NextDouble() < 0.01)
            {
                mirror.Add(isCandidate, 0.25);
            }
        }

        Assert.True(mirror.E >= 20);
    }

    private static int Needed(int seed, double rate, double ratio, double share)
    {
        Random random = new(seed);
        AlwaysValidTest test = new(AlwaysValidTest.Tolerated);
        int candidates = 0;
        while (test.E < Threshold && candidates < 100_000)
        {
            bool isCandidate = random.NextDouble() < share;
            candidates += isCandidate ? 1 : 0;
            if (random.NextDouble() < (isCandidate ? rate * ratio : rate))
            {
                test.Add(isCandidate, share);
            }
        }

        return candidates;
    }

    private static double Share(double t, double r) => t * r / ((t * r) + 1 - t);
}
