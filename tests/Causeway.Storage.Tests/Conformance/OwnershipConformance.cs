using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>One process has the store; it is let go of whole.</summary>
public abstract class OwnershipConformance
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_owner_is_refused_and_the_first_goes_on()
    {
        await using TestStore store = await NewAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(store.OpenAsync);

        Assert.Contains(" is in use by another Causeway", refused.Message, StringComparison.Ordinal);
        await store.Store.CheckAsync(Cancel);
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
    }

    [Fact]
    public async Task A_closed_store_can_be_owned_again_and_answers_no_more()
    {
        await using TestStore store = await NewAsync();
        IStore first = store.Store;
        await first.DisposeAsync();
        await first.DisposeAsync();

        await store.RestartAsync();

        await store.Store.CheckAsync(Cancel);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first.CheckAsync(Cancel));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => first.Keys.ListAsync(Cancel));
    }

    [Fact]
    public async Task Closing_finishes_what_was_accepted()
    {
        await using TestStore store = await NewAsync();
        Task[] appends = [.. Enumerable.Range(0, 500).Select(number => store.Usage.AppendAsync([Usage.Number(number)], Cancel))];

        await store.RestartAsync();

        await Task.WhenAll(appends);
        Assert.Equal(500, (await store.Usage.RecentAsync(1000, Cancel)).Count);
    }

    [Fact]
    public async Task A_walk_over_the_chain_is_right_while_it_grows()
    {
        await using TestStore store = await NewAsync();
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task growing = Task.Run(
            async () =>
            {
                for (int second = 1; !enough.IsCancellationRequested; second++)
                {
                    await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, second)), new JournalEntry((LedgerEvent?)null) { Checkpoint = [1] });
                }
            },
            Cancel);

        for (int walk = 0; walk < 100; walk++)
        {
            Assert.Null((await store.Ledger.VerifyAsync(Cancel)).Problem);
        }

        await enough.CancelAsync();
        await growing;
    }

    protected abstract Task<TestStore> NewAsync();
}
