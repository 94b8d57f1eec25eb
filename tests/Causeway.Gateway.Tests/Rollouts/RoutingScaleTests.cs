using System.Diagnostics;
using Causeway.Gateway.Policy;
using Causeway.Releases.Guards;
using Causeway.Testing;

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
    private const int MostTries = 200;
    private const int MostTimesFew = 10; // Memory that is not in the processor's cache, no more: a search through the channels would be some 150.

    // By the way that requests go.
    [Fact]
    public void A_decision_and_its_account_allocate_nothing_and_do_not_grow_with_the_channels()
    {
        double few = Typical(RoutedChannels.Of(Few), out long byFew);
        double many = Typical(RoutedChannels.Of(Many), out long byMany);

        Assert.Equal((0, 0), (byFew, byMany));
        Assert.True(many <= MostTimesFew * few, $"A decision among {Many} channels takes {many:0.00} µs, among {Few} {few:0.00} µs.");
    }

    [Fact]
    public void A_revision_with_one_change_costs_less_than_all_of_it()
    {
        PolicyRevision policy = PolicyRevision.Empty;
        TimeSpan all = TimeSpan.MaxValue;
        TimeSpan one = TimeSpan.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long began = Stopwatch.GetTimestamp();
            policy = RoutedChannels.Of(Many);
            all = Shorter(all, Stopwatch.GetElapsedTime(began));
            began = Stopwatch.GetTimestamp();
            policy = RoutedChannels.Changed(policy, $"another-{i}");
            one = Shorter(one, Stopwatch.GetElapsedTime(began));
        }

        Assert.Equal("another-4", policy.Channels["channel-7"].Image!.Routing.Seed);
        Assert.True(one <= all, $"One change took {one.TotalMilliseconds:0.0} ms, all of it {all.TotalMilliseconds:0.0} ms.");
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // The median of the best try, in microseconds. Tried on while anything is allocated: code that was not compiled for speed yet puts on the heap what it need not.
    private static double Typical(PolicyRevision policy, out long allocated)
    {
        RolloutTally tally = new([]);
        string[] names = [.. policy.Channels.Keys];
        double[] microseconds = new double[Many];
        RoutedChannels.Decide(policy, tally, names, microseconds); // Compiled and met: what is measured is what every further request costs.

        double best = double.MaxValue;
        allocated = long.MaxValue;
        for (int i = 0; i < Tries || (allocated > 0 && i < MostTries); i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            RoutedChannels.Decide(policy, tally, names, microseconds);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Array.Sort(microseconds);
            best = Math.Min(best, microseconds[microseconds.Length / 2]);
        }

        return best;
    }
}
