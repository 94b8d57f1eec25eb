using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Guards;

/// <summary>
/// G1 and G3: whole rollouts over the standing plan, through what guards them, all guards and tripwires on: what is no worse than base is hardly ever called off. Simulated from seeds, which a
/// failure is found again by. Bounded in every run; eng/soak has all five hundred.
/// </summary>
public sealed class NullRolloutTests
{
    private const int OfFiveHundred = 12; // One in a hundred is promised; five would be wrong on average if it were exactly that, and more than twelve hardly ever.
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private static readonly int s_runs = s_isSoak ? 500 : 60;
    private static readonly int s_most = OfFiveHundred * s_runs / 500;
    private static readonly int s_requests = s_isSoak ? 50_000 : 10_000;
    private static readonly int[] s_ppm = [.. RolloutPlan.Default.Stages.Select(stage => stage.Ppm)];

    // What is usual of either arm, one in so many.
    private static readonly (Bad Bad, double Rate)[] s_usual =
        [(Bad.Error, 0.01), (Bad.Timeout, 0.005), (Bad.ContractInvalid, 0.01), (Bad.Refusal, 0.02), (Bad.Empty, 0.005), (Bad.Truncated, 0.03)];

    private delegate Bad Judged(Random random, int unit, bool isCandidate, double gone);

    [Fact]
    public void What_is_no_worse_is_hardly_ever_called_off_by_all_guards_together()
    {
        int calledOff = Count(run => IsCalledOff(Requests(10_000 + run, 20_000, s_requests, Usual), feedback: 0.005));
        int byRepeatedTests = Count(run => IsCalledOffByARepeatedTest(Requests(10_000 + run, 20_000, s_requests, Usual)));

        Assert.InRange(calledOff, 0, s_most);
        Assert.True(byRepeatedTests > s_most, $"A test of fixed size that is looked at every 200 requests called {byRepeatedTests} of the same {s_runs} off."); // The control.
    }

    [Fact]
    public void An_outage_of_both_arms_is_not_the_candidates()
    {
        int both = Count(run => IsCalledOff(Requests(20_000 + run, 20_000, s_requests, Outage(ofBoth: true))));
        int alone = Count(run => IsCalledOff(Requests(20_000 + run, 20_000, s_requests, Outage(ofBoth: false))));

        Assert.InRange(both, 0, s_most);
        Assert.Equal(s_runs, alone); // The control.
    }

    [Fact]
    public void A_few_units_that_nearly_always_fail_are_counted_once_each()
    {
        int requests = s_isSoak ? 200_000 : 40_000;
        int byUnit = Count(run => IsCalledOff(Requests(30_000 + run, 2_000, requests, Clustered)));
        int byRequest = Count(run => IsCalledOff(Scattered(30_000 + run, Requests(30_000 + run, 2_000, requests, Clustered))));

        Assert.InRange(byUnit, 0, s_most);
        Assert.True(byRequest > s_most, $"Counted for each request, as if it were of a unit of its own, {byRequest} of the same {s_runs} were called off."); // The control.
    }

    private static int Count(Func<int, bool> isCalledOff) => Enumerable.Range(0, s_runs).Count(isCalledOff);

    private static Bad Usual(Random random, int unit, bool isCandidate, double gone)
    {
        Bad bad = Bad.None;
        foreach ((Bad one, double rate) in s_usual)
        {
            bad |= random.NextDouble() < rate ? one : Bad.None;
        }

        return bad;
    }

    // From one in a hundred to three in ten, in the middle of the second stage.
    private static Judged Outage(bool ofBoth) => (random, _, isCandidate, gone) =>
        random.NextDouble() < (gone > 0.3 && (ofBoth || isCandidate) ? 0.3 : 0.01) ? Bad.Error : Bad.None;

    // One unit of a hundred, whatever answers it.
    private static Bad Clustered(Random random, int unit, bool isCandidate, double gone) => unit % 100 == 0 && random.NextDouble() < 0.7 ? Bad.Error : Bad.None;

    // So many requests, as many in each stage, of units drawn at random.
    private static IEnumerable<Observation> Requests(int seed, int units, int requests, Judged judged)
    {
        Random random = new(seed);
        int[] buckets = [.. Enumerable.Range(0, units).Select(_ => random.Next(Bucket.Count))];
        for (int i = 0; i < requests; i++)
        {
            int ppm = s_ppm[(int)((long)i * s_ppm.Length / requests)];
            int unit = random.Next(units);
            bool isCandidate = buckets[unit] < ppm;
            Bad bad = judged(random, unit, isCandidate, (double)i / requests);
            yield return new Observation
            {
                Request = Guid.Empty,
                IsCandidate = isCandidate,
                Bucket = buckets[unit],
                Share = ppm / (double)Bucket.Count,
                Bad = bad,
                IsInvalid = (bad & Bad.ContractInvalid) != Bad.None,
                LatencyMicroseconds = random.Next(100_000, 2_000_000),
                OutputTokens = random.Next(1, 1_000),
                NanoUsd = random.Next(1_000, 100_000),
            };
        }
    }

    // The same requests, each as if it were of a unit of its own, of the same arm.
    private static IEnumerable<Observation> Scattered(int seed, IEnumerable<Observation> requests)
    {
        Random random = new(seed);
        foreach (Observation one in requests)
        {
            int ppm = (int)Math.Round(one.Share * Bucket.Count);
            yield return one with { Bucket = one.IsCandidate ? random.Next(ppm) : random.Next(ppm, Bucket.Count) };
        }
    }

    // Looked at after every request. What only holds it is no rollback.
    private static bool IsCalledOff(IEnumerable<Observation> requests, double feedback = 0)
    {
        RolloutTally tally = new(RolloutPlan.Default.GuardsOff);
        Random words = new(7);
        foreach (Observation one in requests)
        {
            if (tally.Observe(one) is { Action: GuardAction.Rollback }
                || (words.NextDouble() < feedback && tally.Feedback(one.IsCandidate, one.Bucket!.Value, one.Share, one.Request) is { Action: GuardAction.Rollback }))
            {
                return true;
            }
        }

        return false;
    }

    // What one would do without knowing better: a test of two rates at five in a hundred, of errors alone, again after every 200 requests.
    private static bool IsCalledOffByARepeatedTest(IEnumerable<Observation> requests)
    {
        (int candidate, int candidateBad, int @base, int baseBad) = (0, 0, 0, 0);
        foreach (Observation one in requests)
        {
            int bad = (one.Bad & Bad.Error) != Bad.None ? 1 : 0;
            (candidate, candidateBad, @base, baseBad) = one.IsCandidate ? (candidate + 1, candidateBad + bad, @base, baseBad) : (candidate, candidateBad, @base + 1, baseBad + bad);
            if ((candidate + @base) % 200 == 0 && candidate > 0 && @base > 0)
            {
                double rate = (candidateBad + baseBad) / (double)(candidate + @base);
                double deviation = Math.Sqrt(rate * (1 - rate) * ((1.0 / candidate) + (1.0 / @base)));
                if (deviation > 0 && ((candidateBad / (double)candidate) - (baseBad / (double)@base)) / deviation > 1.96)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
