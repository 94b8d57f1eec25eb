using System.Collections.Immutable;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>Takes what the ledger decided, in the order of its decisions, and makes it durable in groups.</summary>
public interface ILedgerJournal
{
    /// <summary>Hands an entry over. Never blocks and never fails; called under the ledger's lock.</summary>
    /// <param name="entry">What happened.</param>
    /// <param name="isAwaited">Somebody waits for it: it is written at once. What nobody waits for may wait for company.</param>
    /// <returns>Completes when the entry, and all before it, are durable; fails when they cannot be made so now. They are kept and tried again.</returns>
    Task Append(JournalEntry entry, bool isAwaited);

    /// <summary>Whether what is decided here and now holds: always where this process alone writes the ledger, or else in its turn.</summary>
    bool DecidesNow => true;

    /// <summary>Whether so much waits to be written that nothing should be told afterwards which can be asked before.</summary>
    bool IsBehind => false;

    /// <summary>
    /// Makes a decision where it holds for everybody: at once where this process alone writes the ledger, or else in its next turn at the head of the chain. It may
    /// run more than once if the store loses a turn, and what it returns is that of the turn that was kept.
    /// </summary>
    /// <param name="decision">Asks the ledger. Short, and waits for nothing.</param>
    /// <param name="undo">Takes back what was decided and kept though the caller was told that it failed; null: there is nothing to take back.</param>
    /// <returns>What was decided; of a shared ledger when it is durable.</returns>
    ValueTask<T> DecideAsync<T>(Func<T> decision, Action<T>? undo = null) => ValueTask.FromResult(decision());

    /// <summary>The same for what has happened already and must be written, however long the store is away.</summary>
    void Post(Action decision) => decision();

    /// <summary>The same for what must not end with the process either.</summary>
    /// <returns>Completes when it would outlive the process: at once while the store is there, as it is told soon. Fails when the store is away and nothing else keeps it.</returns>
    Task Post(LedgerFact fact)
    {
        Post(fact.Decide);
        return Task.CompletedTask;
    }
}

/// <summary>What is written in one piece: all of it or nothing.</summary>
/// <param name="Event">The ledger's event; null: a usage record of a request that no grant is charged for.</param>
public sealed record JournalEntry(LedgerEvent? Event)
{
    /// <summary>The request's usage record.</summary>
    public UsageRecord? Usage { get; init; }

    /// <summary>By how much a usage record changes that was written before.</summary>
    public UsageAdjustment? Adjusted { get; init; }

    /// <summary>The grant as it now is.</summary>
    public Grant? Grant { get; init; }

    /// <summary>The balances and open reservations after everything before this entry; there is no event then.</summary>
    public byte[]? Checkpoint { get; init; }

    /// <summary>Accounts that are over and that nothing speaks of any more.</summary>
    public ImmutableArray<GrantId> Forgotten { get; init; } = [];

    /// <summary>Raises that hold from now on, or that have ended.</summary>
    public IReadOnlyList<Overlay> Overlays { get; init; } = [];
}
