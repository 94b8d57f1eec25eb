using System.Text.RegularExpressions;
using Causeway.Storage.Moving;
using Causeway.Storage.Postgres;
using Causeway.Storage.Tests.Conformance;
using Causeway.Testing;
using Npgsql;

namespace Causeway.Storage.Tests.Postgres;

/// <summary>A PostgreSQL store in a database of its own, which is a copy of one that was migrated once.</summary>
internal sealed class PostgresTestStore : TestStore
{
    private readonly PostgresCluster _cluster;
    private readonly string _database;
    private readonly Lazy<NpgsqlDataSource> _source;

    private PostgresTestStore(PostgresCluster cluster, string database)
    {
        (_cluster, _database) = (cluster, database);
        _source = new(() => Address.NewSource("test").Build()); // One for all statements: a source of its own costs each of them a session.
    }

    /// <summary>Where it is.</summary>
    public PostgresAddress Address => AddressOf(_cluster.Url(_database));

    public static async Task<TestStore> NewAsync(PostgresCluster cluster) => await OpenAsync(cluster);

    /// <summary>… as what it is.</summary>
    public static async Task<PostgresTestStore> OpenAsync(PostgresCluster cluster)
    {
        PostgresTestStore store = new(cluster, await cluster.CopiedDatabaseAsync(
            async made => await (await PostgresStore.OpenAsync(AddressOf(cluster.Url(made)), TimeProvider.System, CancellationToken.None)).DisposeAsync()));
        store.Store = await store.OpenAsync();
        return store;
    }

    /// <summary>An address of a test.</summary>
    public static PostgresAddress AddressOf(string url)
    {
        Assert.True(PostgresAddress.TryParse(url, out PostgresAddress? address, out string problem), problem);
        return address!;
    }

    public override StorePlace Place => StorePlace.Postgres(Address);

    /// <summary>Runs statements in the store's schema as its owner.</summary>
    public override async Task ExecuteAsync(string sql)
    {
        await using NpgsqlConnection connection = await _source.Value.OpenConnectionAsync();
        await connection.RunAsync(Translated(sql));
    }

    /// <summary>Ends every session of this store, as an operator may.</summary>
    public Task EndSessionsAsync() => _cluster.SqlAsync(
        _database, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{((PostgresStore)Store).Application}'");

    /// <summary>Reads one word.</summary>
    public async Task<string?> ReadAsync(string sql)
    {
        await using NpgsqlConnection connection = await _source.Value.OpenConnectionAsync();
        return (await connection.ReadAsync(row => row.GetString(0), CancellationToken.None, sql)).FirstOrDefault();
    }

    public override async Task<IStore> OpenAsync() => await PostgresStore.OpenAsync(Address, TimeProvider.System, CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_source.IsValueCreated)
        {
            await _source.Value.DisposeAsync();
        }
    }

    // An event stands in a stream here; bytes are written and joined otherwise.
    private static string Translated(string sql)
    {
        string bytes = Regex.Replace(sql, "x'(?<hex>[0-9a-fA-F]*)'", @"'\x${hex}'::bytea", RegexOptions.NonBacktracking);
        string joined = Regex.Replace(bytes, @"CAST\((?<what>.*) AS BLOB\)", "(${what})", RegexOptions.NonBacktracking);
        return Regex.Replace(joined, "INSERT INTO ledger SELECT ", "INSERT INTO ledger SELECT stream, ", RegexOptions.NonBacktracking);
    }
}

public sealed class PostgresKeyStoreTests(PostgresCluster cluster) : KeyStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresRevocationStoreTests(PostgresCluster cluster) : RevocationStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresSpentTokenStoreTests(PostgresCluster cluster) : SpentTokenStoreConformance
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

public sealed class PostgresAnswerStoreTests(PostgresCluster cluster) : AnswerStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresPayloadStoreTests(PostgresCluster cluster) : PayloadStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresTranscriptStoreTests(PostgresCluster cluster) : TranscriptStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresBatchStoreTests(PostgresCluster cluster) : BatchStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresObjectStoreTests(PostgresCluster cluster) : ObjectStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresDeadLetterStoreTests(PostgresCluster cluster) : DeadLetterStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresConversationStoreTests(PostgresCluster cluster) : ConversationStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresRoutingStoreTests(PostgresCluster cluster) : RoutingStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresGuardStoreTests(PostgresCluster cluster) : GuardStoreConformance
{
    private protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresSentinelStoreTests(PostgresCluster cluster) : SentinelStoreConformance
{
    private protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresDrillStoreTests(PostgresCluster cluster) : DrillStoreConformance
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

public sealed class PostgresShadowStoreTests(PostgresCluster cluster) : ShadowStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresAgreementStoreTests(PostgresCluster cluster) : AgreementStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresResidencyStoreTests(PostgresCluster cluster) : ResidencyStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresRaiseStoreTests(PostgresCluster cluster) : RaiseStoreConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresDamageTests(PostgresCluster cluster) : DamageConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresAuditChainTests(PostgresCluster cluster) : AuditChainConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresOwnershipTests(PostgresCluster cluster) : OwnershipConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}

public sealed class PostgresUsageUpkeepTests(PostgresCluster cluster) : UsageUpkeepConformance
{
    protected override Task<TestStore> NewAsync() => PostgresTestStore.NewAsync(cluster);
}
