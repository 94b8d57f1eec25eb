using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// What the grants right below a fair one have taken of one of its limits, by window, and what those that are active may still claim of it. In memory and a fold of the events as
/// the balances are, but no part of them: it decides who comes first, never how much there is. After a start it knows what came since the checkpoint that the start began with.
/// </summary>
/// <param name="of">The limit.</param>
/// <param name="sinceMs">Requests that were reserved earlier are not counted, Unix milliseconds.</param>
internal sealed class FairShares(LimitState of, long sinceMs)
{
    /// <summary>For how long a holder that asked counts as active, milliseconds.</summary>
    public const long ActiveMs = 60_000;

    private readonly Dictionary<GrantNode, LimitState> _taken = [];
    private long _prunedMs;

    /// <summary>A holder asked: from now on it has a share.</summary>
    public void Asked(GrantNode holder) => _ = TallyOf(holder);

    /// <summary>Whether it counts a request that was reserved then.</summary>
    public bool Counts(long reservedAtMs) => reservedAtMs >= sinceMs;

    /// <summary>What a holder took, or gave back, in the window of a reservation.</summary>
    public void Took(GrantNode holder, long reservedAtMs, long difference) => TallyOf(holder).At(reservedAtMs).Reserved += difference;

    /// <summary>
    /// What the other active holders may still claim, where this one would have more than its share; 0: it stays within it. The share is by weight, of what is left and what the active
    /// ones have taken.
    /// </summary>
    /// <param name="holder">Who asks; null: the grant itself, which has no share of its own.</param>
    /// <param name="asked">For how much.</param>
    /// <param name="left">What is left of the limit.</param>
    /// <param name="nowMs">The ledger's time.</param>
    public long ClaimedFrom(GrantNode? holder, long asked, long left, long nowMs)
    {
        Int128 pool = Math.Max(0, left);
        long weights = 0;
        foreach ((GrantNode one, LimitState tally) in _taken)
        {
            if (IsActive(one, nowMs) || one == holder)
            {
                pool += Math.Max(0, tally.TakenAt(nowMs));
                weights += one.Grant.Weight;
            }
        }

        if (holder is not null && !_taken.ContainsKey(holder))
        {
            weights += holder.Grant.Weight;
        }

        long own = holder is not null && _taken.TryGetValue(holder, out LimitState? mine) ? Math.Max(0, mine.TakenAt(nowMs)) : 0;
        if (weights == 0 || (holder is not null && own + asked <= pool * holder.Grant.Weight / weights))
        {
            return 0;
        }

        Int128 claimed = 0;
        foreach ((GrantNode one, LimitState tally) in _taken)
        {
            if (one != holder && IsActive(one, nowMs))
            {
                claimed += Int128.Max(0, (pool * one.Grant.Weight / weights) - Math.Max(0, tally.TakenAt(nowMs)));
            }
        }

        return (long)Int128.Min(claimed, Balance.Most);
    }

    /// <summary>Forgets holders that have taken nothing in a window that counts and have not asked for long. Now and then, when somebody asks.</summary>
    public void Prune(long nowMs)
    {
        if (nowMs - _prunedMs < ActiveMs)
        {
            return;
        }

        _prunedMs = nowMs;
        foreach ((GrantNode one, LimitState tally) in _taken)
        {
            if (!IsActive(one, nowMs) && tally.TakenAt(nowMs) == 0)
            {
                _taken.Remove(one); // A dictionary may be removed from while it is walked.
            }
        }
    }

    private static bool IsActive(GrantNode holder, long nowMs) => holder.LastAskedMs > nowMs - ActiveMs && !holder.HasEnded && holder.Grant.Status == GrantStatus.Active;

    private LimitState TallyOf(GrantNode holder)
    {
        if (!_taken.TryGetValue(holder, out LimitState? tally))
        {
            _taken[holder] = tally = new LimitState(holder, of.Number, of.Limit with { Amount = Balance.Most });
        }

        return tally;
    }
}
