using Causeway.Gateway.Cache;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.Cache;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Cache;
using Causeway.Releases.Guards;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>
/// Invariant 12 of releases: while a rollout is not finalized its base is there and its answers keep what time they have, whatever becomes of the rollout, and for an instance that starts meanwhile too.
/// That it is funded is <see cref="RollbackAllowanceTests"/>, and that it is warm <see cref="GrowthTests"/>.
/// </summary>
public sealed class BaseKeptTests
{
    // Whose answers are kept for ten minutes: three hours later they are given where the rollout is not over, and are not where it is.
    [Theory]
    [InlineData("running", true)]
    [InlineData("advanced", true)]
    [InlineData("held", true)]
    [InlineData("paused", true)]
    [InlineData("asked", true)]
    [InlineData("aborted", false)]
    [InlineData("rolled back", false)]
    [InlineData("finalized", false)]
    public async Task Base_is_served_and_its_answers_keep_their_time_until_the_rollout_is_over(string state, bool isKept)
    {
        await using RawUpstream bad = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using CacheHouse house = await CacheHouse.OpenAsync(bad.Address);
        await house.AskAsync(CacheHouse.Chat());
        Rollout rollout = await StartAsync(house);
        await LeadAsync(house, rollout, state);
        house.Time.Advance(TimeSpan.FromHours(3));

        PolicyPublisher other = await StartAnotherAsync(house);

        foreach (PolicyRevision policy in (PolicyRevision[])[house.House.Policies.Current, other.Current])
        {
            ServedChannel channel = policy.FindChannel("support")!;
            CacheRule rule = CacheRule.Of(policy.Routing.RoutingOf("support"))!;
            DateTimeOffset now = house.Time.GetUtcNow();
            Assert.Equal(state == "finalized" ? house.Back.Bad.Id : house.Back.Good.Id, channel.Stable.Release.Id);
            Assert.NotEmpty(channel.Stable.RoutesIn(policy));
            Assert.Equal((isKept, isKept), (rule.IsFrozen(house.Back.Good.Id, now), rule.IsFresh(house.Back.Good.Id, rollout.StartedAt, now)));
            Assert.False(rule.IsFrozen(house.Back.Bad.Id, now)); // The candidate's own time goes on.
        }

        if (state == "paused" || state == "rolled back")
        {
            Assert.Equal((state == "paused" ? "hit" : "miss", house.Back.Good.Id), (CacheHouse.Word(await house.AskAsync(CacheHouse.Chat())), house.House.Policies.Current.FindChannel("support")!.Served.Release.Id));
        }
    }

    // What forgets answers whose time is over spares those of base, on an instance that has only just started.
    [Theory]
    [InlineData("paused", 1)]
    [InlineData("aborted", 0)]
    public async Task An_instance_that_has_just_started_forgets_none_of_them(string state, int left)
    {
        await using CacheHouse house = await CacheHouse.OpenAsync();
        await house.AskAsync(CacheHouse.Chat());
        await LeadAsync(house, await StartAsync(house), state);
        house.Time.Advance(TimeSpan.FromHours(3));
        PolicyPublisher other = await StartAnotherAsync(house);

        await new CacheUpkeep(house.Answers, other, new CacheLimits(), Leadership.Alone(), house.Time, NullLogger<CacheUpkeep>.Instance).TurnAsync(GatewayHouse.Token);

        Assert.Equal(left, house.Answers.Keys.Count);
    }

    private static async Task<Rollout> StartAsync(CacheHouse house)
    {
        RolloutPlan plan = new() { Stages = [new RolloutStage { Kind = StageKind.Percent, Ppm = 100_000 }, new RolloutStage { Kind = StageKind.Bake, Ppm = 900_000 }] };
        RolloutResult? started = await house.Back.Desk.StartAsync("support", house.Back.Bad.Id, plan, "rehearsed", "noor", "test", GatewayHouse.Token);
        Assert.Null(started!.Refusal);
        return started.Routing.Rollout!;
    }

    private static async Task LeadAsync(CacheHouse house, Rollout rollout, string state)
    {
        ReleaseDesk desk = house.Back.Desk;
        RolloutResult? done = null;
        switch (state)
        {
            case "advanced":
                done = await desk.AdvanceAsync("support", force: true, "noor", "looked at", GatewayHouse.Token);
                break;
            case "held":
                await desk.ActAsync("support", rollout, new GuardCrossing(GuardKind.Latency, GuardAction.Hold, "slower", []), GatewayHouse.Token);
                Assert.NotNull(house.House.Policies.Current.Routing.RoutingOf("support").Active!.Held);
                break;
            case "paused":
                done = await desk.PauseAsync("support", "noor", null, GatewayHouse.Token);
                break;
            case "asked":
                done = await desk.FinalizeAsync("support", needsTwo: true, force: true, "noor", "the first of two", GatewayHouse.Token);
                break;
            case "aborted":
                done = await desk.AbortAsync("support", "noor", "superseded", GatewayHouse.Token);
                break;
            case "rolled back":
                await house.Back.RollBackAsync();
                break;
            case "finalized":
                done = await desk.FinalizeAsync("support", needsTwo: false, force: true, "noor", "good", GatewayHouse.Token);
                break;
        }

        Assert.Null(done?.Refusal);
    }

    // One that knows nothing but what the store holds and which providers there are.
    private static async Task<PolicyPublisher> StartAnotherAsync(CacheHouse house)
    {
        PolicyPublisher other = new();
        other.Publish(empty => empty.With(house.House.Policies.Current.Providers));
        ReleaseDesk desk = new(
            house.Back.Store, house.Back.Store, house.Back.Store, other, house.House.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, house.Time), house.Time, NullLogger<ReleaseDesk>.Instance);
        await desk.LoadAsync(GatewayHouse.Token);
        return other;
    }
}
