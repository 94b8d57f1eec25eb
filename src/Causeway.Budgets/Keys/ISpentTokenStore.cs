namespace Causeway.Budgets.Keys;

/// <summary>
/// Tokens that are not taken again before they end by themselves: those that are good for one use and had it, and sessions that were signed out. Kept by
/// digest, the same for every instance, until their end. Safe to call from many threads.
/// </summary>
public interface ISpentTokenStore
{
    /// <summary>Marks a token as spent, and drops the marks of those that are over.</summary>
    /// <param name="token">Its digest.</param>
    /// <param name="until">Until when the mark is needed: the token's own end, and what clocks may be apart.</param>
    /// <param name="now">The moment.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>True: it was not spent before. Of several at once exactly one is told so.</returns>
    Task<bool> SpendAsync(KeyHash token, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Whether a token was spent.</summary>
    Task<bool> IsSpentAsync(KeyHash token, CancellationToken cancellation);

    /// <summary>Which of many tokens were spent, by one question.</summary>
    /// <param name="tokens">Their digests.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Those of them that were spent.</returns>
    Task<IReadOnlySet<KeyHash>> SpentAmongAsync(IReadOnlyCollection<KeyHash> tokens, CancellationToken cancellation);
}
