using System.Diagnostics;
using System.Globalization;
using Causeway.Gateway.Policy;
using Causeway.Releases.Guards;
using Causeway.Testing;

namespace Causeway.Benchmarks.Releases;

/// <summary>
/// What a request's decision and its account cost among many channels, each of them being rolled out, what a revision with one change costs, and for how long decisions stand still while one revision after
/// another takes the place of the one before: <c>-- routing [CHANNELS]</c>, ten thousand when left out. Percentiles, which a mean does not tell: one in a hundred may take 5 µs.
/// </summary>
internal static class RoutingLoad
{
    private const int DefaultChannels = 10_000;
    private const int Rounds = 20;
    private const int Swaps = 200;

    public static async Task RunAsync(string[] args)
    {
        int channels = args is [{ } count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultChannels;
        foreach (int each in (int[])[64, channels])
        {
            PolicyRevision policy = RoutedChannels.Of(each);
            (double[] decisions, double bytes) = Decide(policy);
            double[] changes = [.. Enumerable.Range(0, Rounds).Select(i => Change(ref policy, $"another-{i}")).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"routing: {each:#,0} channels; a decision and its account p50 {Of(decisions, 0.5):0.00} µs, p99 {Of(decisions, 0.99):0.00} µs, p99.9 {Of(decisions, 0.999):0.0} µs, {bytes:0} bytes; a revision with one change p50 {Of(changes, 0.5):0.0} ms, at most {changes[^1]:0.0} ms"));
            await SwapAsync(policy);
        }
    }

    private static double Of(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    private static (double[] Microseconds, double BytesEach) Decide(PolicyRevision policy)
    {
        string[] names = [.. policy.Channels.Keys];
        double[] microseconds = new double[DefaultChannels];
        List<double> all = new(Rounds * DefaultChannels);
        RoutedChannels.Decide(policy, new RolloutTally([]), names, microseconds); // Compiled in.
        long bytes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            RolloutTally tally = new([]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            RoutedChannels.Decide(policy, tally, names, microseconds);
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
            all.AddRange(microseconds);
        }

        return ([.. all.Order()], bytes / (double)all.Count);
    }

    private static double Change(ref PolicyRevision policy, string seed)
    {
        long began = Stopwatch.GetTimestamp();
        policy = RoutedChannels.Changed(policy, seed);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    // One thread decides without a rest while this one publishes: the longest time between two of its decisions is what a request can have waited for a revision, for the collector, or for a processor.
    private static async Task SwapAsync(PolicyRevision policy)
    {
        PolicyPublisher policies = new();
        policies.Publish(_ => policy);
        using CancellationTokenSource over = new();
        Task<(long Decisions, TimeSpan Longest)> deciding = Task.Factory.StartNew(() => DecideUntil(policies, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        (TimeSpan pause, TimeSpan paused, int collections) = (TimeSpan.Zero, GC.GetTotalPauseDuration(), GC.CollectionCount(0));
        for (int i = 0; i < Swaps; i++)
        {
            policies.Publish(now => RoutedChannels.Changed(now, $"swap-{i}"));
            foreach (TimeSpan one in GC.GetGCMemoryInfo(GCKind.Any).PauseDurations)
            {
                pause = one > pause ? one : pause;
            }
        }

        await over.CancelAsync();
        (long decisions, TimeSpan longest) = await deciding;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {Swaps} revisions swapped under {decisions:#,0} decisions: the longest gap between two {longest.TotalMilliseconds:0.00} ms, the longest pause of the collector seen {pause.TotalMilliseconds:0.00} ms, {GC.CollectionCount(0) - collections} collections, {(GC.GetTotalPauseDuration() - paused).TotalMilliseconds:0.0} ms in all"));
    }

    private static (long Decisions, TimeSpan Longest) DecideUntil(PolicyPublisher policies, CancellationToken over)
    {
        string[] names = [.. policies.Current.Channels.Keys];
        RolloutTally tally = new([]);
        (long decisions, long longest, long last) = (0, 0, Stopwatch.GetTimestamp());
        while (!over.IsCancellationRequested)
        {
            RoutedChannels.Decide(policies.Current, tally, names[decisions % names.Length], (int)(decisions % int.MaxValue));
            long now = Stopwatch.GetTimestamp();
            (decisions, longest, last) = (decisions + 1, Math.Max(longest, now - last), now);
        }

        return (decisions, Stopwatch.GetElapsedTime(0, longest));
    }
}
