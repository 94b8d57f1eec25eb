using System.Diagnostics;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Postgres;
using Causeway.Storage.Tests.Conformance;
using Causeway.Testing;
using Npgsql;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>
/// F-34 and F-35 on PostgreSQL: conflicts with other sessions, locks that others hold, no connection free, a full disk. The wait has an end, the same again is booked once, and it goes on
/// when it can.
/// </summary>
public sealed class PostgresPressureTests(PostgresCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("40P01")] // A deadlock, of which the server ended this side.
    [InlineData("40001")] // A serialization failure.
    public async Task What_the_server_undid_for_another_session_is_tried_again_and_booked_once(string state)
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        UsageRecord usage = Usage.Number(1);
        await TripAsync(store, "ledger", state, times: PostgresDatabase.MaxTries - 1);
        await TripAsync(store, "keys", state, times: PostgresDatabase.MaxTries - 1);

        await store.Ledger.AppendAsync(new JournalEntry(new LedgerEvent(LedgerEventKind.Settled, 1) { Request = usage.Request }) { Usage = usage });
        Key key = KeyStoreConformance.NewKey(DateTimeOffset.UnixEpoch.AddYears(56));
        await store.Keys.AddAsync(key, Cancel);

        Assert.Equal((1, null), await store.Ledger.VerifyAsync(Cancel) is { } chain ? (chain.Events, chain.Problem) : default);
        Assert.Equal(usage, Assert.Single(await store.Usage.RecentAsync(10, Cancel)));
        Assert.Equal(key.Id, Assert.Single(await store.Keys.ListAsync(Cancel)).Id);
    }

    [Theory]
    [InlineData("40P01", "could not do it beside another session")]
    [InlineData("40001", "could not do it beside another session")]
    [InlineData("53100", "has a full disk")]
    public async Task What_does_not_pass_is_said_and_nothing_of_it_is_kept(string state, string words)
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        UsageRecord usage = Usage.Number(1);
        JournalEntry entry = new(new LedgerEvent(LedgerEventKind.Settled, 1) { Request = usage.Request }) { Usage = usage };
        int times = state == "53100" ? 1 : PostgresDatabase.MaxTries;
        await TripAsync(store, "ledger", state, times);

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Ledger.AppendAsync(entry));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        Assert.False(await store.Ledger.WasAppendedAsync(Cancel));
        Assert.Empty(await store.Usage.RecentAsync(10, Cancel));

        await store.Ledger.AppendAsync(entry); // There is room again.
        Assert.Equal((1, null), await store.Ledger.VerifyAsync(Cancel) is { } chain ? (chain.Events, chain.Problem) : default);
        Assert.Single(await store.Usage.RecentAsync(10, Cancel));
    }

    [Fact]
    public async Task A_lock_that_another_session_holds_is_waited_for_and_then_named()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await using NpgsqlDataSource source = store.Address.NewSource("holder").Build();
        await using NpgsqlConnection holder = await source.OpenConnectionAsync(Cancel);
        await using (NpgsqlTransaction held = await holder.BeginTransactionAsync(Cancel))
        {
            await holder.RunAsync("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE");
            var waited = Stopwatch.StartNew();
            StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1))));
            Assert.Contains("could not do it beside another session", refused.Message, StringComparison.Ordinal);
            Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20));
            await held.RollbackAsync(Cancel);
        }

        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2)));
        Assert.Equal(1, (await store.Ledger.VerifyAsync(Cancel)).Events);
    }

    [Fact]
    public async Task Where_every_connection_waits_the_next_caller_is_told_and_the_books_go_on()
    {
        await using PostgresTestStore store = await PostgresTestStore.OpenAsync(cluster);
        await using NpgsqlDataSource source = store.Address.NewSource("holder").Build();
        await using NpgsqlConnection holder = await source.OpenConnectionAsync(Cancel);
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        Task[] waiting;
        await using (NpgsqlTransaction held = await holder.BeginTransactionAsync(Cancel))
        {
            await holder.RunAsync("LOCK TABLE keys IN ACCESS EXCLUSIVE MODE");
            waiting = [.. Enumerable.Range(0, PostgresDatabase.MaxConnections + 4).Select(_ => (Task)store.Keys.ListAsync(Cancel))];
            using CancellationTokenSource leaving = new();
            Task left = store.Keys.ListAsync(leaving.Token);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

            StoreUnavailableException none = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await (await Task.WhenAny(waiting))); // Who got no connection in 5 s; the others have one.
            Assert.Contains("does not answer in time", none.Message, StringComparison.Ordinal);
            await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2))); // On a session of its own.
            await held.RollbackAsync(Cancel);
        }

        int refused = 0;
        foreach (Task one in waiting)
        {
            await one.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            refused += one.IsFaulted ? 1 : 0;
        }

        Assert.InRange(refused, 1, waiting.Length - 1);
        Assert.Empty(await store.Keys.ListAsync(Cancel));
        Assert.Equal(2, (await store.Ledger.VerifyAsync(Cancel)).Events);
    }

    [Fact]
    public async Task A_server_without_a_connection_free_is_named_and_written_again_when_there_is_one()
    {
        await using PostgresCluster own = new();
        string database = await own.NewDatabaseAsync();
        await using PostgresStore store = await PostgresStore.OpenAsync(PostgresTestStore.AddressOf(own.Url(database)), TimeProvider.System, Cancel);
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
        await own.SqlAsync("postgres", $"ALTER ROLE {PostgresCluster.User} CONNECTION LIMIT 0");
        await own.SqlAsync("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{PostgresCluster.User}'");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2)))); // The session was ended.

        StoreUnavailableException full = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2))));
        Assert.Contains("has no connection free", full.Message, StringComparison.Ordinal);

        await own.SqlAsync("postgres", $"ALTER ROLE {PostgresCluster.User} CONNECTION LIMIT -1");
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2)));
        Assert.Equal(2, (await store.Ledger.VerifyAsync(Cancel)).Events);
    }

    // The next rows of a table are refused with a state of the server's; a sequence counts across what is undone.
    private static Task TripAsync(PostgresTestStore store, string table, string state, int times) => store.ExecuteAsync(
        $"""
        CREATE SEQUENCE {table}_trips;
        CREATE FUNCTION {table}_trip() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
          IF nextval('{table}_trips') <= {times} THEN RAISE EXCEPTION 'tripped' USING ERRCODE = '{state}'; END IF;
          RETURN NEW;
        END $body$;
        CREATE TRIGGER {table}_trip BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_trip();
        """);
}
