namespace Causeway.Acceptance.Books;

/// <summary>A8: while the store is well the lease for candidates does not run out. Five seconds in every run; CAUSEWAY_SOAK has the half hour at 2,000 requests a second.</summary>
public sealed class SteadyLeaseTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private static readonly (int PerSecond, TimeSpan Lasts) s_load = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? (100, TimeSpan.FromSeconds(5)) : (2_000, TimeSpan.FromMinutes(30));
    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(2);

    // The control, afterwards: a store that stands still twice is counted by every instance.
    [Fact]
    public async Task Under_load_an_instance_loses_its_lease_once_at_most()
    {
        string key = await house.Gateway.NewKeyAsync("a8");
        (_, string bad) = await house.NewChannelAsync("a8");
        await house.StartRolloutAsync("a8", bad);
        using RolloutLoad load = new(house.All, key, "a8", s_load.PerSecond, s_load.Lasts);
        await load.UntilAllServeAsync(bad);

        long[] before = await LapsesAsync();
        await load.UntilAsync(DateTimeOffset.UtcNow + s_load.Lasts);
        long[] after = await LapsesAsync();
        await FreezeAsync(load);
        await load.UntilAllServeAsync(bad, DateTimeOffset.UtcNow);
        await FreezeAsync(load);
        await load.UntilAllServeAsync(bad, DateTimeOffset.UtcNow);
        await load.StopAsync();
        long[] troubled = await LapsesAsync();

        Assert.All(after.Zip(before, (then, first) => then - first), lapses => Assert.InRange(lapses, 0, 1));
        Assert.All(troubled.Zip(after, (then, first) => then - first), lapses => Assert.True(lapses > 1, $"{lapses} lapses with a store that stood still twice."));
        Assert.True((await house.Gateway.RunAsync("rollback", "a8", "--reason", "enough of it")).ExitCode is 0 or 3);
    }

    private async Task<long[]> LapsesAsync() =>
        await Task.WhenAll(house.All.Select(async one => (await one.RunAsync("rollout", "status", "a8", "--json")).Json.GetProperty("lease").GetProperty("lapses").GetInt64()));

    private async Task FreezeAsync(RolloutLoad load)
    {
        await house.Server.FreezeAsync();
        try
        {
            await load.UntilAsync(DateTimeOffset.UtcNow + s_frozen);
        }
        finally
        {
            await house.Server.ThawAsync();
        }
    }
}
