using System.Diagnostics;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>
/// L1: what ten thousand channels cost, each of them being rolled out, against a few in the same run. The microseconds are the benchmark's (<c>-- routing</c>): other work on the
/// machine is no cost of ours. The best of several tries.
/// </summary>
public sealed class RoutingScaleTests
{
    private const int Few = 64;
    private const int Many = 10_000;
    private const int Tries = 5;
    private const int MostTimesFew = 10; // Memory that is not in the processor's cache, no more: a search through the channels would be some 150.
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] s_units = [.. Enumerable.Range(0, 512).Select(i => $"user:{i}")];

    [Fact]
    public void A_decision_and_its_account_allocate_nothing_and_do_not_grow_with_the_channels()
    {
        double few = Typical(Of(Few), out long byFew);
        double many = Typical(Of(Many), out long byMany);

        Assert.Equal((0, 0), (byFew, byMany));
        Assert.True(many <= MostTimesFew * few, $"A decision among {Many} channels takes {many:0.00} µs, among {Few} {few:0.00} µs.");
    }

    [Fact]
    public void A_revision_with_one_change_costs_less_than_all_of_it()
    {
        RoutingPolicy policy = RoutingPolicy.None;
        TimeSpan all = TimeSpan.MaxValue;
        TimeSpan one = TimeSpan.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long began = Stopwatch.GetTimestamp();
            policy = Of(Many);
            all = Shorter(all, Stopwatch.GetElapsedTime(began));
            ChannelRouting changed = policy.RoutingOf("channel-7") with { Revision = policy.Revision + 1, Seed = $"another-{i}" };
            began = Stopwatch.GetTimestamp();
            policy = policy.With(policy.Revision + 1, [], [changed], []);
            one = Shorter(one, Stopwatch.GetElapsedTime(began));
        }

        Assert.Equal("another-4", policy.Channels["channel-7"].Image!.Routing.Seed);
        Assert.True(one <= all, $"One change took {one.TotalMilliseconds:0.0} ms, all of it {all.TotalMilliseconds:0.0} ms.");
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // The median of the best try, in microseconds.
    private static double Typical(RoutingPolicy policy, out long allocated)
    {
        RolloutTally tally = new([]);
        string[] names = [.. policy.Channels.Keys];
        double[] microseconds = new double[Many];
        Decide(policy, tally, names, microseconds); // Compiled and met: what is measured is what every further request costs.

        double best = double.MaxValue;
        allocated = long.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Decide(policy, tally, names, microseconds);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Array.Sort(microseconds);
            best = Math.Min(best, microseconds[microseconds.Length / 2]);
        }

        return best;
    }

    private static void Decide(RoutingPolicy policy, RolloutTally tally, string[] names, double[] microseconds)
    {
        for (int i = 0; i < microseconds.Length; i++)
        {
            long began = Stopwatch.GetTimestamp();
            RoutingImage image = policy.Channels[names[i % names.Length]].Image!;
            RoutingDecision decision = image.Resolve(new RoutingSubject("search", "answers", "prod", null, s_units[i % s_units.Length], null), hasLease: true);
            tally.Observe(new Observation { Request = Guid.Empty, IsCandidate = decision.Release == image.Candidate, Bucket = decision.Bucket, Share = 0.5, Bad = Bad.None, LatencyMicroseconds = 1_000, OutputTokens = 100, NanoUsd = 1_000 });
            microseconds[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }
    }

    private static RoutingPolicy Of(int channels)
    {
        Release one = new(new ReleaseContent { Pins = [new Pin("p", "one", PinClass.Unknown)] }, null, s_now);
        Release two = new(new ReleaseContent { Pins = [new Pin("p", "two", PinClass.Unknown)] }, null, s_now);
        string[] names = [.. Enumerable.Range(0, channels).Select(i => $"channel-{i}")];
        return RoutingPolicy.None.With(
            1,
            names.Select(name => new ServedChannel(ReleaseChannel.New(name, one.Id, UnsupportedFields.Deny, s_now), one)),
            names.Select(name => ChannelRouting.Of(name) with
            {
                Revision = 1,
                Rollout = new Rollout { Id = RolloutId.New(s_now), Base = one.Id, Candidate = two.Id, Plan = RolloutPlan.Of(500_000), StartedAt = s_now, StartedBy = "noor", StageSince = s_now },
            }),
            [two]);
    }
}
