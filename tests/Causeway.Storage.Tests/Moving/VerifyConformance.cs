using Causeway.Storage.Moving;
using Causeway.Storage.Tests.Conformance;
using Causeway.Storage.Tests.Postgres;
using Causeway.Storage.Tests.Sqlite;
using Causeway.Testing;

namespace Causeway.Storage.Tests.Moving;

/// <summary>What somebody changed in the store is found and named, in the store and in a backup of it.</summary>
public abstract class VerifyConformance
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_nobody_touched_is_whole_and_says_what_it_holds()
    {
        await using TestStore store = await FilledAsync();
        string head = (await store.Ledger.VerifyAsync(Cancel)).Head;

        StoreReport running = await StoreMoves.VerifyAsync(store.Place, Quiet.Progress, Cancel);
        await store.StopAsync();
        StoreReport stopped = await StoreMoves.VerifyAsync(store.Place, Quiet.Progress, Cancel);

        Assert.Empty(running.Problems);
        Assert.Equal((head, 2), (running.Head, running.Open));
        Assert.Equivalent(running, stopped, strict: true);
        Assert.Contains(running.Schema, ((string[])["Sqlite", "Postgres"]).Select(engine => Migration.Embedded($"Causeway.Storage.{engine}.Migrations.")[^1].Name));
    }

    [Theory]
    [InlineData("UPDATE ledger SET at_ms = at_ms + 1 WHERE seq = 5", "ledger: Event 5 or its hash was changed: it does not follow from the one before it.")]
    [InlineData("DELETE FROM ledger WHERE seq = 4", "ledger: Event 4 is missing.")]
    [InlineData("DELETE FROM ledger WHERE seq > 4", "ledger: Event 5 is missing: balances are kept with event ")]
    [InlineData("UPDATE ledger_checkpoints SET state = CAST(substr(state, 1, length(state) - 1) || x'01' AS BLOB) WHERE seq = (SELECT max(seq) FROM ledger_checkpoints)", "ledger: The balances kept with event ")]
    [InlineData("UPDATE ledger_checkpoints SET seq = seq + 1", "ledger: The balances kept with event ")]
    [InlineData("UPDATE usage SET output_tokens = output_tokens + 3 WHERE output_tokens = 1 AND at_ms = (SELECT min(at_ms) FROM usage WHERE cost_nano_usd = 2)", "output tokens more.")]
    [InlineData("DELETE FROM usage WHERE request = (SELECT request FROM usage WHERE cost_nano_usd = 3 LIMIT 1)", "the rows say 1 requests less")]
    [InlineData("UPDATE usage_hourly SET cost_nano_usd = cost_nano_usd - 1 WHERE hour = (SELECT max(hour) FROM usage_hourly) AND requests = (SELECT max(requests) FROM usage_hourly WHERE hour = (SELECT max(hour) FROM usage_hourly))", "1 nano-USD more.")]
    [InlineData("DELETE FROM usage_daily", " (usage_daily: day ")]
    [InlineData("UPDATE usage_daily SET requests = requests + 1", "the rows say 1 requests less.")]
    [InlineData("UPDATE usage_adjustments SET late_output = late_output + 1", "the rows say 1 output tokens more.")]
    [InlineData("DELETE FROM names WHERE name = 'openai'", " refers to the name ")]
    [InlineData("UPDATE releases SET content = x'7b7d' WHERE label = 'first'", ": The store holds rel_")]
    [InlineData("UPDATE contracts SET policy = x'7b7d'", "contracts (name invoice, version 1): The store holds the contract invoice@1")]
    public async Task The_first_thing_that_was_changed_is_named(string change, string problem)
    {
        using TemporaryDirectory folder = new();
        await using TestStore store = await FilledAsync();
        await store.StopAsync();
        await store.ExecuteAsync(change);
        string file = Path.Combine(folder.Root, "changed.backup");

        StoreReport report = await StoreMoves.VerifyAsync(store.Place, Quiet.Progress, Cancel);
        await StoreMoves.BackupAsync(store.Place, file, TimeProvider.System, Quiet.Progress, Cancel);
        StoreReport backup = await StoreMoves.VerifyAsync(StorePlace.Backup(file), Quiet.Progress, Cancel);

        Assert.Contains(report.Problems, said => said.Contains(problem, StringComparison.Ordinal));
        Assert.Equal(report.Problems, backup.Problems);
    }

    [Fact]
    public async Task What_retention_dropped_is_not_missed_and_what_was_dropped_by_hand_is()
    {
        await using TestStore store = await FilledAsync();
        await store.Upkeep.DropBeforeAsync(Usage.Start.AddDays(1), Cancel);
        StoreReport dropped = await StoreMoves.VerifyAsync(store.Place, Quiet.Progress, Cancel);

        await store.ExecuteAsync("DELETE FROM usage");
        StoreReport byHand = await StoreMoves.VerifyAsync(store.Place, Quiet.Progress, Cancel);

        Assert.Empty(dropped.Problems);
        Assert.Contains("less", Assert.Single(byHand.Problems), StringComparison.Ordinal);
    }

    protected abstract Task<TestStore> NewAsync();

    private async Task<TestStore> FilledAsync()
    {
        TestStore store = await NewAsync();
        await Everything.FillAsync(store, records: 200);
        return store;
    }
}

public sealed class SqliteVerifyTests : VerifyConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class PostgresVerifyTests(PostgresCluster cluster) : VerifyConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}
