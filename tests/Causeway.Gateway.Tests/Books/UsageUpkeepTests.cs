using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Instances;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Books;

public sealed class UsageUpkeepTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 10, 30, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_rolls_up_every_hour_that_is_over_and_drops_what_is_too_old()
    {
        Chores chores = new() { Hours = 3 };
        UsageUpkeep upkeep = new(chores, new UsageRetention(TimeSpan.FromDays(400)), Leadership.Alone(), new FakeTimeProvider(s_now), NullLogger<UsageUpkeep>.Instance);

        await upkeep.TurnAsync(Cancel);

        Assert.Equal(0, chores.Hours);
        Assert.All(chores.RolledBefore, before => Assert.Equal(s_now.AddHours(-1), before));
        Assert.Equal([s_now.AddDays(-400)], chores.DroppedBefore);
    }

    [Fact]
    public async Task Without_a_retention_nothing_is_dropped()
    {
        Chores chores = new() { Hours = 1 };
        UsageUpkeep upkeep = new(chores, new UsageRetention(null), Leadership.Alone(), new FakeTimeProvider(s_now), NullLogger<UsageUpkeep>.Instance);

        await upkeep.TurnAsync(Cancel);

        Assert.Empty(chores.DroppedBefore);
    }

    [Fact]
    public async Task A_turn_that_fails_is_followed_by_the_next()
    {
        FakeTimeProvider time = new(s_now);
        Chores chores = new() { Hours = 1, Failures = 1 };
        using UsageUpkeep upkeep = new(chores, new UsageRetention(null), Leadership.Alone(), time, NullLogger<UsageUpkeep>.Instance);

        await upkeep.StartAsync(Cancel);
        await chores.Turns.WaitAsync(Cancel);
        time.Advance(UsageUpkeep.Between);
        await chores.Turns.WaitAsync(Cancel);
        await upkeep.StopAsync(Cancel);

        Assert.Equal(0, chores.Hours);
    }

    private sealed class Chores : IUsageUpkeep
    {
        public int Hours { get; set; }

        public int Failures { get; set; }

        public List<DateTimeOffset> RolledBefore { get; } = [];

        public List<DateTimeOffset> DroppedBefore { get; } = [];

        /// <summary>Let go of once for each turn, when it has nothing more to roll up or has failed.</summary>
        public SemaphoreSlim Turns { get; } = new(0);

        public Task<bool> RollUpAsync(DateTimeOffset before, CancellationToken cancellation)
        {
            RolledBefore.Add(before);
            if (Failures-- > 0)
            {
                Turns.Release();
                throw new InvalidOperationException("The store is away.");
            }

            bool had = Hours > 0;
            Hours -= had ? 1 : 0;
            if (!had)
            {
                Turns.Release();
            }

            return Task.FromResult(had);
        }

        public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation)
        {
            DroppedBefore.Add(before);
            return Task.FromResult(7L);
        }
    }
}
