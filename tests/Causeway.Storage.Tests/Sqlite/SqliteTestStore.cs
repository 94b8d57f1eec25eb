using Causeway.Budgets.Ledger;
using Causeway.Storage.Moving;
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

    /// <summary>Its file.</summary>
    public string Database => _directory.Database;

    public override StorePlace Place => StorePlace.Sqlite(_directory.Database);

    public override Task ExecuteAsync(string sql)
    {
        _directory.Execute(sql);
        return Task.CompletedTask;
    }

    public override async Task<IStore> OpenAsync() => await SqliteStore.OpenAsync(_directory.Database, TimeProvider.System, CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
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

public sealed class SqliteSpentTokenStoreTests : SpentTokenStoreConformance
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

public sealed class SqliteAnswerStoreTests : AnswerStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqlitePayloadStoreTests : PayloadStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteTranscriptStoreTests : TranscriptStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteBatchStoreTests : BatchStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteObjectStoreTests : ObjectStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteDeadLetterStoreTests : DeadLetterStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteConversationStoreTests : ConversationStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteRoutingStoreTests : RoutingStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteGuardStoreTests : GuardStoreConformance
{
    private protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteSentinelStoreTests : SentinelStoreConformance
{
    private protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteDrillStoreTests : DrillStoreConformance
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

public sealed class SqliteShadowStoreTests : ShadowStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteAgreementStoreTests : AgreementStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteResidencyStoreTests : ResidencyStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteRaiseStoreTests : RaiseStoreConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteDamageTests : DamageConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteAuditChainTests : AuditChainConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteOwnershipTests : OwnershipConformance
{
    [Fact]
    public async Task A_second_owner_is_refused_and_the_first_goes_on()
    {
        await using TestStore store = await NewAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(store.OpenAsync);

        Assert.Contains(" is in use by another Causeway", refused.Message, StringComparison.Ordinal);
        await store.Store.CheckAsync(TestContext.Current.CancellationToken);
        await store.Ledger.AppendAsync(Bookings.Entry(new LedgerEvent(LedgerEventKind.Started, 1)));
    }

    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}

public sealed class SqliteUsageUpkeepTests : UsageUpkeepConformance
{
    protected override Task<TestStore> NewAsync() => SqliteTestStore.NewAsync();
}
