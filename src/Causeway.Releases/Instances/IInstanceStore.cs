using Causeway.Releases.Rollback;

namespace Causeway.Releases.Instances;

/// <summary>
/// What instances that share a store know of each other: who is there, which change of the policy each has applied, and who leads. Changes are numbered in the
/// order of their commits, without a number that comes late.
/// </summary>
public interface IInstanceStore
{
    /// <summary>This process among them.</summary>
    Guid Me { get; }

    /// <summary>Says that this instance is there and how far it is.</summary>
    /// <returns>How far the others are.</returns>
    Task<PolicyNews> BeatAsync(InstanceBeat beat, CancellationToken cancellation);

    /// <summary>Where the history of the policy stands.</summary>
    Task<PolicyHead> NewestAsync(CancellationToken cancellation);

    /// <summary>Every instance that was heard of within a day, the oldest first.</summary>
    Task<IReadOnlyList<InstanceState>> ListAsync(CancellationToken cancellation);

    /// <summary>What changed since, in order; a thing that changed twice is there twice.</summary>
    Task<IReadOnlyList<PolicyChange>> ChangesAsync(long after, CancellationToken cancellation);

    /// <summary>Whether this instance leads, which exactly one does that is there. It leads until its session ends.</summary>
    Task<bool> LeadsAsync(CancellationToken cancellation);

    /// <summary>Instances that left, or that were silent for so long.</summary>
    Task<IReadOnlyList<Guid>> GoneAsync(TimeSpan silent, CancellationToken cancellation);

    /// <summary>Says that this instance is gone.</summary>
    Task LeaveAsync(CancellationToken cancellation);

    /// <summary>Waits for word that the policy or the ledger has changed, and tells it; ends with an exception when the store is lost.</summary>
    Task ListenAsync(Action<StoreWord> tell, CancellationToken cancellation);
}

/// <summary>What a store tells everybody who listens.</summary>
public enum StoreWord
{
    /// <summary>The policy has changed.</summary>
    Policy,

    /// <summary>The ledger has grown by something that concerns others now: not by the life of a request.</summary>
    Ledger,
}

/// <summary>What an instance says of itself.</summary>
/// <param name="Name">The machine and process, for people.</param>
/// <param name="Version">Of its build.</param>
/// <param name="Since">When it started.</param>
/// <param name="Revision">The last change of the policy that it has applied.</param>
/// <param name="OpenRequests">Requests that it works on.</param>
/// <param name="OpenStreams">Streams among them.</param>
/// <param name="OpenReservations">Reservations that it holds.</param>
/// <param name="Masters">Tells its master keys from others, and nothing more of them: instances with different ones do not know each other's capability keys.</param>
public sealed record InstanceBeat(string Name, string Version, DateTimeOffset Since, long Revision, int OpenRequests, int OpenStreams, int OpenReservations, string Masters)
{
    /// <summary>The newest rollback that it has applied since it started; null: none.</summary>
    public MetRollback? Met { get; init; }
}

/// <summary>An instance as the store knows it.</summary>
/// <param name="Id">Its name to the ledger.</param>
/// <param name="Beat">What it said last.</param>
/// <param name="Silent">How long ago, by the store's clock.</param>
/// <param name="IsLeader">It leads.</param>
/// <param name="LedgerSeq">The last event of the ledger that it has folded in.</param>
/// <param name="Newest">The newest change of the policy.</param>
/// <param name="LedgerHead">The newest event of the ledger.</param>
public sealed record InstanceState(Guid Id, InstanceBeat Beat, TimeSpan Silent, bool IsLeader, long LedgerSeq, long Newest, long LedgerHead);

/// <summary>What kind of thing changed.</summary>
public enum PolicySubject
{
    /// <summary>A key, by its id.</summary>
    Key,

    /// <summary>A channel, by its name.</summary>
    Channel,

    /// <summary>A contract, by its name.</summary>
    Contract,

    /// <summary>The revocation of a narrowed key.</summary>
    Revocation,

    /// <summary>A measurement of a dialect, by its model.</summary>
    Measurement,

    /// <summary>Routing, by its revision: a rollout or a rollback.</summary>
    Routing,

    /// <summary>An agreement, by its id.</summary>
    Agreement,

    /// <summary>An order to keep prompts and answers, by its id.</summary>
    Capture,
}

/// <summary>One change of the policy.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Subject">What kind of thing.</param>
/// <param name="Name">Which.</param>
/// <param name="Digest">Of the history up to and with it, lower-case hex digits; empty: it is older than digests.</param>
public sealed record PolicyChange(long Revision, PolicySubject Subject, string Name, string Digest);

/// <summary>A place in the history of the policy. Two stores that agree on it agree on every change before it.</summary>
/// <param name="Revision">The number of a change; 0: nothing was changed yet.</param>
/// <param name="Digest">Of the history up to and with it, lower-case hex digits; empty: there is none, or it is older than digests.</param>
public readonly record struct PolicyHead(long Revision, string Digest);

/// <summary>What an instance learns when it says how far it is.</summary>
/// <param name="Newest">The number of the newest change.</param>
/// <param name="Digest">What the store's history is up to the change that the instance has applied, as <see cref="PolicyHead"/> has it; null: the store has no such change.</param>
public readonly record struct PolicyNews(long Newest, string? Digest);
