using Causeway.Budgets.Leases;
using static Causeway.Budgets.Ledger.LedgerDecision;

namespace Causeway.Budgets.Ledger;

/// <content>What has become due of leases, looked after in every turn, right after what others wrote is known: own rests go back, and what others left behind is taken as in doubt.</content>
public sealed partial class BudgetLedger
{
    /// <summary>Gives back what this instance holds, since it ends. What is drawn later is decided directly.</summary>
    /// <exception cref="LedgerUnavailableException">The store is away: others take it as in doubt.</exception>
    public async ValueTask ReturnLeasesAsync()
    {
        if (_desk is null)
        {
            return;
        }

        lock (_gate)
        {
            foreach ((LeaseLeaf leaf, LeaseLot lot) in _desk.Lots)
            {
                leaf.RestUntil = long.MaxValue;
                lot.End();
            }
        }

        // Behind everything that was drawn and is still to be told.
        await DecideAsync(() =>
        {
            lock (_gate)
            {
                TendLeases(Advance());
                return true;
            }
        });
    }

    /// <summary>Whether the store was away a moment ago, so that nobody is taken for gone who only could not say that he is there.</summary>
    public bool IsLearning
    {
        get
        {
            lock (_gate)
            {
                return Clock() < _learnsUntilMs;
            }
        }
    }

    // The store, or this instance's way to it, was away for longer than anybody goes without a look: the others may be in the same place. Their leases are honoured for as long as one lasts.
    private void Learn(long? before, long now)
    {
        if (before is not { } last || now - last > (long)TimesOfLeases.Margin.TotalMilliseconds)
        {
            _learnsUntilMs = now + (long)TimesOfLeases.Life.TotalMilliseconds;
        }
    }

    private void Tend(long now)
    {
        if (_leases.Count == 0 && _doubtedLeases.Count == 0 && _desk?.IsEmpty != false)
        {
            return;
        }

        ForgetLots();
        TendLeases(now);
        foreach (DoubtedLease doubted in _doubtedLeases.Values)
        {
            if (doubted.Owner == Instance && !doubted.IsOver(now))
            {
                ComeBack(doubted); // A dictionary may be removed from while it is walked.
            }
        }
    }

    private void TendLeases(long now)
    {
        foreach (Reservation lease in _leases.Values.ToArray())
        {
            if (lease.Owner == Instance)
            {
                Tend(lease, now);
            }
            else if (lease.DeadlineMs + (long)TimesOfLeases.Grace.TotalMilliseconds <= now && !(now < _learnsUntilMs))
            {
                DoubtLocked(lease);
                Write(lease, LedgerEventKind.InDoubt, null, UsageSource.None, null, null, "lease_over");
            }
        }
    }

    // This turn stands on what is durable: a lot whose lease is not there was never taken, or has ended.
    private void ForgetLots()
    {
        if (_desk is null)
        {
            return;
        }

        foreach ((LeaseLeaf leaf, LeaseLot lot) in _desk.Lots)
        {
            if (!_leases.ContainsKey(lot.Id))
            {
                lot.End();
                if (lot.Untold == 0 && !_doubtedLeases.ContainsKey(lot.Id))
                {
                    _desk.Remove(leaf, lot);
                }
            }
        }
    }

    private void Tend(Reservation lease, long now)
    {
        if (_desk is null || !_desk.TryFind(lease.Id, out LeaseLeaf leaf, out LeaseLot lot))
        {
            Return(lease, default, 0); // Nobody can draw from it any more.
            return;
        }

        if (IsDue(lease, leaf, lot, now))
        {
            Return(lease, leaf, lot);
        }
    }

    private bool IsDue(Reservation lease, LeaseLeaf leaf, LeaseLot lot, long now)
    {
        long at = _time.GetTimestamp();
        return lot.IsOver
            || at >= lot.UseUntil
            || lease.RecalledAtMs > 0
            || !lot.IsOf(lease.Grant.Slots)
            || StatusDenial(lease.Grant, now) is not null
            || (_time.GetElapsedTime(lot.AskedAt, at) >= TimesOfLeases.Renewal
                && (leaf.Lots[^1] is var youngest && youngest != lot && youngest.IsUsable || _time.GetElapsedTime(Math.Max(lot.AskedAt, lot.DrawnAt), at) >= TimesOfLeases.Renewal));
    }

    // What was drawn and is not told stays held until it is told, which is in this turn or the next.
    private void Return(Reservation lease, LeaseLeaf leaf, LeaseLot lot)
    {
        lot.End();
        if (lease.RecalledAtMs > 0)
        {
            leaf.RestUntil = Math.Max(leaf.RestUntil, After(TimesOfLeases.Rest));
        }

        (Amounts owed, int requests) = lot.Owed();
        Return(lease, owed, requests, lot.Untold > 0);
    }

    private void Return(Reservation lease, in Amounts owed, int requests, bool isOwed = false)
    {
        Amounts part = Amounts.Beyond(lease.Held, owed);
        int places = Math.Max(0, lease.Places - requests);
        if (isOwed && part == default && places == 0)
        {
            return;
        }

        Returned(lease.Id, lease.Grant, lease.AtMs, part, places, isOwed ? null : LedgerEvent.LeaseEnded);
        if (isOwed)
        {
            GiveBack(lease, part, places);
        }
        else
        {
            VoidLocked(lease);
        }
    }

    // Others took this instance for gone. What it did not draw was never used, and goes out of the doubt; what it drew is told by those who drew it.
    private void ComeBack(DoubtedLease doubted)
    {
        (Amounts owed, int requests) = _desk is not null && _desk.TryFind(doubted.Id, out _, out LeaseLot lot) ? lot.Owed() : default;
        Amounts part = Amounts.Beyond(doubted.Held, owed);
        int places = Math.Max(0, doubted.Requests - requests);
        if (part != default || places > 0)
        {
            ReturnLate(doubted, part, places);
        }
    }

    // At most what is still in doubt: people may have said better meanwhile.
    private void ReturnLate(DoubtedLease doubted, in Amounts held, int requests)
    {
        (Amounts part, int places) = (Amounts.Least(held, doubted.Held), Math.Min(requests, doubted.Requests));
        Returned(doubted.Id, doubted.Grant, doubted.AtMs, part, places, LedgerEvent.LeaseLate, doubted.Owner);
        Undoubt(doubted, part, places);
    }

    private void Returned(Guid lease, GrantNode leaf, long atMs, in Amounts part, int places, string? code, InstanceId? owner = null) => _ = _journal.Append(
        new JournalEntry(new LedgerEvent(LedgerEventKind.LeaseReturned, _nowMs)
        {
            Request = lease,
            Grant = leaf.Grant.Id,
            Held = part,
            Places = places,
            ReservedAtMs = atMs,
            Code = code,
            Actor = (owner ?? Instance)?.ToString(),
        }),
        isAwaited: false);

    private long After(TimeSpan time) => _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency);
}
