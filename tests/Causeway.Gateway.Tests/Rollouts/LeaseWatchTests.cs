using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rollouts;

public sealed class LeaseWatchTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(3, 60, true)]
    [InlineData(2, 60, false)]
    [InlineData(6, 200, false)] // So seldom that never three are within five minutes.
    public async Task A_lease_that_runs_out_again_and_again_holds_rollouts(int lapses, int secondsBetween, bool isHeld)
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        CandidateLease lease = new(_time);
        using LeaseWatch watch = new(lease, house.Desk, _time, NullLogger<LeaseWatch>.Instance);
        lease.Renew(_time.GetTimestamp());
        for (int i = 0; i < lapses; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(secondsBetween));
            Assert.False(lease.IsLive); // Somebody asks.
            await watch.TurnAsync(GatewayHouse.Token);
            Assert.Null(Held(house)); // The store is not there to hold anything in.
            lease.Renew(_time.GetTimestamp());
            await watch.TurnAsync(GatewayHouse.Token);
        }

        Assert.Equal(isHeld, Held(house)?.StartsWith("the lease for candidates ran out 3 times in 5 minutes", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task A_drill_that_withholds_it_is_none()
    {
        await using RollbackHouse house = await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), startRollout: true);
        CandidateLease lease = new(_time);
        using LeaseWatch watch = new(lease, house.Desk, _time, NullLogger<LeaseWatch>.Instance);
        for (int i = 0; i < 2 * LeaseWatch.TooMany; i++)
        {
            lease.Renew(_time.GetTimestamp());
            Assert.True(lease.TryWithhold());
            _time.Advance(2 * CandidateLease.Term);
            Assert.False(lease.IsLive);
            lease.Restore();
            lease.Renew(_time.GetTimestamp());
            await watch.TurnAsync(GatewayHouse.Token);
        }

        Assert.Equal((0L, null), (lease.Lapses, Held(house)));
    }

    private static string? Held(RollbackHouse house) => house.House.Policies.Current.Routing.RoutingOf("support").Active!.Held;
}
