using Causeway.Budgets.Agreements;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Batches;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Objects;
using Causeway.Budgets.Payloads;
using Causeway.Budgets.Raises;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Releases.Cache;
using Causeway.Releases.Conversations;
using Causeway.Releases.Drills;
using Causeway.Releases.Guards;
using Causeway.Releases.Instances;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Sentinel;
using Causeway.Shadow.Import;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>A PostgreSQL database, which any number of instances share.</summary>
public sealed class PostgresStore : IStore
{
    private readonly PostgresDatabase _database;
    private readonly PostgresWriter _writer;
    private int _disposed;

    private readonly PostgresInstanceStore _instances;

    private PostgresStore(PostgresDatabase database, PostgresUsageBook book, TimeProvider time)
    {
        _database = database;
        PostgresLedgerBook ledger = new();
        var me = Guid.CreateVersion7(time.GetUtcNow());
        _writer = new PostgresWriter(
            database,
            () =>
            {
                ledger.Forget();
                book.Forget();
            });
        Keys = new PostgresKeyStore(database);
        Revocations = new PostgresRevocationStore(database);
        Spent = new PostgresSpentTokenStore(database);
        AdminToken = new PostgresAdminTokenStore(database, time);
        Usage = new PostgresUsageStore(_writer, database, book);
        PostgresLedgerStore chain = new(_writer, database, book, ledger, me);
        Ledger = chain;
        _instances = new PostgresInstanceStore(database, me, () => chain.Known);
        Upkeep = new PostgresUsageUpkeep(database);
        Agreements = new PostgresAgreementStore(database);
        Residency = new PostgresResidencyStore(database);
        Raises = new PostgresRaiseStore(database);
        Releases = new PostgresReleaseStore(database);
        Routing = new PostgresRoutingStore(database);
        Drills = new PostgresDrillStore(database);
        Readiness = new PostgresReadinessStore(database);
        Guards = new PostgresGuardStore(database);
        Sentinel = new PostgresSentinelStore(database);
        Payloads = new PostgresPayloadStore(database);
        Captures = new PostgresCaptureOrderStore(database);
        DeadLetters = new PostgresDeadLetterStore(database);
        Batches = new PostgresBatchStore(database);
        Objects = new PostgresObjectStore(database);
        Answers = new PostgresAnswerStore(database);
        Conversations = new PostgresConversationStore(database);
        Transcripts = new PostgresTranscriptStore(database);
        Contracts = new PostgresContractStore(database);
        Conformance = new PostgresConformanceStore(database);
        Shadow = new PostgresShadowStore(database);
    }

    /// <inheritdoc/>
    public IKeyStore Keys { get; }

    /// <inheritdoc/>
    public IRevocationStore Revocations { get; }

    /// <inheritdoc/>
    public ISpentTokenStore Spent { get; }

    /// <inheritdoc/>
    public IAdminTokenStore AdminToken { get; }

    /// <inheritdoc/>
    public IUsageStore Usage { get; }

    /// <inheritdoc/>
    public IUsageUpkeep Upkeep { get; }

    /// <inheritdoc/>
    public ILedgerStore Ledger { get; }

    /// <inheritdoc/>
    public IRaiseStore Raises { get; }

    /// <inheritdoc/>
    public IAgreementStore Agreements { get; }

    /// <inheritdoc/>
    public IResidencyStore Residency { get; }

    /// <inheritdoc/>
    public IReleaseStore Releases { get; }

    /// <inheritdoc/>
    public IRoutingStore Routing { get; }

    /// <inheritdoc/>
    public IDrillStore Drills { get; }

    /// <inheritdoc/>
    public IReadinessStore Readiness { get; }

    /// <inheritdoc/>
    public IGuardStore Guards { get; }

    /// <inheritdoc/>
    public ISentinelStore Sentinel { get; }

    /// <inheritdoc/>
    public IPayloadStore Payloads { get; }

    /// <inheritdoc/>
    public ICaptureOrderStore Captures { get; }

    /// <inheritdoc/>
    public IDeadLetterStore DeadLetters { get; }

    /// <inheritdoc/>
    public IBatchStore Batches { get; }

    /// <inheritdoc/>
    public IObjectStore Objects { get; }

    /// <inheritdoc/>
    public IAnswerStore Answers { get; }

    /// <inheritdoc/>
    public IConversationStore Conversations { get; }

    /// <inheritdoc/>
    public ITranscriptStore Transcripts { get; }

    /// <inheritdoc/>
    public IContractStore Contracts { get; }

    /// <inheritdoc/>
    public IConformanceStore Conformance { get; }

    /// <inheritdoc/>
    public IShadowStore Shadow { get; }

    /// <inheritdoc/>
    public IInstanceStore Instances => _instances;

    /// <summary>The name that the server shows for its sessions.</summary>
    internal string Application => _database.Application;

    /// <summary>Opens the database, makes the schema where it is missing, and brings it up to date.</summary>
    /// <param name="address">The database.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <exception cref="StoreUnavailableException">It cannot be reached, read or upgraded.</exception>
    public static async Task<PostgresStore> OpenAsync(PostgresAddress address, TimeProvider time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        PostgresDatabase database = PostgresDatabase.ForInstance(address);
        try
        {
            await using (NpgsqlConnection connection = await database.OpenAsync(cancellation))
            {
                await PostgresMarker.RefuseMovedAsync(connection, address);
                await PostgresMarker.RefuseAsync(connection, address);
                await PostgresMigrations.RunAsync(connection, address, time);
            }

            PostgresUsageBook book = new();
            await database.WriteAsync(
                PostgresLock.Head,
                async connection =>
                {
                    await book.PrepareAsync(connection, time.GetUtcNow());
                    await book.PrepareAsync(connection, time.GetUtcNow().AddDays(1));
                    return true;
                },
                cancellation);
            return new PostgresStore(database, book, time);
        }
        catch (Exception failure)
        {
            await database.DisposeAsync();
            if (failure is NpgsqlException engine)
            {
                throw PostgresFailure.Explain(engine, address);
            }

            throw;
        }
    }

    /// <summary>Looks a store over and changes nothing; also while another process uses it.</summary>
    /// <returns>What was found, in a sentence.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be used.</exception>
    public static async Task<string> ExamineAsync(PostgresAddress address, CancellationToken cancellation)
    {
        await using PostgresDatabase database = PostgresDatabase.ForMoves(address);
        return await database.ReadAsync((connection, leave) => PostgresExamination.OfAsync(connection, address, leave), cancellation);
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellation) => _writer.RunAsync(static async connection => await connection.RunAsync("SELECT 1"), cancellation);

    /// <summary>Finishes what was accepted, then closes. Calls that come later fail with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _writer.DisposeAsync();
        await _instances.DisposeAsync();
        await _database.DisposeAsync();
    }
}
