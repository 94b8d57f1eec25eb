using static Causeway.Budgets.Ledger.PathMovement;

namespace Causeway.Budgets.Ledger;

/// <content>What a process kept in its local book while the store was away, and could not tell before it ended.</content>
public sealed partial class BudgetLedger
{
    /// <summary>
    /// Books entries of a local book, and how far the book is booked, in one turn. What stands in the ledger already is left out; a request that was taken as in doubt meanwhile is adjusted,
    /// unless people said better.
    /// </summary>
    /// <param name="kept">In their order.</param>
    /// <param name="known">The ledger's events on the requests that they speak of, read after a turn of this process.</param>
    /// <param name="booked">Says how far.</param>
    /// <returns>False: one of the requests ended since that was read. Nothing was booked; read again.</returns>
    public bool Recover(IReadOnlyList<JournalEntry> kept, ILookup<Guid, LedgerEvent> known, LedgerEvent booked)
    {
        lock (_gate)
        {
            Advance();
            IDictionary<Guid, RequestAccount> accounts = RequestAccount.Fold(known.SelectMany(of => of));
            if (kept.Any(one => one.Event is { Request: { } id } && accounts.TryGetValue(id, out RequestAccount? account) && account.State == ReservationState.Open && !_open.ContainsKey(id)))
            {
                return false;
            }

            foreach (JournalEntry one in kept)
            {
                Recover(one.Event, one.Usage, accounts, known);
            }

            _ = _journal.Append(new JournalEntry(booked with { AtMs = _nowMs, Actor = Instance?.ToString() }), isAwaited: false);
            return true;
        }
    }

    /// <summary>Takes as in doubt what is still held for requests of a process that is gone.</summary>
    public int DoubtOf(IEnumerable<Guid> requests)
    {
        lock (_gate)
        {
            Advance();
            Reservation[] left = [.. requests.Select(id => _open.GetValueOrDefault(id)).OfType<Reservation>()];
            foreach (Reservation reservation in left)
            {
                DoubtLocked(reservation);
                Write(reservation, LedgerEventKind.InDoubt, null, UsageSource.None, null, null, "instance_gone");
            }

            return left.Length;
        }
    }

    private void Recover(LedgerEvent? told, UsageRecord? usage, IDictionary<Guid, RequestAccount> accounts, ILookup<Guid, LedgerEvent> known)
    {
        Guid id = told?.Request ?? default;
        switch (told?.Kind)
        {
            case LedgerEventKind.Reserved when !accounts.ContainsKey(id) && !_open.ContainsKey(id) && Find(told.Grant.GetValueOrDefault()) is { } grant:
                EnterLost(told, grant);
                break;
            case LedgerEventKind.Extended when _open.TryGetValue(id, out Reservation? open):
                Grow(open, told.Held, _nowMs);
                break;
            case LedgerEventKind.Reserved or LedgerEventKind.Extended:
                break;
            case LedgerEventKind.Settled or LedgerEventKind.Voided or LedgerEventKind.InDoubt:
                EndLost(told, usage, accounts.TryGetValue(id, out RequestAccount? account) ? account : null);
                break;
            case null:
                KeepUsage(usage);
                break;
            default:
                if (!known[id].Any(one => one.Kind == told.Kind && one.Code == told.Code && one.Detail == told.Detail))
                {
                    LedgerEvent written = told with { AtMs = _nowMs };
                    if (written.Kind == LedgerEventKind.Denied)
                    {
                        Remember(written);
                    }

                    _ = _journal.Append(new JournalEntry(written) { Usage = usage }, isAwaited: false);
                }

                break;
        }
    }

    // As the process would have entered it; it stays the process's, which is gone.
    private void EnterLost(LedgerEvent told, GrantNode grant)
    {
        bool isDrawn = told.Lease is { } lease && LeaveLease(lease, told.Held);
        Reservation made = new(told.Request!.Value, grant, told.Held, told.ReservedAtMs, told.DeadlineMs, BalancesAt(grant, told.ReservedAtMs))
        {
            Owner = InstanceId.TryParse(told.Actor, out InstanceId owner) ? owner : null,
            DoubtAt = DoubtAt(told.DeadlineMs),
        };
        _open.Add(made.Id, made);
        Move(made, made.Held, 1, default, 0, default, 0);
        grant.LastAllowedMs = Math.Max(grant.LastAllowedMs, made.AtMs);
        _ = _journal.Append(new JournalEntry(told with { AtMs = _nowMs, Lease = isDrawn ? told.Lease : null }), isAwaited: false);
    }

    private void EndLost(LedgerEvent told, UsageRecord? usage, RequestAccount? account)
    {
        if (!_open.TryGetValue(told.Request!.Value, out Reservation? open))
        {
            if (told.Kind != LedgerEventKind.InDoubt && account is { State: ReservationState.InDoubt, Words.Count: 0 } && Find(account.Grant) is { } grant)
            {
                Apply(grant, account.ReservedAtMs, account.InDoubt, account.InDoubt == default ? 0 : 1, told.Booked, _nowMs);
                WriteLate(told.Request.Value, grant, account.ReservedAtMs, account.InDoubt, told, usage);
            }
            else
            {
                KeepUsage(usage);
            }

            return;
        }

        switch (told.Kind)
        {
            case LedgerEventKind.Settled:
                SettleLocked(open, told.Booked);
                break;
            case LedgerEventKind.Voided:
                VoidLocked(open);
                break;
            default:
                DoubtLocked(open);
                break;
        }

        string? code = told.Code ?? (told.Kind == LedgerEventKind.Settled && !told.Booked.Within(open.Held) ? "overrun" : null);
        Write(open, told.Kind, usage, told.Source, told.Model, told.Provider, code, told.Detail);
    }

    // The store leaves out what it has.
    private void KeepUsage(UsageRecord? usage)
    {
        if (usage is not null)
        {
            _ = _journal.Append(new JournalEntry((LedgerEvent?)null) { Usage = usage }, isAwaited: false);
        }
    }
}
