using System.Globalization;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Moving;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;
using Causeway.Storage.Tests.Moving;
using Causeway.Storage.Tests.Postgres;
using Causeway.Storage.Tests.Sqlite;
using Causeway.Testing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Causeway.Storage.Tests.Schemas;

/// <summary>A store of every schema that there was, with rows in it, is brought up to this version's: every row is there afterwards, the books are whole, and they go on.</summary>
public sealed class UpgradeTests(PostgresCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> SqliteSteps => SchemaSteps.Of("Sqlite");

    public static TheoryData<string> PostgresSteps => SchemaSteps.Of("Postgres");

    [Theory]
    [MemberData(nameof(SqliteSteps))]
    public async Task A_SQLite_store_is_brought_up_from(string step)
    {
        using TemporaryDirectory directory = new();
        directory.Execute("PRAGMA journal_mode = WAL; CREATE TABLE schema_migrations (script TEXT NOT NULL PRIMARY KEY, sha256 BLOB NOT NULL, applied_at INTEGER NOT NULL) STRICT, WITHOUT ROWID");
        foreach ((Migration script, string rows) in SchemaSteps.UpTo("Sqlite", step))
        {
            directory.Execute($"BEGIN; {script.Text}; {rows}; INSERT INTO schema_migrations VALUES ('{script.Name}', x'{Convert.ToHexString(script.Sha256)}', 0); COMMIT");
        }

        Dictionary<string, long> before = [];
        using (SqliteConnection connection = directory.Connect())
        {
            foreach (StoreTable table in StoreTables.All)
            {
                if (Number(connection, $"SELECT count(*) FROM sqlite_schema WHERE name = '{table.Name}'") == 1)
                {
                    before[table.Name] = Number(connection, $"SELECT count(*) FROM {table.Name}");
                }
            }
        }

        await (await SqliteStore.OpenAsync(directory.Database, TimeProvider.System, Cancel)).DisposeAsync();

        await using SqliteStore store = await CheckAsync(StorePlace.Sqlite(directory.Database), before, () => SqliteStore.OpenAsync(directory.Database, TimeProvider.System, Cancel));
    }

    [Theory]
    [MemberData(nameof(PostgresSteps))]
    public async Task A_PostgreSQL_store_is_brought_up_from(string step)
    {
        string schema = $"upgrade_{step[..4]}";
        PostgresAddress address = PostgresTestStore.AddressOf($"{cluster.Url(await cluster.NewDatabaseAsync())}?schema={schema}");
        Dictionary<string, long> before = [];
        await using (NpgsqlDataSource source = address.NewSource("test").Build())
        await using (NpgsqlConnection connection = await source.OpenConnectionAsync(Cancel))
        {
            await connection.RunAsync($"CREATE SCHEMA {schema}");
            await connection.RunAsync("""CREATE TABLE schema_migrations (script text COLLATE "C" NOT NULL PRIMARY KEY, sha256 bytea NOT NULL, applied_at bigint NOT NULL)""");
            foreach ((Migration script, string rows) in SchemaSteps.UpTo("Postgres", step))
            {
                await connection.RunAsync($"BEGIN; {script.Text}; {rows}; INSERT INTO schema_migrations VALUES ('{script.Name}', '\\x{Convert.ToHexString(script.Sha256)}', 0); COMMIT");
            }

            foreach (StoreTable table in StoreTables.All)
            {
                if (await connection.NumberAsync(Cancel, "SELECT count(to_regclass($1))", table.Name) == 1)
                {
                    before[table.Name] = await connection.NumberAsync(Cancel, $"SELECT count(*) FROM {table.Name}");
                }
            }
        }

        await (await PostgresStore.OpenAsync(address, TimeProvider.System, Cancel)).DisposeAsync();

        await using PostgresStore store = await CheckAsync(StorePlace.Postgres(address), before, () => PostgresStore.OpenAsync(address, TimeProvider.System, Cancel));
    }

    private static async Task<T> CheckAsync<T>(StorePlace place, Dictionary<string, long> before, Func<Task<T>> open)
        where T : IStore
    {
        StoreReport report = await StoreMoves.VerifyAsync(place, Quiet.Progress, Cancel);
        Assert.Empty(report.Problems);
        Assert.Empty(before.Where(table => table.Value == 0 && table.Key != "usage_attempts").Select(table => table.Key)); // There were rows.
        Assert.All(before, table => Assert.Equal(table, KeyValuePair.Create(table.Key, report.Tables.Single(now => now.Table == table.Key).Rows)));

        T store = await open();
        Assert.Equal(before["keys"], (await store.Keys.ListAsync(Cancel)).Count);
        Assert.Equal(before.GetValueOrDefault("usage"), (await store.Usage.RecentAsync(100, Cancel)).Count);
        Assert.All(await store.Usage.RecentAsync(100, Cancel), record => Assert.True(record.Steps.IsEmpty || record.Steps.BeginOf(RequestStep.Call) == TimeSpan.FromMicroseconds(300))); // Of before there are none.
        Assert.All(await store.Usage.RecentAsync(100, Cancel), record => Assert.True((record.UnitHash, record.Conversation) is (null, null) or (unchecked((ulong)-783009), "s-1"))); // Nor are there of these.
        Assert.All(await store.Usage.RecentAsync(100, Cancel), record => Assert.True((record.ToolUses, record.ToolFeeNanoUsd) is (0, null) or (3, 30_000_000L)));
        Assert.Equal(before.GetValueOrDefault("channels"), (await store.Releases.ListChannelsAsync(Cancel)).Count);
        Assert.Equal(before.GetValueOrDefault("contracts"), (await store.Contracts.ListAsync(Cancel)).Count);
        BudgetLedger ledger = new(new StoreJournal(store.Ledger), TimeProvider.System);
        Assert.Null(ledger.Start(await store.Ledger.LoadAsync(Cancel)).Mismatch);
        await store.Usage.AppendAsync([Usage.Number(1)], Cancel);
        while (await store.Upkeep.RollUpAsync(DateTimeOffset.MaxValue, Cancel))
        {
            // Whatever was booked before there were days.
        }

        Assert.Equal(before.GetValueOrDefault("usage") + 1, Assert.Single(await store.Usage.SpendAsync(new SpendQuery([], DateTimeOffset.UnixEpoch), Cancel)).Requests);
        Assert.Empty((await StoreMoves.VerifyAsync(place, Quiet.Progress, Cancel)).Problems);
        return store;
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
