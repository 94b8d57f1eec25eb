using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>A SQLite store in a directory of its own that goes away with it.</summary>
internal sealed class SqliteTestStore : TestStore
{
    private readonly TemporaryDirectory _directory = new();

    public static async Task<TestStore> NewAsync()
    {
        SqliteTestStore store = new();
        store.Store = await store.OpenAsync();
        return store;
    }

    public override async Task ChangeAsync(string sql)
    {
        await Store.DisposeAsync();
        if (sql.Length > 0)
        {
            _directory.Execute(sql);
        }

        Store = await OpenAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _directory.Dispose();
    }

    private async Task<IStore> OpenAsync() => await SqliteStore.OpenAsync(_directory.Database, TimeProvider.System, CancellationToken.None);
}

public sealed class SqliteKeyStoreTests : KeyStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteAdminTokenStoreTests : AdminTokenStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteUsageStoreTests : UsageStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteLedgerStoreTests : LedgerStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteReleaseStoreTests : ReleaseStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteContractStoreTests : ContractStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteConformanceStoreTests : ConformanceStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteRaiseStoreTests : RaiseStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}
