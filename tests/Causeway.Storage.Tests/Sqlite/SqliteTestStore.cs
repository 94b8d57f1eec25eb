using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Releases.Releases;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>A SQLite store in a directory of its own that goes away with it.</summary>
internal sealed class SqliteTestStore : TestStore
{
    private readonly TemporaryDirectory _directory;
    private SqliteStore _store;

    private SqliteTestStore(TemporaryDirectory directory, SqliteStore store)
    {
        _directory = directory;
        _store = store;
    }

    public override IKeyStore Keys => _store.Keys;

    public override IRevocationStore Revocations => _store.Revocations;

    public override IAdminTokenStore AdminToken => _store.AdminToken;

    public override IUsageStore Usage => _store.Usage;

    public override ILedgerStore Ledger => _store.Ledger;

    public override IRaiseStore Raises => _store.Raises;

    public override IReleaseStore Releases => _store.Releases;

    public override IContractStore Contracts => _store.Contracts;

    public override IConformanceStore Conformance => _store.Conformance;

    public static async Task<TestStore> NewAsync()
    {
        TemporaryDirectory directory = new();
        return new SqliteTestStore(directory, await SqliteStore.OpenAsync(directory.Database, TimeProvider.System, CancellationToken.None));
    }

    public override async Task RestartAsync()
    {
        await _store.DisposeAsync();
        _store = await SqliteStore.OpenAsync(_directory.Database, TimeProvider.System, CancellationToken.None);
    }

    public override async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteKeyStoreTests : KeyStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteRevocationStoreTests : RevocationStoreConformance
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
