using System.Diagnostics;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Testing;

/// <summary>So many channels, each of them being rolled out, and what decisions among them take. The tests hold what of it does not depend on the machine, the benchmarks tell the rest.</summary>
internal static class RoutedChannels
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] s_units = [.. Enumerable.Range(0, 512).Select(i => $"user:{i}")];

    /// <summary>All of them.</summary>
    public static RoutingPolicy Of(int channels)
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

    /// <summary>A decision and its account for each place in a list, one channel after another.</summary>
    /// <param name="policy">The channels.</param>
    /// <param name="tally">Who counts.</param>
    /// <param name="names">Their names.</param>
    /// <param name="microseconds">Takes what each took.</param>
    public static void Decide(RoutingPolicy policy, RolloutTally tally, string[] names, double[] microseconds)
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

    /// <summary>A revision with one channel's seed changed.</summary>
    public static TimeSpan Change(ref RoutingPolicy policy, string seed)
    {
        ChannelRouting changed = policy.RoutingOf("channel-7") with { Revision = policy.Revision + 1, Seed = seed };
        long began = Stopwatch.GetTimestamp();
        policy = policy.With(policy.Revision + 1, [], [changed], []);
        return Stopwatch.GetElapsedTime(began);
    }
}
