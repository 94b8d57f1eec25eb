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

namespace Causeway.Storage;

/// <summary>
/// Everything that is kept, on some engine. Safe to call from any thread; no call ever does I/O on the caller's thread. What was acknowledged survives
/// the process and the machine.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Keys, teams and features.</summary>
    IKeyStore Keys { get; }

    /// <summary>Revoked prefixes of capability keys.</summary>
    IRevocationStore Revocations { get; }

    /// <summary>Tokens that are not taken again.</summary>
    ISpentTokenStore Spent { get; }

    /// <summary>The generated administrator token's digest.</summary>
    IAdminTokenStore AdminToken { get; }

    /// <summary>Usage and its totals.</summary>
    IUsageStore Usage { get; }

    /// <summary>Chores of usage.</summary>
    IUsageUpkeep Upkeep { get; }

    /// <summary>Grants, the ledger's events and checkpoints.</summary>
    ILedgerStore Ledger { get; }

    /// <summary>Requests for raises and broken glasses.</summary>
    IRaiseStore Raises { get; }

    /// <summary>What lets providers process data.</summary>
    IAgreementStore Agreements { get; }

    /// <summary>Where what went.</summary>
    IResidencyStore Residency { get; }

    /// <summary>Releases, channels and their moves.</summary>
    IReleaseStore Releases { get; }

    /// <summary>Rollouts, rollbacks, quarantine and the timeline.</summary>
    IRoutingStore Routing { get; }

    /// <summary>Rehearsals of the way back.</summary>
    IDrillStore Drills { get; }

    /// <summary>Whether channels can be taken back, as it was found last.</summary>
    IReadinessStore Readiness { get; }

    /// <summary>What instances have seen of rollouts.</summary>
    IGuardStore Guards { get; }

    /// <summary>Who answers behind pins.</summary>
    ISentinelStore Sentinel { get; }

    /// <summary>Answers that may be given again.</summary>
    IAnswerStore Answers { get; }

    /// <summary>Which releases answered conversations.</summary>
    IConversationStore Conversations { get; }

    /// <summary>What was said in conversations whose history a provider keeps, sealed.</summary>
    ITranscriptStore Transcripts { get; }

    /// <summary>Registered contracts.</summary>
    IContractStore Contracts { get; }

    /// <summary>Measured conformance.</summary>
    IConformanceStore Conformance { get; }

    /// <summary>What vendors say was used.</summary>
    IShadowStore Shadow { get; }

    /// <summary>Prompts and answers that are kept, sealed.</summary>
    IPayloadStore Payloads { get; }

    /// <summary>Orders to keep them.</summary>
    ICaptureOrderStore Captures { get; }

    /// <summary>What webhooks did not take.</summary>
    IDeadLetterStore DeadLetters { get; }

    /// <summary>Batches that providers took.</summary>
    IBatchStore Batches { get; }

    /// <summary>Whose what providers keep is.</summary>
    IObjectStore Objects { get; }

    /// <summary>What instances that share the store know of each other; null: one process owns it.</summary>
    IInstanceStore? Instances => null;

    /// <summary>Returns when a write could be made: for <c>/readyz</c>.</summary>
    /// <exception cref="StoreUnavailableException">It could not.</exception>
    Task CheckAsync(CancellationToken cancellation);
}
