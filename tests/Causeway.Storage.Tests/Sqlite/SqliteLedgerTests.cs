using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>What somebody changed in the file is found, named, and never becomes a balance in silence.</summary>
public sealed class SqliteLedgerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 5", 5, "Event 5 or its hash was changed")]
    [InlineData("UPDATE ledger SET kind = 8 WHERE seq = 6", 6, "Event 6 or its hash was changed")]
    [InlineData("UPDATE ledger SET payload = (SELECT payload FROM ledger WHERE seq = 4) WHERE seq = 6", 6, "Event 6 or its hash was changed")]
    [InlineData("UPDATE ledger SET hash = zeroblob(32) WHERE seq = 3", 3, "Event 3 or its hash was changed")]
    [InlineData("UPDATE ledger SET hash = (SELECT hash FROM ledger WHERE seq = 4) WHERE seq = 5", 5, "Event 5 or its hash was changed")]
    [InlineData("DELETE FROM ledger WHERE seq = 4", 4, "Event 4 is missing")]
    [InlineData("UPDATE ledger SET seq = 99 WHERE seq = 7", 7, "Event 7 is missing")]
    public async Task A_changed_event_is_named_and_hard_grants_are_refused(string change, long brokenAt, string problem)
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory);
        directory.Execute(change);

        await using SqliteStore changed = await directory.OpenAsync();
        ChainReport chain = await changed.Ledger.VerifyAsync(Cancel);
        BudgetLedger ledger = new(new StoreJournal(changed.Ledger), TimeProvider.System);
        Replay replay = ledger.Start(await changed.Ledger.LoadAsync(Cancel));

        Assert.Equal((brokenAt, brokenAt - 1), (chain.BrokenAt, chain.Events));
        Assert.StartsWith(problem, chain.Problem, StringComparison.Ordinal);
        Assert.StartsWith(problem, replay.Mismatch, StringComparison.Ordinal);
        Assert.Equal(replay.Mismatch, ledger.Mismatch);
    }

    [Theory]
    [InlineData("UPDATE ledger_checkpoints SET state = CAST(x'02' || substr(state, 2) AS BLOB)")]
    [InlineData("UPDATE ledger_checkpoints SET state = substr(state, 1, length(state) - 1)")]
    [InlineData("UPDATE ledger_checkpoints SET state = x'' WHERE seq = (SELECT max(seq) FROM ledger_checkpoints)")]
    [InlineData("DELETE FROM ledger WHERE seq <= (SELECT min(seq) FROM ledger_checkpoints)")]
    public async Task A_changed_checkpoint_is_no_ground_to_start_from(string change)
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory, checkpoints: 2);
        directory.Execute(change);

        await using SqliteStore changed = await directory.OpenAsync();
        BudgetLedger ledger = new(new StoreJournal(changed.Ledger), TimeProvider.System);

        Assert.NotNull(ledger.Start(await changed.Ledger.LoadAsync(Cancel)).Mismatch);
    }

    [Fact]
    public async Task A_grant_that_cannot_be_read_stops_the_start_in_words()
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory);
        directory.Execute("UPDATE grants SET body = x'7b7d'");

        await using SqliteStore changed = await directory.OpenAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => changed.Ledger.LoadAsync(Cancel));
        Assert.StartsWith("The store holds a grant that this version cannot read", refused.Message, StringComparison.Ordinal);
    }

    private static async Task FillAsync(TemporaryDirectory directory, int checkpoints = 0)
    {
        await using SqliteStore store = await directory.OpenAsync();
        StoreJournal journal = new(store.Ledger);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        ledger.Start(await store.Ledger.LoadAsync(Cancel));
        Grant grant = Bookings.NewGrant("usd 1000");
        Assert.Empty(ledger.Create(grant, out _));
        GrantNode node = ledger.Find(grant.Id)!;
        for (int i = 0; i < 4; i++)
        {
            Reservation held = ledger.Reserve(node, Guid.NewGuid(), new Amounts(100 + i, 10, 10), TimeSpan.FromMinutes(5), default, out _)!;
            ledger.Settle(held, new Amounts(7 + i, 1, 1), UsageSource.Provider, null);
            if (i >= 4 - checkpoints)
            {
                await ledger.Checkpoint();
            }
        }

        await journal.Durable;
    }
}
