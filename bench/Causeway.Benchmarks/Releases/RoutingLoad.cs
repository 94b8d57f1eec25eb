using System.Diagnostics;
using System.Globalization;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Benchmarks.Releases;

/// <summary>
/// What a request's decision and its account cost among many channels, each of them being rolled out, and what a revision with one change costs:
/// <c>-- routing [CHANNELS]</c>, ten thousand when left out. Percentiles, which a mean does not tell: one in a hundred may take 5 µs.
/// </summary>
internal static class RoutingLoad
{
    private const int DefaultChannels = 10_000;
    private const int Rounds = 20;

    public static void Run(string[] args)
    {
        int channels = args is [{ } count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultChannels;
        foreach (int each in (int[])[64, channels])
        {
            RoutingPolicy policy = Of(each);
            double[] decisions = [.. Enumerable.Range(0, Rounds + 1).Select(_ => Decide(policy)).Skip(1).SelectMany(all => all).Order()]; // The first is compiled in.
            double[] changes = [.. Enumerable.Range(0, Rounds).Select(i => Change(ref policy, i)).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"routing: {each:#,0} channels; a decision and its account p50 {Of(decisions, 0.5):0.00} µs, p99 {Of(decisions, 0.99):0.00} µs, p99.9 {Of(decisions, 0.999):0.0} µs; a revision with one change p50 {Of(changes, 0.5) / 1000:0.0} ms, at most {changes[^1] / 1000:0.0} ms"));
        }
    }

    private static double Of(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    private static double[] Decide(RoutingPolicy policy)
    {
        RolloutTally tally = new([]);
        string[] names = [.. policy.Channels.Keys];
        string[] units = [.. Enumerable.Range(0, 512).Select(i => $"user:{i}")];
        double[] microseconds = new double[DefaultChannels];
        for (int i = 0; i < microseconds.Length; i++)
        {
            long began = Stopwatch.GetTimestamp();
            RoutingImage image = policy.Channels[names[i % names.Length]].Image!;
            RoutingDecision decision = image.Resolve(new RoutingSubject("search", "answers", "prod", null, units[i % units.Length], null), hasLease: true);
            tally.Observe(new Observation { Request = Guid.Empty, IsCandidate = decision.Release == image.Candidate, Bucket = decision.Bucket, Share = 0.5, Bad = Bad.None, LatencyMicroseconds = 1_000, OutputTokens = 100, NanoUsd = 1_000 });
            microseconds[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }

        return microseconds;
    }

    private static double Change(ref RoutingPolicy policy, int round)
    {
        ChannelRouting changed = policy.RoutingOf("channel-7") with { Revision = policy.Revision + 1, Seed = $"another-{round}" };
        long began = Stopwatch.GetTimestamp();
        policy = policy.With(policy.Revision + 1, [], [changed], []);
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds;
    }

    private static RoutingPolicy Of(int channels)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Release one = new(new ReleaseContent { Pins = [new Pin("p", "one", PinClass.Unknown)] }, null, now);
        Release two = new(new ReleaseContent { Pins = [new Pin("p", "two", PinClass.Unknown)] }, null, now);
        string[] names = [.. Enumerable.Range(0, channels).Select(i => $"channel-{i}")];
        return RoutingPolicy.None.With(
            1,
            names.Select(name => new ServedChannel(ReleaseChannel.New(name, one.Id, UnsupportedFields.Deny, now), one)),
            names.Select(name => ChannelRouting.Of(name) with
            {
                Revision = 1,
                Rollout = new Rollout { Id = RolloutId.New(now), Base = one.Id, Candidate = two.Id, Plan = RolloutPlan.Of(500_000), StartedAt = now, StartedBy = "bench", StageSince = now },
            }),
            [two]);
    }
}
