using Causeway.Budgets.Agreements;
using Causeway.Budgets.Alerts;
using Causeway.Budgets.Batches;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Objects;
using Causeway.Budgets.Raises;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Releases.Cache;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Shadow.Import;
using Causeway.Storage.Moving;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>A store of some engine, empty at first, that a test can close and open again, and change behind its back.</summary>
public abstract class TestStore : IAsyncDisposable
{
    public IKeyStore Keys => Store.Keys;

    public IRevocationStore Revocations => Store.Revocations;

    public ISpentTokenStore Spent => Store.Spent;

    public IAdminTokenStore AdminToken => Store.AdminToken;

    public IUsageStore Usage => Store.Usage;

    public IUsageUpkeep Upkeep => Store.Upkeep;

    public ILedgerStore Ledger => Store.Ledger;

    public IRaiseStore Raises => Store.Raises;

    public IDeadLetterStore DeadLetters => Store.DeadLetters;

    public IBatchStore Batches => Store.Batches;

    public IObjectStore Objects => Store.Objects;

    public IAgreementStore Agreements => Store.Agreements;

    public IReleaseStore Releases => Store.Releases;

    public IRoutingStore Routing => Store.Routing;

    public IAnswerStore Answers => Store.Answers;

    public IConversationStore Conversations => Store.Conversations;

    public IContractStore Contracts => Store.Contracts;

    public IConformanceStore Conformance => Store.Conformance;

    public IShadowStore Shadow => Store.Shadow;

    /// <summary>The store as it is open now.</summary>
    public IStore Store { get; protected set; } = null!;

    /// <summary>Its rows.</summary>
    public abstract StorePlace Place { get; }

    /// <summary>Closes it.</summary>
    public ValueTask StopAsync() => Store.DisposeAsync();

    /// <summary>Closes it and opens it again.</summary>
    public async Task RestartAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    /// <summary>Closes it, changes what is kept as nobody should, and opens it again.</summary>
    public async Task ChangeAsync(string sql)
    {
        await Store.DisposeAsync();
        await ExecuteAsync(sql);
        Store = await OpenAsync();
    }

    /// <summary>Changes what is kept behind its back. In SQLite's words, of which only bytes are said otherwise elsewhere.</summary>
    public abstract Task ExecuteAsync(string sql);

    /// <summary>Opens another one on the same place.</summary>
    public abstract Task<IStore> OpenAsync();

    public abstract ValueTask DisposeAsync();
}
