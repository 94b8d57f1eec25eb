using System.Collections.Concurrent;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;

namespace Causeway.Gateway.Flow;

/// <summary>
/// What grants that are not enforced hard may still start while the store is away: a small share of every limit of their path, whatever it counts, so that many grants below one have no more
/// than that one. Their balances in memory stay exact; what is bounded is how much of that a crash could lose before it is kept.
/// </summary>
internal sealed class OfflineAllowance(Journal journal)
{
    private const int SoftPercent = 2;
    private const int CriticalPercent = 10;
    private readonly Lock _turn = new();
    private readonly Dictionary<(GrantId Grant, Meter Meter, Window Window), long> _started = [];
    private readonly ConcurrentDictionary<GrantId, bool> _told = new();
    private volatile bool _isUsed;

    /// <summary>Is told of each critical grant once in an outage, when something of it is started; null: nobody is.</summary>
    public Action<Grant>? Critical { get; set; }

    /// <summary>Takes a request's bound out of the allowances of its path. One that does not fit into all of them takes nothing of any.</summary>
    /// <returns>True: it may be started, or the store is there.</returns>
    public bool TryTake(GrantNode grant, in Amounts bound)
    {
        if (!journal.Failing)
        {
            if (_isUsed)
            {
                Forget();
            }

            return true;
        }

        bool may = IsTaken(grant, bound);
        if (may && grant.Enforcement == Enforcement.Critical && _told.TryAdd(grant.Grant.Id, true))
        {
            Critical?.Invoke(grant.Grant);
        }

        return may;
    }

    private bool IsTaken(GrantNode grant, in Amounts bound)
    {
        lock (_turn)
        {
            _isUsed = true;
            foreach ((GrantNode node, Limit limit) in BoundsOf(grant))
            {
                if (bound.Of(limit.Meter) > MostOf(limit, node) - _started.GetValueOrDefault(Name(node, limit)))
                {
                    return false;
                }
            }

            foreach ((GrantNode node, Limit limit) in BoundsOf(grant))
            {
                _started[Name(node, limit)] = _started.GetValueOrDefault(Name(node, limit)) + bound.Of(limit.Meter);
            }

            return true;
        }
    }

    private void Forget()
    {
        lock (_turn)
        {
            _started.Clear();
            _told.Clear();
            _isUsed = false;
        }
    }

    // What is open at once is nothing that a crash could lose, and a pace only says when.
    private static IEnumerable<(GrantNode Node, Limit Limit)> BoundsOf(GrantNode grant) =>
        from node in grant.Path
        from limit in node.Grant.Limits
        where !limit.IsPace && limit.Meter != Meter.Concurrent
        select (node, limit);

    // Rounded up: of a limit of ten requests one may still be started.
    private static long MostOf(Limit limit, GrantNode of) => (long)((((Int128)limit.Amount * (of.Enforcement == Enforcement.Critical ? CriticalPercent : SoftPercent)) + 99) / 100);

    private static (GrantId Grant, Meter Meter, Window Window) Name(GrantNode node, Limit limit) => (node.Grant.Id, limit.Meter, limit.Window);
}
