using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rollouts;

public sealed class StageKeeperTests
{
    [Fact]
    public async Task A_rollout_goes_to_its_next_stage_by_itself_once_enough_units_have_met_it()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RawUpstream upstream = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await OpenAsync(upstream.Address, time, Inconclusive.Hold);
        using StageKeeper keeper = new(house.Desk, house.House.Policies, Leadership.Alone(), time, NullLogger<StageKeeper>.Instance);

        time.Advance(TimeSpan.FromSeconds(1));
        await keeper.TurnAsync(GatewayHouse.Token);
        Assert.Equal(0, StageOf(house));
        for (int i = 0; i < 40; i++)
        {
            HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
            message.Headers.TryAddWithoutValidation("x-causeway-session", $"s-{i}");
            await house.House.SendAsync(message);
        }

        await house.House.RecordsAsync();
        await keeper.TurnAsync(GatewayHouse.Token);
        await keeper.TurnAsync(GatewayHouse.Token); // The last stage is left by a person.

        Assert.Equal(1, StageOf(house));
        TimelineEntry advanced = house.Store.Timeline.Single(entry => entry.Kind == TimelineKind.StageAdvanced);
        Assert.Equal((ReleaseDesk.Automatic, "automatic"), (advanced.Actor, advanced.Reason));
    }

    [Theory]
    [InlineData(Inconclusive.Hold)]
    [InlineData(Inconclusive.Rollback)]
    public async Task One_whose_evidence_does_not_come_is_held_or_goes_back(Inconclusive wanted)
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RollbackHouse house = await OpenAsync(new Uri("http://127.0.0.1:1"), time, wanted);
        using StageKeeper keeper = new(house.Desk, house.House.Policies, Leadership.Alone(), time, NullLogger<StageKeeper>.Instance);

        time.Advance(TimeSpan.FromSeconds(3));
        await keeper.TurnAsync(GatewayHouse.Token);
        await keeper.TurnAsync(GatewayHouse.Token);

        Rollout rollout = house.House.Policies.Current.Routing.RoutingOf("support").Rollout!;
        Assert.Equal((0, wanted == Inconclusive.Hold ? RolloutState.Running : RolloutState.RolledBack), (rollout.Stage, rollout.State));
        Assert.Equal(wanted == Inconclusive.Hold, rollout.Held?.StartsWith("inconclusive after 3 s: ", StringComparison.Ordinal) == true);
        Assert.Equal(wanted == Inconclusive.Rollback, house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
    }

    private static int StageOf(RollbackHouse house) => house.House.Policies.Current.Routing.RoutingOf("support").Active!.Stage;

    private static async Task<RollbackHouse> OpenAsync(Uri candidate, FakeTimeProvider time, Inconclusive wanted)
    {
        RollbackHouse house = await RollbackHouse.OpenAsync(candidate, new HouseOptions { Time = time }, pointAtBad: false);
        RolloutPlan plan = new()
        {
            Automatic = true,
            Stages =
            [
                new RolloutStage { Kind = StageKind.Percent, Ppm = 500_000, MinSeconds = 1, MinUnits = 5, MaxSeconds = 3, OnInconclusive = wanted },
                new RolloutStage { Kind = StageKind.Bake, Ppm = 900_000 },
            ],
        };
        Assert.Empty(plan.Problems());
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, "test", "noor", "test", GatewayHouse.Token))!.Refusal);
        return house;
    }
}
