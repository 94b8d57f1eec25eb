using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Releases.Instances;
using Causeway.Releases.Rollback;
using Causeway.Storage.Tests.Conformance;
using Causeway.Testing;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>Several instances on one database.</summary>
public sealed class PostgresTurnTests(PostgresCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_is_told_what_the_others_wrote_and_writes_after_it()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        await using IStore second = await first.OpenAsync();
        Grant grant = Bookings.NewGrant("usd 5/day");
        var overlay = new Overlay(Guid.NewGuid(), grant.Id, 0, 7, 1, 9, "raise");
        await first.Ledger.AppendAsync(
            new JournalEntry(new LedgerEvent(LedgerEventKind.GrantCreated, 1) { Grant = grant.Id, Detail = GrantJson.Text(grant) }) { Grant = grant },
            new JournalEntry(new LedgerEvent(LedgerEventKind.OverlayAdded, 2) { Grant = grant.Id }) { Overlays = [overlay] },
            new JournalEntry((LedgerEvent?)null) { Checkpoint = [2, 0, 0, 0, 0, 0, 0, 0, 5] });
        LedgerNews? told = null;

        await second.Ledger.AppendAsync(
            news =>
            {
                told = news;
                return [Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 3))];
            },
            Cancel);
        LedgerNews? back = null;
        await first.Ledger.AppendAsync(
            news =>
            {
                back = news;
                return [];
            },
            Cancel);

        Assert.Equal([LedgerEventKind.GrantCreated, LedgerEventKind.OverlayAdded], told!.Events.Select(one => one.Kind));
        Assert.Equal([overlay], told.Overlays);
        Assert.Equal([new LedgerMark(2, 5)], told.Checkpoints);
        Assert.Equal([(3L, LedgerEventKind.Started)], back!.Events.Select(one => (one.Seq, one.Kind)));
        Assert.Empty(back.Checkpoints);
        Assert.True(told.NowMs > 0);
        Assert.Equal((3, null), ((await first.Ledger.VerifyAsync(Cancel)).Events, (await second.Ledger.VerifyAsync(Cancel)).Problem));
    }

    [Fact]
    public async Task Turns_of_many_follow_one_another_without_a_gap()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        IStore[] stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => first.OpenAsync()));
        long[] heard = new long[stores.Length];

        await Task.WhenAll(stores.Select((store, number) => Task.Run(
            async () =>
            {
                for (int turn = 0; turn < 25; turn++)
                {
                    await store.Ledger.AppendAsync(
                        news =>
                        {
                            heard[number] += news.Events.Count;
                            return [Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, news.NowMs!.Value) { Code = "x" })];
                        },
                        Cancel);
                }
            },
            Cancel)));

        ChainReport chain = await first.Ledger.VerifyAsync(Cancel);
        Assert.Equal((100, null), (chain.Events, chain.Problem));
        Assert.All(heard, count => Assert.InRange(count, 1, 75));
        foreach (IStore store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_instance_that_stops_in_its_turn_loses_it()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        await using IStore second = await first.OpenAsync();
        TaskCompletionSource inTurn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ManualResetEventSlim goOn = new();
        Task stopped = Task.Run(
            () => first.Ledger.AppendAsync(
                _ =>
                {
                    inTurn.SetResult();
                    goOn.Wait(Cancel); // As a process does that is sent SIGSTOP.
                    return [Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1))];
                },
                Cancel),
            Cancel);
        await inTurn.Task;

        await second.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 2))); // Waits until the server has ended the other's session.
        goOn.Set();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => stopped);
        Assert.False(await first.Ledger.WasAppendedAsync(Cancel));
        Assert.Equal(1, (await first.Ledger.VerifyAsync(Cancel)).Events);
    }

    [Fact]
    public async Task Changes_are_numbered_and_told_and_one_leads()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        IStore second = await first.OpenAsync();
        IInstanceStore here = first.Store.Instances!;
        IInstanceStore there = second.Instances!;
        TaskCompletionSource<StoreWord> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task listening = there.ListenAsync(word => told.TrySetResult(word), enough.Token);
        Assert.Equal(new PolicyNews(0, ""), await here.BeatAsync(Beat("here", 0), Cancel));
        Assert.Equal(new PolicyNews(0, ""), await there.BeatAsync(Beat("there", 0), Cancel));

        while (!told.Task.IsCompleted)
        {
            await first.Keys.AddAsync(KeyStoreConformance.NewKey(DateTimeOffset.UtcNow), Cancel); // Until it listens.
        }

        IReadOnlyList<PolicyChange> changes = await there.ChangesAsync(0, Cancel);
        Assert.Equal(StoreWord.Policy, await told.Task);
        Assert.Equal(Enumerable.Range(1, changes.Count).Select(number => (long)number), changes.Select(change => change.Revision));
        Assert.All(changes, change => Assert.Equal(PolicySubject.Key, change.Subject));
        Assert.Equal(new PolicyNews(changes.Count, changes[^1].Digest), await there.BeatAsync(Beat("there", changes.Count), Cancel));
        Assert.Equal(new PolicyHead(changes.Count, changes[^1].Digest), await there.NewestAsync(Cancel));
        Assert.Empty(await there.ChangesAsync(changes.Count, Cancel));

        Assert.True(await here.LeadsAsync(Cancel));
        Assert.False(await there.LeadsAsync(Cancel));
        await here.BeatAsync(Beat("here", 0), Cancel);
        Assert.Equal([("here", true, 0L), ("there", false, (long)changes.Count)], (await there.ListAsync(Cancel)).Select(one => (one.Beat.Name, one.IsLeader, one.Beat.Revision)));

        await here.LeaveAsync(Cancel);
        Assert.Equal([here.Me], await there.GoneAsync(TimeSpan.FromMinutes(1), Cancel));
        await first.RestartAsync(); // Its session ends, and the lead with it.
        Assert.True(await there.LeadsAsync(Cancel));
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task What_each_met_of_a_rollback_is_told_to_all()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        await using IStore second = await first.OpenAsync();
        RevokedCalls calls = new() { DrainingStreams = 1, DrainingRequests = 2, Reissued = 3, Cut = 4 };

        await first.Store.Instances!.BeatAsync(Beat("here", 0) with { Met = new MetRollback(7, calls) }, Cancel);
        await second.Instances!.BeatAsync(Beat("there", 0), Cancel);

        Assert.Equal([new MetRollback(7, calls), null], (await second.Instances.ListAsync(Cancel)).Select(one => one.Beat.Met));
    }

    // By the number alone nothing could be told: there is a second change again.
    [Fact]
    public async Task A_history_of_the_policy_is_told_from_another_one_of_the_same_length()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        IInstanceStore here = first.Store.Instances!;
        await first.Keys.AddAsync(KeyStoreConformance.NewKey(DateTimeOffset.UtcNow), Cancel);
        await first.Keys.AddAsync(KeyStoreConformance.NewKey(DateTimeOffset.UtcNow), Cancel);
        PolicyHead known = await here.NewestAsync(Cancel);

        await first.ExecuteAsync("DELETE FROM policy_changes WHERE revision > 1");
        PolicyNews shorter = await here.BeatAsync(Beat("here", known.Revision), Cancel);
        await first.Keys.AddAsync(KeyStoreConformance.NewKey(DateTimeOffset.UtcNow), Cancel);
        PolicyNews other = await here.BeatAsync(Beat("here", known.Revision), Cancel);

        Assert.Equal((2, 64), (known.Revision, known.Digest.Length));
        Assert.Equal(new PolicyNews(1, null), shorter);
        Assert.Equal(2, other.Newest);
        Assert.NotEqual(known.Digest, other.Digest);
    }

    // A standby that had not everything yet takes over, or a backup is put back, under an instance that runs.
    [Fact]
    public async Task A_ledger_that_went_back_is_noticed_and_never_trusted_again()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        await using IStore second = await first.OpenAsync();
        await AppendAsync(first.Ledger, 3);
        await HearAsync(second.Ledger);
        await AppendAsync(second.Ledger, 1);
        await HearAsync(first.Ledger); // The control: what others append is no going back.

        await first.ExecuteAsync("DELETE FROM ledger WHERE seq > 2");

        LedgerDivergedException shorter = await Assert.ThrowsAsync<LedgerDivergedException>(() => HearAsync(first.Ledger));
        Assert.StartsWith("Event 4, up to which this instance had read, is not there any more", shorter.Message, StringComparison.Ordinal);
        Assert.Equal(shorter.Message, (await first.Ledger.LoadAsync(Cancel)).Problem);
        Assert.Equal(shorter.Message, (await first.Ledger.LoadAsync(Cancel)).Problem); // What it has read by now is in order; that something was lost stays true.
        await AppendAsync(first.Ledger, 1);
        Assert.Equal(3, (await first.Ledger.VerifyAsync(Cancel)).Events);
    }

    [Fact]
    public async Task A_ledger_that_went_on_from_elsewhere_is_noticed_though_it_is_as_long()
    {
        await using PostgresTestStore first = await PostgresTestStore.OpenAsync(cluster);
        await AppendAsync(first.Ledger, 3);
        await first.ExecuteAsync("DELETE FROM ledger WHERE seq > 1");
        await using IStore second = await first.OpenAsync();
        await HearAsync(second.Ledger);
        await AppendAsync(second.Ledger, 2);

        await Assert.ThrowsAsync<LedgerDivergedException>(() => HearAsync(first.Ledger));
        await AppendAsync(second.Ledger, 2);
        LedgerDivergedException longer = await Assert.ThrowsAsync<LedgerDivergedException>(() => HearAsync(first.Ledger));

        Assert.StartsWith("Event 4 or its hash was changed", longer.Message, StringComparison.Ordinal);
        Assert.NotNull((await first.Ledger.LoadAsync(Cancel)).Problem);
        Assert.Null((await second.Ledger.LoadAsync(Cancel)).Problem);
    }

    private static Task AppendAsync(ILedgerStore ledger, int count) => ledger.AppendAsync(
        news => [.. Enumerable.Range(0, count).Select(_ => Bookings.Entry(new LedgerEvent(LedgerEventKind.Denied, news.NowMs!.Value) { Code = Guid.NewGuid().ToString() }))], Cancel);

    private static Task HearAsync(ILedgerStore ledger) => ledger.AppendAsync(_ => [], Cancel);

    private static InstanceBeat Beat(string name, long revision) => new(name, "1.0", DateTimeOffset.UnixEpoch, revision, 0, 0, 0, "1:0");
}
