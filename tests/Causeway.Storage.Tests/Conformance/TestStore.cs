using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Releases.Releases;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>A store of some engine, empty at first, that a test can close and open again.</summary>
public abstract class TestStore : IAsyncDisposable
{
    public abstract IKeyStore Keys { get; }

    public abstract IRevocationStore Revocations { get; }

    public abstract IAdminTokenStore AdminToken { get; }

    public abstract IUsageStore Usage { get; }

    public abstract ILedgerStore Ledger { get; }

    public abstract IRaiseStore Raises { get; }

    public abstract IReleaseStore Releases { get; }

    public abstract IContractStore Contracts { get; }

    public abstract IConformanceStore Conformance { get; }

    public abstract Task RestartAsync();

    public abstract ValueTask DisposeAsync();
}
