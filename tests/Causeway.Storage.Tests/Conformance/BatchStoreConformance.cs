using Causeway.Budgets.Batches;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IBatchStore"/> promises, whatever the engine.</summary>
public abstract class BatchStoreConformance
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_comes_back_as_it_went_in_and_a_later_word_takes_its_place()
    {
        await using TestStore store = await NewAsync();
        TakenBatch taken = Batch(0);
        TakenBatch asked = taken with { State = BatchState.Settled, AskedAt = s_noon.AddMinutes(1), NextAt = s_noon.AddMinutes(3), Asks = 1, Word = "2 of 3 succeeded" };

        await store.Batches.KeepAsync(taken, Cancel);
        Assert.Equal(taken, await store.Batches.FindAsync(taken.Request, Cancel));
        await store.Batches.KeepAsync(asked, Cancel);

        Assert.Equal(asked, await store.Batches.FindAsync(taken.Request, Cancel));
        Assert.Null(await store.Batches.FindAsync(Batch(1).Request, Cancel));
    }

    [Fact]
    public async Task Due_are_those_that_are_open_and_whose_moment_came_the_longest_waiting_first()
    {
        await using TestStore store = await NewAsync();
        TakenBatch[] batches = [.. Enumerable.Range(0, 6).Select(Batch)];
        batches[1] = batches[1] with { State = BatchState.Lapsed };
        batches[0] = batches[0] with { NextAt = s_noon.AddMinutes(4) };
        foreach (TakenBatch batch in batches)
        {
            await store.Batches.KeepAsync(batch, Cancel);
        }

        Assert.Equal([batches[2], batches[3], batches[0], batches[4]], await store.Batches.DueAsync(s_noon.AddMinutes(4), 10, Cancel));
        Assert.Equal([batches[2], batches[3]], await store.Batches.DueAsync(s_noon.AddMinutes(4), 2, Cancel));
        Assert.Empty(await store.Batches.DueAsync(s_noon, 10, Cancel));
    }

    [Fact]
    public async Task All_are_listed_the_newest_first_or_those_of_a_state()
    {
        await using TestStore store = await NewAsync();
        TakenBatch[] batches = [Batch(0), Batch(1) with { State = BatchState.Settled }, Batch(2), Batch(3) with { State = BatchState.Lapsed }];
        foreach (TakenBatch batch in batches)
        {
            await store.Batches.KeepAsync(batch, Cancel);
        }

        Assert.Equal(batches.Reverse(), await store.Batches.ListAsync(null, 10, Cancel));
        Assert.Equal([batches[2], batches[0]], await store.Batches.ListAsync(BatchState.Open, 10, Cancel));
        Assert.Equal([batches[3]], await store.Batches.ListAsync(null, 1, Cancel));
        Assert.Empty(await store.Batches.ListAsync(BatchState.Told, 10, Cancel));
    }

    [Fact]
    public async Task Only_closed_ones_are_forgotten()
    {
        await using TestStore store = await NewAsync();
        TakenBatch open = Batch(0);
        TakenBatch old = Batch(1) with { State = BatchState.Settled };
        TakenBatch young = Batch(5) with { State = BatchState.Told };
        foreach (TakenBatch batch in (TakenBatch[])[open, old, young])
        {
            await store.Batches.KeepAsync(batch, Cancel);
        }

        Assert.Equal(1, await store.Batches.DropAsync(s_noon.AddMinutes(2), Cancel));

        Assert.Null(await store.Batches.FindAsync(old.Request, Cancel));
        Assert.Equal([open, young], [await store.Batches.FindAsync(open.Request, Cancel), await store.Batches.FindAsync(young.Request, Cancel)]);
    }

    /// <summary>An empty store.</summary>
    protected abstract Task<TestStore> NewAsync();

    internal static TakenBatch Batch(int number) => new(
        new Guid($"0193a1b2-c3d4-7e5f-8a9b-{number:D12}"), "anthropic", $"msgbatch_{number}", 1, s_noon.AddMinutes(number), s_noon.AddMinutes(number).AddDays(2))
    { NextAt = s_noon.AddMinutes(number == 0 ? 1 : number) };
}
