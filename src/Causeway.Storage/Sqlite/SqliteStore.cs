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
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Sentinel;
using Causeway.Shadow.Import;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>The embedded store: one SQLite file that one process owns.</summary>
public sealed class SqliteStore : IStore
{
    private readonly OwnerLock _owner;
    private readonly SqliteConnection _connection;
    private readonly UsageBook _book;
    private readonly LedgerBook _ledger;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private int _disposed;

    private SqliteStore(OwnerLock owner, SqliteConnection connection, string path, TimeProvider time)
    {
        _owner = owner;
        _connection = connection;
        _book = new UsageBook(connection);
        _ledger = new LedgerBook(connection);
        _writer = new SqliteWriter(connection, path, Forget);
        _readers = new SqliteReaders(path, time);
        Keys = new SqliteKeyStore(_writer, _readers);
        Revocations = new SqliteRevocationStore(_writer, _readers);
        Spent = new SqliteSpentTokenStore(_writer, _readers);
        AdminToken = new SqliteAdminTokenStore(_writer, _readers, time);
        Usage = new SqliteUsageStore(_writer, _readers, _book);
        Upkeep = new SqliteUsageUpkeep(_writer, _book);
        Ledger = new SqliteLedgerStore(_writer, _readers, _book, _ledger);
        Agreements = new SqliteAgreementStore(_writer, _readers);
        Residency = new SqliteResidencyStore(_readers);
        Raises = new SqliteRaiseStore(_writer, _readers);
        Releases = new SqliteReleaseStore(_writer, _readers);
        Routing = new SqliteRoutingStore(_writer, _readers);
        Drills = new SqliteDrillStore(_writer, _readers);
        Readiness = new SqliteReadinessStore(_writer, _readers);
        Guards = new SqliteGuardStore(_writer, _readers);
        Sentinel = new SqliteSentinelStore(_writer, _readers);
        Payloads = new SqlitePayloadStore(_writer, _readers);
        Captures = new SqliteCaptureOrderStore(_writer, _readers);
        DeadLetters = new SqliteDeadLetterStore(_writer, _readers);
        Batches = new SqliteBatchStore(_writer, _readers);
        Objects = new SqliteObjectStore(_writer, _readers);
        Answers = new SqliteAnswerStore(_writer, _readers);
        Conversations = new SqliteConversationStore(_writer, _readers);
        Transcripts = new SqliteTranscriptStore(_writer, _readers);
        Contracts = new SqliteContractStore(_writer, _readers);
        Conformance = new SqliteConformanceStore(_writer, _readers);
        Shadow = new SqliteShadowStore(_writer, _readers);
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

    /// <summary>Opens the file, made with its directory where missing (0600, 0700), and brings its schema up to date.</summary>
    /// <param name="path">The database file; <c>-wal</c>, <c>-shm</c> and <c>.lock</c> files live beside it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <exception cref="StoreUnavailableException">Another process owns the file, or it cannot be opened, read or upgraded.</exception>
    public static Task<SqliteStore> OpenAsync(string path, TimeProvider time, CancellationToken cancellation) =>
        Task.Run(() => Open(Path.GetFullPath(path), time), cancellation);

    /// <summary>Looks a store over and changes nothing; also while another process owns it.</summary>
    /// <returns>What was found, in a sentence.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be used, or is damaged.</exception>
    public static Task<string> ExamineAsync(string path, CancellationToken cancellation) =>
        Task.Run(() => Examination.Of(Path.GetFullPath(path)), cancellation);

    /// <summary>Returns when the writer could take its lock: for <c>/readyz</c>.</summary>
    /// <exception cref="StoreUnavailableException">It could not, or a failed disk has ended the writing.</exception>
    public Task CheckAsync(CancellationToken cancellation) => _writer.RunAsync(static _ => true, cancellation);

    /// <summary>Finishes what was accepted, then closes. Calls that come later fail with <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _writer.DisposeAsync();
        await _readers.DisposeAsync();
        await Task.Run(Close, CancellationToken.None); // The last connection to close moves the log into the database.
    }

    private static SqliteStore Open(string path, TimeProvider time)
    {
        var owner = OwnerLock.Take(path);
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnections.OpenWriter(path);
            SqliteMarker.Refuse(connection, path);
            SqliteMigrations.Run(connection, path, time);
            return new SqliteStore(owner, connection, path, time);
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            owner.Dispose();
            if (failure is SqliteException engine)
            {
                throw SqliteFailure.Explain(engine, path);
            }

            throw;
        }
    }

    private void Forget()
    {
        _book.Forget();
        _ledger.Forget();
    }

    private void Close()
    {
        _ledger.Dispose();
        _book.Dispose();
        _connection.Dispose();
        _owner.Dispose();
    }
}
