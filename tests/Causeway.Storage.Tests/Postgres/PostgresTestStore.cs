using Causeway.Storage.Postgres;
using Causeway.Storage.Tests.Conformance;
using Causeway.Testing;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>A PostgreSQL store in a database of its own.</summary>
internal sealed class PostgresTestStore : TestStore
{
    private readonly PostgresCluster _cluster;
    private readonly string _database;

    private PostgresTestStore(PostgresCluster cluster, string database) => (_cluster, _database) = (cluster, database);

    /// <summary>The database's address.</summary>
    public PostgresAddress Address => AddressOf(_cluster.Url(_database));

    public static async Task<TestStore> NewAsync(PostgresCluster cluster) => await OpenAsync(cluster);

    /// <summary>… as what it is.</summary>
    public static async Task<PostgresTestStore> OpenAsync(PostgresCluster cluster)
    {
        PostgresTestStore store = new(cluster, await cluster.NewDatabaseAsync());
        store.Store = await store.OpenAsync();
        return store;
    }

    /// <summary>An address of a test.</summary>
    public static PostgresAddress AddressOf(string url)
    {
        Assert.True(PostgresAddress.TryParse(url, out PostgresAddress? address, out string problem), problem);
        return address!;
    }

    /// <summary>Runs statements in the store's schema as the superuser.</summary>
    public Task<string> SqlAsync(string sql) => _cluster.SqlAsync(_database, $"SET search_path = {PostgresAddress.DefaultSchema}; {sql}");

    public override async Task ChangeAsync(string sql)
    {
        await Store.DisposeAsync();
        if (sql.Length > 0)
        {
            await SqlAsync(sql);
        }

        Store = await OpenAsync();
    }

    public override ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task<IStore> OpenAsync() => await PostgresStore.OpenAsync(Address, TimeProvider.System, CancellationToken.None);
}

public sealed class PostgresKeyStoreTests(PostgresCluster cluster) : KeyStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresAdminTokenStoreTests(PostgresCluster cluster) : AdminTokenStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresUsageStoreTests(PostgresCluster cluster) : UsageStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresLedgerStoreTests(PostgresCluster cluster) : LedgerStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresReleaseStoreTests(PostgresCluster cluster) : ReleaseStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresContractStoreTests(PostgresCluster cluster) : ContractStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresConformanceStoreTests(PostgresCluster cluster) : ConformanceStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresRaiseStoreTests(PostgresCluster cluster) : RaiseStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}
