using System.Diagnostics;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Channels;
using Causeway.Releases.Guards;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Wire;
using Microsoft.AspNetCore.Http;

namespace Causeway.Testing;

/// <summary>
/// So many channels, each of them being rolled out, and what decisions among them take, by the way that requests go. The tests hold what of it does not depend on the machine, the benchmarks tell the
/// rest.
/// </summary>
internal static class RoutedChannels
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
    private static readonly Call[] s_calls = [.. Enumerable.Range(0, 512).Select(Session)];

    // Nothing here asks what it may spend.
    private static readonly Caller s_caller = new(new Key { Id = KeyId.New(s_now), Hash = KeyHash.Of("k"u8), Shown = "", Attribution = new Attribution("search", "answers", "prod"), CreatedAt = s_now }, Grant: null!);
    private static readonly FindRelease s_find = new(Held(), TimeProvider.System);

    /// <summary>All of them.</summary>
    public static PolicyRevision Of(int channels)
    {
        Release one = new(new ReleaseContent { Pins = [new Pin("p", "one", PinClass.Unknown)] }, null, s_now);
        Release two = new(new ReleaseContent { Pins = [new Pin("p", "two", PinClass.Unknown)] }, null, s_now);
        string[] names = [.. Enumerable.Range(0, channels).Select(i => $"channel-{i}")];
        return PolicyRevision.Empty.WithRouting(
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
    public static void Decide(PolicyRevision policy, RolloutTally tally, string[] names, double[] microseconds)
    {
        for (int i = 0; i < microseconds.Length; i++)
        {
            long began = Stopwatch.GetTimestamp();
            Decide(policy, tally, names[i % names.Length], i);
            microseconds[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        }
    }

    /// <summary>One of them.</summary>
    public static void Decide(PolicyRevision policy, RolloutTally tally, string name, int request)
    {
        Call call = s_calls[request % s_calls.Length];
        s_find.Run(call, s_caller, default, policy.FindChannel(name)!, policy, held: null, out ServedRelease release, out Routed? routed);
        tally.Observe(new Observation
        {
            Request = call.Request,
            IsCandidate = release.NeedsLease,
            Bucket = routed!.Value.Bucket,
            Share = routed.Value.Share,
            Bad = Bad.None,
            LatencyMicroseconds = 1_000,
            OutputTokens = 100,
            NanoUsd = 1_000,
        });
    }

    /// <summary>A revision with one channel's seed changed.</summary>
    public static PolicyRevision Changed(PolicyRevision policy, string seed)
    {
        long revision = policy.Routing.Revision + 1;
        return policy.WithRouting(revision, [], [policy.Routing.RoutingOf("channel-7") with { Revision = revision, Seed = seed }], []);
    }

    private static Call Session(int session)
    {
        Call call = new(new DefaultHttpContext(), Operation.ChatCompletions, null, TimeProvider.System);
        call.Context.Request.Headers[RequestUnit.SessionHeader] = $"session-{session}";
        return call;
    }

    private static CandidateLease Held()
    {
        CandidateLease lease = new(TimeProvider.System);
        lease.HoldForever();
        return lease;
    }
}
