using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using CsCheck;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IUsageUpkeep"/> promises, whatever the engine.</summary>
public abstract class UsageUpkeepConformance
{
    private static readonly SpendDimension[] s_dimensions = [.. Enum.GetValues<SpendDimension>().Except([SpendDimension.EndUser, SpendDimension.Tag])]; // There are no totals of those.

    private static readonly Gen<SpendQuery> s_anyQuery =
        from groups in Gen.OneOf(s_dimensions).Array[0, 4].Select(some => some.Distinct().ToArray())
        from since in Gen.Int[-30, 40]
        from until in Gen.Int[-30, 80].Nullable()
        select new SpendQuery(groups, Usage.Start.AddHours(since), until is { } hours ? Usage.Start.AddHours(hours) : null);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Spend_is_the_sum_of_the_records_however_far_they_are_rolled_up()
    {
        await using TestStore store = await NewAsync();
        foreach (Budgets.Keys.Key key in Usage.Keys)
        {
            await store.Keys.AddAsync(key, Cancel);
        }

        UsageRecord[] records = Usage.Any.Array[120].Single();
        Random random = new(20261126);
        int booked = 0;
        while (booked < records.Length)
        {
            // Booked late, and rolled up in between: an hour that is in its day already is booked in both.
            UsageRecord[] some = records[booked..Math.Min(records.Length, booked + random.Next(1, 40))];
            await store.Usage.AppendAsync(some, Cancel);
            booked += some.Length;
            for (int hours = random.Next(0, 12); hours > 0 && await store.Upkeep.RollUpAsync(Usage.Start.AddHours(random.Next(0, 40)), Cancel); hours--)
            {
                // One after another.
            }

            await s_anyQuery.SampleAsync(
                async query => Assert.Equivalent(Usage.Spend(records[..booked], query), await store.Usage.SpendAsync(query, Cancel), strict: true), iter: 25, threads: 1);
        }
    }

    [Fact]
    public async Task Each_hour_is_rolled_up_once_and_only_when_it_is_over()
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync([At(0), At(1), At(5)], Cancel);

        List<bool> did = [];
        for (int turn = 0; turn < 3; turn++)
        {
            did.Add(await store.Upkeep.RollUpAsync(Usage.Start.AddHours(5), Cancel));
        }

        Assert.Equal([true, true, false], did);
        Assert.True(await store.Upkeep.RollUpAsync(Usage.Start.AddHours(6), Cancel));
        Assert.False(await store.Upkeep.RollUpAsync(Usage.Start.AddHours(6), Cancel));
        await store.RestartAsync();
        Assert.False(await store.Upkeep.RollUpAsync(Usage.Start.AddHours(60), Cancel));
        Assert.Equal(3, Assert.Single(await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Team], Usage.Start.AddDays(-2)), Cancel)).Requests);
    }

    [Fact]
    public async Task A_later_word_on_an_hour_that_was_rolled_up_is_in_the_sums_of_its_day()
    {
        await using TestStore store = await NewAsync();
        UsageRecord record = At(0) with { CostNanoUsd = null };
        await store.Usage.AppendAsync([record], Cancel);
        await store.Upkeep.RollUpAsync(Usage.Start.AddHours(2), Cancel);

        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null) { Adjusted = new UsageAdjustment(record.Request, new TokenCounts(5, 0, 0, 0, 0, 0, 7, 2), 11) });

        // From the day before on, so that the whole day is asked for.
        SpendRow whole = Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], Usage.Start.AddDays(-1)), Cancel));
        SpendRow hour = Assert.Single(await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Hour], Usage.Start.AddDays(-1)), Cancel));
        Assert.Equal((0, record.Tokens.Input + 5, record.Tokens.Output + 7, 11), (whole.UnpricedRequests, whole.InputTokens, whole.OutputTokens, whole.CostNanoUsd));
        Assert.Equal(whole with { Group = hour.Group }, hour);
    }

    [Fact]
    public async Task What_is_dropped_is_gone_with_its_trail_and_the_sums_stay()
    {
        await using TestStore store = await NewAsync();
        UsageRecord[] records = [.. Enumerable.Range(0, 12).Select(day => At(day * 24) with { Trail = [new AttemptRecord("p", "m", "overloaded", 503, TimeSpan.FromMilliseconds(1), null)] })];
        await store.Usage.AppendAsync(records, Cancel);
        await store.Ledger.AppendAsync(new JournalEntry((LedgerEvent?)null) { Adjusted = new UsageAdjustment(records[0].Request, new TokenCounts(5, 0, 0, 0, 0, 0, 7, 2), 11) });
        SpendQuery all = new([SpendDimension.Day, SpendDimension.Model], Usage.Start.AddDays(-1));
        IReadOnlyList<SpendRow> before = await store.Usage.SpendAsync(all, Cancel);
        DateTimeOffset midnight = new(Usage.Start.AddDays(4).UtcDateTime.Date, TimeSpan.Zero);

        long dropped = await store.Upkeep.DropBeforeAsync(midnight, Cancel);

        Assert.Equal(4, dropped);
        Assert.Equal(0, await store.Upkeep.DropBeforeAsync(midnight, Cancel));
        Assert.Equivalent(before, await store.Usage.SpendAsync(all, Cancel), strict: true);
        Assert.Equal(records.Skip(4).Reverse().Select(record => record.Request), (await store.Usage.RecentAsync(100, Cancel)).Select(record => record.Request));
        Assert.All(await store.Usage.RecentAsync(100, Cancel), record => Assert.Single(record.Trail));
        Assert.Null(await store.Usage.FindAsync(records[0].Request, Cancel));

        // What comes late for such a day is booked all the same, also by the next process, and goes the next time.
        await store.Usage.AppendAsync([At(1)], Cancel);
        await store.RestartAsync();
        await store.Usage.AppendAsync([At(12 * 24)], Cancel);
        Assert.Equal(1, await store.Upkeep.DropBeforeAsync(midnight, Cancel));
        Assert.Equal(14, Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], Usage.Start.AddDays(-1)), Cancel)).Requests);
    }

    [Fact]
    public async Task Bookings_go_on_while_records_are_dropped_and_hours_rolled_up()
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync([.. Enumerable.Range(0, 5_000).Select(i => At(i % 48) with { Request = Guid.CreateVersion7(Usage.Start.AddHours(i % 48).AddMilliseconds(i)) })], Cancel);

        Task<long> dropping = store.Upkeep.DropBeforeAsync(Usage.Start.AddDays(1), Cancel);
        Task rolling = Task.Run(
            async () =>
            {
                while (await store.Upkeep.RollUpAsync(Usage.Start.AddHours(30), Cancel))
                {
                    // One after another.
                }
            },
            Cancel);
        for (int i = 0; i < 50; i++)
        {
            await store.Usage.AppendAsync([At(i % 48) with { Request = Guid.CreateVersion7(Usage.Start.AddDays(2).AddSeconds(i)) }], Cancel);
        }

        await Task.WhenAll(dropping, rolling);
        Assert.True(await dropping > 0);
        Assert.Equal(5_050, Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], Usage.Start.AddDays(-1)), Cancel)).Requests);
        Assert.Equal(5_050, (await store.Usage.SpendAsync(new SpendQuery([SpendDimension.Hour], Usage.Start.AddDays(-1)), Cancel)).Sum(row => row.Requests));
    }

    protected abstract Task<TestStore> NewAsync();

    private static UsageRecord At(int hour) => Usage.Number(1) with { Request = Guid.CreateVersion7(Usage.Start.AddHours(hour)), At = Usage.Start.AddHours(hour) };
}
