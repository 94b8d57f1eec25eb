namespace Causeway.Budgets.Alerts;

/// <summary>Events that a webhook did not take, so that they can be sent again.</summary>
public interface IDeadLetterStore
{
    /// <summary>Letters that are kept at most; beyond that the oldest go.</summary>
    const int Most = 1_000;

    /// <summary>Bytes of a body at most.</summary>
    const int MaxBody = 256 * 1024;

    /// <summary>Keeps a letter; one that is there already is taken in its place. Beyond <see cref="Most"/> the oldest are forgotten.</summary>
    Task KeepAsync(DeadLetter letter, CancellationToken cancellation);

    /// <summary>The newest first.</summary>
    /// <param name="before">Only those before this one, in the order of their ids; null: from the newest.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<DeadLetter>> ListAsync(Guid? before, int limit, CancellationToken cancellation);

    /// <summary>One of them; null: there is none of that id.</summary>
    Task<DeadLetter?> FindAsync(Guid id, CancellationToken cancellation);

    /// <summary>Forgets one.</summary>
    /// <returns>False: there was none of that id.</returns>
    Task<bool> RemoveAsync(Guid id, CancellationToken cancellation);

    /// <summary>Forgets those of events before a moment.</summary>
    /// <returns>How many they were.</returns>
    Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation);
}

/// <summary>An event that a webhook did not take.</summary>
/// <param name="Id">The delivery: a version 7 UUID of the moment at which it was told, the same for every try.</param>
/// <param name="Hook">Whose address it is for: <c>alerts</c> or <c>conformance</c>, as the configuration names them.</param>
/// <param name="What">What it tells, in a few words.</param>
/// <param name="Body">The event, JSON, as it is posted; at most <see cref="IDeadLetterStore.MaxBody"/> bytes.</param>
/// <param name="Problem">Why the last try failed.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="LastTriedAt">When last, to the millisecond.</param>
public sealed record DeadLetter(Guid Id, string Hook, string What, byte[] Body, string Problem, int Tries, DateTimeOffset LastTriedAt);
