using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Postgres;
using Causeway.Storage.Tests.Conformance;
using Causeway.Testing;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>The connection, the server or the stream is lost: what was booked is booked once, and nothing is written over another's work.</summary>
public sealed class PostgresLossTests(PostgresCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_again_after_a_lost_commit_is_kept_once(bool committed)
    {
        string database = await cluster.NewDatabaseAsync();
        using CutProxy proxy = new(cluster.Port);
        await using PostgresStore store = await OpenAsync(cluster.Url(database, proxy.Port));
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        Grant grant = Bookings.NewGrant("usd 5/day");
        (UsageRecord first, UsageRecord second) = (Usage.Number(1), Usage.Number(2));
        JournalEntry[] batch =
        [
            new JournalEntry(new LedgerEvent(LedgerEventKind.GrantCreated, 2) { Grant = grant.Id }) { Grant = grant },
            new JournalEntry(new LedgerEvent(LedgerEventKind.Settled, 3) { Request = first.Request }) { Usage = first },
            new JournalEntry((LedgerEvent?)null) { Usage = second },
            new JournalEntry((LedgerEvent?)null) { Checkpoint = [1] },
        ];
        JournalEntry later = Bookings.Entry(new LedgerEvent(LedgerEventKind.KeyRevoked, 4));

        if (committed)
        {
            proxy.CutAnswerToCommit();
        }
        else
        {
            proxy.CutCommit();
        }

        StoreUnavailableException lost = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Ledger.AppendAsync(batch));
        await store.Ledger.AppendAsync([.. batch, later]); // As the journal does: the same, and more after it.
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 5)));

        Assert.Contains("The connection to the store", lost.Message, StringComparison.Ordinal);
        ChainReport chain = await store.Ledger.VerifyAsync(Cancel);
        Assert.Equal((5, null), (chain.Events, chain.Problem));
        Assert.Equal([1, 2, 3, 4, 5], (await store.Ledger.EventsAsync(new LedgerQuery(), Cancel)).Select(one => one.AtMs));
        Assert.Equal([second, first], await store.Usage.RecentAsync(10, Cancel));
        Assert.Equal(2, (await store.Usage.SpendAsync(new SpendQuery([], DateTimeOffset.MinValue), Cancel))[0].Requests);
        Assert.Equal(3, (await store.Ledger.LoadAsync(Cancel)).Newer!.Seq);
    }

    [Fact]
    public async Task Other_entries_after_a_lost_commit_follow_what_was_kept()
    {
        string database = await cluster.NewDatabaseAsync();
        using CutProxy proxy = new(cluster.Port);
        await using PostgresStore store = await OpenAsync(cluster.Url(database, proxy.Port));
        proxy.CutAnswerToCommit();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1))));

        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.KeyRevoked, 2)));

        Assert.Equal([1, 2], (await store.Ledger.EventsAsync(new LedgerQuery(), Cancel)).Select(one => one.AtMs));
    }

    [Fact]
    public async Task A_session_that_was_ended_is_replaced()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await store.Usage.AppendAsync([Usage.Number(1)], Cancel);
        await store.Usage.RecentAsync(10, Cancel);
        await store.EndSessionsAsync();

        // The reader finds out by itself; the writer's caller is told and comes again.
        Assert.Single(await store.Usage.RecentAsync(10, Cancel));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync([Usage.Number(2)], Cancel));
        await store.Usage.AppendAsync([Usage.Number(2)], Cancel);
        await store.Store.CheckAsync(Cancel);

        Assert.Equal(2, (await store.Usage.RecentAsync(10, Cancel)).Count);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_written_again()
    {
        await using PostgresCluster own = new() { Fsync = true };
        await using PostgresStore store = await OpenAsync(own.Url(await own.NewDatabaseAsync()));
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        await own.StopAsync();

        StoreUnavailableException first = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(Cancel));
        StoreUnavailableException next = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(Cancel));
        StoreUnavailableException read = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Keys.ListAsync(Cancel));
        await own.StartAsync();
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2)));

        Assert.Equal(2, (await store.Ledger.VerifyAsync(Cancel)).Events);
        Assert.Contains("cannot be reached", next.Message, StringComparison.Ordinal);
        Assert.All([first, next, read], failure => Assert.DoesNotContain(PostgresCluster.Password, failure.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_another_process_took_is_not_written_again()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        await store.EndSessionsAsync();
        await using (IStore other = await store.OpenAsync())
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Store.CheckAsync(Cancel)); // The session is gone,
            StoreUnavailableException held = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Store.CheckAsync(Cancel)); // and the stream is another's.
            Assert.Contains("is in use by another Causeway (session ", held.Message, StringComparison.Ordinal);
            await other.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2)));
        }

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 3))));

        Assert.Contains("ends with event 2, where this process wrote event 1 last", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await store.Ledger.VerifyAsync(Cancel)).Events);
    }

    [Fact]
    public async Task A_server_that_takes_no_writes_is_named()
    {
        string database = await cluster.NewDatabaseAsync();
        await using PostgresStore store = await OpenAsync(cluster.Url(database));
        await cluster.SqlAsync("postgres", $"ALTER DATABASE {database} SET default_transaction_read_only = on");
        await cluster.SqlAsync("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync([Usage.Number(1)], Cancel));

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Usage.AppendAsync([Usage.Number(1)], Cancel));

        Assert.Contains("takes no writes", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<PostgresStore> OpenAsync(string url) => await PostgresStore.OpenAsync(PostgresTestStore.AddressOf(url), TimeProvider.System, Cancel);
}
