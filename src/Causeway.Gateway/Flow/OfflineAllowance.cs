using System.Collections.Concurrent;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;

namespace Causeway.Gateway.Flow;

/// <summary>
/// What grants that are not enforced hard may still start while the store is away: a small share of their money limit. Their balances in memory stay
/// exact; what is bounded is how much of that a crash could lose before it is kept.
/// </summary>
internal sealed class OfflineAllowance(Journal journal)
{
    private const int SoftPercent = 2;
    private const int CriticalPercent = 10;
    private readonly ConcurrentDictionary<GrantId, long> _started = new();
    private readonly ConcurrentDictionary<GrantId, bool> _told = new();

    /// <summary>Is told of each critical grant once in an outage, when something of it is started; null: nobody is.</summary>
    public Action<Grant>? Critical { get; set; }

    /// <summary>Takes a request's bound out of the allowance. One that does not fit takes nothing of it.</summary>
    /// <returns>True: it may be started, or the store is there.</returns>
    public bool TryTake(GrantNode grant, in Amounts bound)
    {
        if (!journal.Failing)
        {
            if (!_started.IsEmpty || !_told.IsEmpty)
            {
                _started.Clear();
                _told.Clear();
            }

            return true;
        }

        bool may = IsWithin(grant, bound);
        if (may && grant.Grant.Enforcement == Enforcement.Critical && _told.TryAdd(grant.Grant.Id, true))
        {
            Critical?.Invoke(grant.Grant);
        }

        return may;
    }

    private bool IsWithin(GrantNode grant, in Amounts bound)
    {
        if (grant.MoneyLimit is not { } limit)
        {
            return true;
        }

        long most = limit.Amount / 100 * (grant.Grant.Enforcement == Enforcement.Critical ? CriticalPercent : SoftPercent);
        while (true)
        {
            long started = _started.GetOrAdd(grant.Grant.Id, 0);
            if (bound.NanoUsd > most - started)
            {
                return false;
            }

            if (_started.TryUpdate(grant.Grant.Id, started + bound.NanoUsd, started))
            {
                return true;
            }
        }
    }
}
