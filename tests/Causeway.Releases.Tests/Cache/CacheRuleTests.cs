using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Cache;

public sealed class CacheRuleTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReleaseId s_base = new(1, 1);
    private static readonly ReleaseId s_candidate = new(2, 2);

    [Fact]
    public void A_channel_that_keeps_nothing_has_no_rule()
    {
        Assert.Null(CacheRule.Of(ChannelRouting.Of("support")));
        Assert.Null(CacheRule.Of(ChannelRouting.Of("support") with { Cache = new CacheSettings(0, s_start) }));
    }

    [Fact]
    public void An_answer_is_given_again_until_its_time_is_over()
    {
        CacheRule rule = Rule(minutes: 10);

        Assert.True(rule.IsFresh(s_base, At(5), At(14.9)));
        Assert.False(rule.IsFresh(s_base, At(5), At(15)));
        Assert.False(rule.IsFresh(s_base, At(-1), At(0))); // Before the cache was turned on, or purged.
    }

    [Fact]
    public void The_time_of_the_base_stands_still_during_a_rollout_and_goes_on_after_it()
    {
        CacheRule during = Rule(10, Rollout(20, end: null));
        CacheRule after = Rule(10, Rollout(20, end: 500));

        Assert.True(during.IsFresh(s_base, At(12), At(400)));
        Assert.False(during.IsFresh(s_base, At(10), At(400))); // Its time was over when the rollout began.
        Assert.True(during.IsFresh(s_base, At(21), At(400))); // Made during it.
        Assert.False(during.IsFresh(s_candidate, At(21), At(400)));
        Assert.True(during.IsFrozen(s_base, At(400)));

        Assert.True(after.IsFresh(s_base, At(12), At(501.9))); // 8 minutes were used before it.
        Assert.False(after.IsFresh(s_base, At(12), At(502)));
        Assert.True(after.IsFresh(s_base, At(400), At(509.9)));
        Assert.False(after.IsFrozen(s_base, At(501)));
    }

    [Fact]
    public void Rollouts_before_the_last_one_are_remembered()
    {
        ChannelRouting routing = ChannelRouting.Of("support") with { Cache = new CacheSettings(600, s_start), Rollout = Rollout(20, 500) };
        routing = routing.WithStarted(Rollout(503, end: null));

        var rule = CacheRule.Of(routing)!;

        Assert.True(rule.IsFresh(s_base, At(15), At(900))); // 5 minutes before the first, 3 between them.
        Assert.False(rule.IsFresh(s_base, At(12), At(900))); // 8 and 3.
        Assert.Equal(CacheSettings.MaxFreezes, Enumerable.Range(0, 99).Aggregate(routing, (now, i) => now.WithStarted(Rollout(1000 + i, 1000 + i))).Cache!.Freezes.Count);
    }

    [Fact]
    public void Whatever_the_rollouts_the_cutoff_parts_what_has_used_up_its_time_from_what_has_not()
    {
        Random random = new(7);
        for (int round = 0; round < 60; round++)
        {
            List<(int From, int To)> frozen = [];
            for (int at = random.Next(30); frozen.Count < 4; at += random.Next(1, 30))
            {
                int from = at;
                frozen.Add((from, at += random.Next(1, 30)));
            }

            ChannelRouting routing = ChannelRouting.Of("support") with { Cache = new CacheSettings(20, s_start) };
            foreach ((int from, int to) in frozen)
            {
                routing = routing.WithStarted(Rollout(from / 60.0, to / 60.0));
            }

            var rule = CacheRule.Of(routing)!;
            for (int now = 0; now < 300; now += 7)
            {
                for (int made = 0; made <= now; made++)
                {
                    int used = Enumerable.Range(made, now - made).Count(second => !frozen.Exists(one => one.From <= second && second < one.To));
                    Assert.True(rule.IsFresh(s_base, At(made / 60.0), At(now / 60.0)) == used < 20, $"made {made}, now {now}, used {used}");
                }
            }
        }
    }

    private static CacheRule Rule(int minutes, Rollout? rollout = null) =>
        CacheRule.Of(ChannelRouting.Of("support") with { Cache = new CacheSettings(minutes * 60, s_start), Rollout = rollout })!;

    private static DateTimeOffset At(double minutes) => s_start.AddTicks((long)Math.Round(minutes * 60) * TimeSpan.TicksPerSecond); // Whole seconds.

    private static Rollout Rollout(double start, double? end) => new()
    {
        Id = RolloutId.New(At(start)),
        Base = s_base,
        Candidate = s_candidate,
        Plan = RolloutPlan.Default,
        StartedAt = At(start),
        StartedBy = "noor",
        StageSince = At(start),
        State = end is null ? RolloutState.Running : RolloutState.Aborted,
        EndedAt = end is { } minutes ? At(minutes) : null,
    };
}
