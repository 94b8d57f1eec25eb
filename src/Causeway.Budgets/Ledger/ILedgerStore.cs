using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>Where the ledger is kept: events in a chain, grants, raises and checkpoints. Written by one owner in groups.</summary>
public interface ILedgerStore
{
    /// <summary>All that a start needs.</summary>
    Task<LedgerImage> LoadAsync(CancellationToken cancellation);

    /// <summary>Whether other processes write to it too, so that every decision is made at the head of the chain, in a turn.</summary>
    bool IsShared => false;

    /// <summary>Writes what waits, in its order, in one transaction: each entry's event, usage record, grant, raise and checkpoint.</summary>
    /// <param name="take">
    /// Called when the writing begins, so that everything that waits by then goes with it; called again it must return the same, or more after it. Of a shared
    /// ledger it is called at the head of the chain, which no other process moves before this call has ended, with what others wrote since the last time.
    /// </param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    /// <returns>May complete on the thread that writes: what the owner does then is quick and waits for nothing.</returns>
    Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation);

    /// <summary>
    /// After an <see cref="AppendAsync"/> of a shared ledger that failed when it had been taken from: whether it was written nevertheless and only the answer was lost.
    /// False: nothing of it was, and nothing of it will be.
    /// </summary>
    Task<bool> WasAppendedAsync(CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>Reads events.</summary>
    Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation);

    /// <summary>Walks the whole chain.</summary>
    Task<ChainReport> VerifyAsync(CancellationToken cancellation);

    /// <summary>An entry's place and hash.</summary>
    /// <param name="seq">Of which entry; null: of the last one.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Null: there is no such entry. Before the first one the last is 0, with the hash of the origin.</returns>
    Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation);
}

/// <summary>Which events to read.</summary>
public sealed record LedgerQuery
{
    /// <summary>Only later ones than this place.</summary>
    public long After { get; init; }

    /// <summary>Only earlier ones than this place; null: to the last.</summary>
    public long? Before { get; init; }

    /// <summary>From this moment on; null: from the first.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Before this moment; null: to the last.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only of these grants, as leaf or as the one that decided; null: of all.</summary>
    public IReadOnlySet<GrantId>? Grants { get; init; }

    /// <summary>Only of these kinds; null: of all.</summary>
    public IReadOnlySet<LedgerEventKind>? Kinds { get; init; }

    /// <summary>Only of these requests; null: of all, and of none.</summary>
    public IReadOnlySet<Guid>? Requests { get; init; }

    /// <summary>At most so many, 1 to 10,000.</summary>
    public int Limit { get; init; } = 1_000;

    /// <summary>The newest ones, not the oldest; still in their order.</summary>
    public bool Newest { get; init; }

    /// <summary>Whether an event is of these grants, kinds and requests. Its place and time are not looked at.</summary>
    public bool Matches(LedgerEvent one) =>
        (Kinds is not { } kinds || kinds.Contains(one.Kind))
        && (Requests is not { } requests || (one.Request is { } request && requests.Contains(request)))
        && (Grants is not { } grants || (one.Grant is { } grant && grants.Contains(grant)) || (one.DecidedBy is { } decided && grants.Contains(decided)));
}

/// <summary>What a walk over the chain found.</summary>
/// <param name="Events">Events that were read.</param>
/// <param name="Head">The last hash, hex; of an empty ledger that of its origin.</param>
/// <param name="BrokenAt">The first event whose bytes, place, time or hash were changed; null: none.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record ChainReport(long Events, string Head, long? BrokenAt, string? Problem);
