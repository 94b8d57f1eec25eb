using System.Collections.Immutable;
using Causeway.Budgets.Keys;
using static Causeway.Budgets.Ledger.LedgerDecision;
using static Causeway.Budgets.Ledger.PathMovement;

namespace Causeway.Budgets.Ledger;

/// <content>Reserve, extend, settle: the life of a reservation.</content>
public sealed partial class BudgetLedger
{
    // After its deadline a reservation may still be about to be settled.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(60);

    /// <summary>Holds a request's bound against every limit of the grant's path, or against none.</summary>
    /// <param name="grant">The leaf.</param>
    /// <param name="request">The request's id.</param>
    /// <param name="bound">What it may use at most.</param>
    /// <param name="lifetime">After how long it is in doubt if it has not ended; up to a year.</param>
    /// <param name="spender">Who asks, and for what.</param>
    /// <param name="denial">Why not.</param>
    /// <returns>The reservation; null: denied.</returns>
    /// <exception cref="InvalidOperationException">A request of that id is open.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A part of the bound is negative.</exception>
    public Reservation? Reserve(GrantNode grant, Guid request, in Amounts bound, TimeSpan lifetime, in Spender spender, out LedgerDenial? denial)
    {
        ThrowIfNegative(bound);
        lock (_gate)
        {
            grant = grant.Newest;
            long now = Advance();
            denial = StatusDenial(grant, now) ?? LimitDenial(grant, bound, now, null, _meanHeldMs);
            return denial is null ? HoldLocked(grant, request, bound, now, lifetime, spender) : null;
        }
    }

    private Reservation HoldLocked(GrantNode grant, Guid request, in Amounts bound, long now, TimeSpan lifetime, in Spender spender)
    {
        Reservation made = Open(grant, request, bound, now, now + (long)lifetime.TotalMilliseconds, Instance);
        made.LeftNanoUsd = LeftUsd(grant, now);
        grant.LastAllowedMs = now;
        made.Durable = _journal.Append(new JournalEntry(Reserved(made, now, spender)), isAwaited: grant.HasLimit);
        return made;
    }

    private LedgerEvent Reserved(Reservation made, long now, in Spender spender, Guid? lease = null) => new(LedgerEventKind.Reserved, now)
    {
        Request = made.Id,
        Grant = made.Grant.Grant.Id,
        Key = spender.Key,
        Model = spender.Model,
        Held = made.Held,
        ReservedAtMs = made.AtMs,
        DeadlineMs = made.DeadlineMs,
        Actor = Instance?.ToString(),
        Lease = lease,
    };

    /// <summary>Holds more for a request that is open: another pin, or a repair. All of it or nothing.</summary>
    /// <returns>Null: it holds. Otherwise why not.</returns>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A part is negative.</exception>
    public LedgerDenial? Extend(Reservation reservation, in Amounts more)
    {
        ThrowIfNegative(more);
        lock (_gate)
        {
            long now = Advance();
            if (reservation.State != ReservationState.Open)
            {
                throw new InvalidOperationException("A reservation that has ended cannot grow.");
            }

            if ((StatusDenial(reservation.Grant, now) ?? LimitDenial(reservation.Grant, more, now, reservation, _meanHeldMs)) is { } denial)
            {
                return denial;
            }

            Grow(reservation, more, now);
            return null;
        }
    }

    private void Grow(Reservation reservation, in Amounts more, long now)
    {
        Move(reservation, more, 0, default, 0, default, 0);
        reservation.Held += more;
        reservation.Durable = _journal.Append(
            new JournalEntry(new LedgerEvent(LedgerEventKind.Extended, now) { Request = reservation.Id, Grant = reservation.Grant.Grant.Id, Held = more, ReservedAtMs = reservation.AtMs }),
            isAwaited: reservation.Grant.HasLimit);
    }

    /// <summary>
    /// Books what a request used, in full, even beyond what it held (I8). The same again changes nothing. Where several
    /// instances write, one that was taken as in doubt meanwhile is adjusted: what it really used is known now.
    /// </summary>
    /// <param name="reservation">What is held for it.</param>
    /// <param name="used">What it used.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="usage">Its usage record.</param>
    /// <param name="model">The model that was called.</param>
    /// <param name="provider">The provider that was called.</param>
    /// <param name="remark">What else there is to say; null: nothing, or that it is an overrun.</param>
    /// <returns>False: it has ended otherwise already (<c>settle_conflict</c>).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A part is negative.</exception>
    public bool Settle(
        Reservation reservation, in Amounts used, UsageSource source, UsageRecord? usage, string? model = null, string? provider = null, LedgerRemark? remark = null)
    {
        ThrowIfNegative(used);
        if (!_journal.DecidesNow)
        {
            _ = _journal.Post(new SettledFact(this, reservation, used, source, usage, model, provider, remark));
            return true;
        }

        lock (_gate)
        {
            Advance();
            if (reservation.State == ReservationState.InDoubt && Instance is not null)
            {
                SettleLate(reservation, used, usage, source, model, provider);
                return true;
            }

            if (reservation.State != ReservationState.Open)
            {
                return reservation.State == ReservationState.Settled && reservation.Booked == used;
            }

            SettleLocked(reservation, used);
            Write(reservation, LedgerEventKind.Settled, usage, source, model, provider, remark?.Code ?? (used.Within(reservation.Held) ? null : "overrun"), remark?.Detail);
            return true;
        }
    }

    /// <summary>Nothing was sent: nothing is booked but the request itself, which is not counted either (I7).</summary>
    public bool Void(Reservation reservation, string reason, UsageRecord? usage)
    {
        if (!_journal.DecidesNow)
        {
            _ = _journal.Post(new VoidedFact(this, reservation, reason, usage));
            return true;
        }

        lock (_gate)
        {
            Advance();
            if (reservation.State != ReservationState.Open)
            {
                return reservation.State == ReservationState.Void;
            }

            VoidLocked(reservation);
            Write(reservation, LedgerEventKind.Voided, usage, UsageSource.None, null, null, reason);
            return true;
        }
    }

    /// <summary>What was used is not known: the whole bound counts as used until an adjustment says better.</summary>
    public bool Doubt(Reservation reservation, string reason, UsageRecord? usage)
    {
        if (!_journal.DecidesNow)
        {
            _ = _journal.Post(new DoubtedFact(this, reservation, reason, usage));
            return true;
        }

        lock (_gate)
        {
            if (reservation.State != ReservationState.Open)
            {
                return reservation.State == ReservationState.InDoubt;
            }

            Advance();
            DoubtLocked(reservation);
            Write(reservation, LedgerEventKind.InDoubt, usage, UsageSource.None, null, null, reason);
            return true;
        }
    }

    /// <summary>Takes what is past its deadline as in doubt. Called now and then by the reservations' owner.</summary>
    /// <returns>How many.</returns>
    public int Sweep()
    {
        lock (_gate)
        {
            Advance();

            // How long a call has been open is measured, not read off the clock: a clock that jumps forward must not put every open call in doubt.
            long measured = _time.GetTimestamp();
            Reservation[] late = [.. _open.Values.Where(reservation => reservation.DoubtAt < measured)];
            foreach (Reservation reservation in late)
            {
                DoubtLocked(reservation);
                Write(reservation, LedgerEventKind.InDoubt, null, UsageSource.None, null, null, "deadline");
            }

            return late.Length;
        }
    }

    private static void ThrowIfNegative(in Amounts amounts)
    {
        if (amounts.IsNegative)
        {
            throw new ArgumentOutOfRangeException(nameof(amounts), amounts, "What a request takes is never less than nothing.");
        }
    }

    private Reservation Open(GrantNode grant, Guid request, in Amounts bound, long atMs, long deadlineMs, InstanceId? owner)
    {
        if (_open.ContainsKey(request))
        {
            throw new InvalidOperationException($"The request {request:N} has a reservation already.");
        }

        Reservation made = Bound(request, grant, bound, atMs, deadlineMs, BalancesAt(grant, atMs), owner);
        _open.Add(request, made);
        Ask(grant, atMs);
        Move(made, bound, 1, default, 0, default, 0);
        return made;
    }

    // Whoever asks has a share where the grant above is fair, also where it gets nothing.
    private static void Ask(GrantNode leaf, long atMs)
    {
        foreach (GrantNode node in leaf.Path)
        {
            node.LastAskedMs = Math.Max(node.LastAskedMs, atMs);
            if (node.Parent is { Grant.IsFair: true } fair && !node.Grant.IsCarved)
            {
                foreach (LimitState state in fair.States)
                {
                    (state.Shares ??= new FairShares(state, atMs)).Prune(atMs);
                    state.Shares.Asked(node);
                }
            }
        }
    }

    // One for each limit of the path: the window that is held in.
    private static Balance?[] BalancesAt(GrantNode grant, long atMs)
    {
        ImmutableArray<LimitSlot> slots = grant.Slots;
        var balances = new Balance?[slots.Length];
        for (int i = 0; i < balances.Length; i++)
        {
            if (slots[i].State.Counts(atMs))
            {
                Balance balance = slots[i].State.At(atMs);
                balance.Holders++;
                balances[i] = balance;
            }
        }

        return balances;
    }

    // The object that a request under way still holds is taken up again, not doubled.
    private Reservation Bound(Guid request, GrantNode grant, in Amounts held, long atMs, long deadlineMs, Balance?[] balances, InstanceId? owner)
    {
        if (_known is not { } known || !known.Remove(request, out Reservation? made))
        {
            made = new Reservation(request, grant, held, atMs, deadlineMs, balances) { Owner = owner };
        }
        else
        {
            made.Rebind(grant, held, balances);
        }

        made.DoubtAt = DoubtAt(deadlineMs);
        return made;
    }

    private long DoubtAt(long deadlineMs) => _time.GetTimestamp() + (long)((Math.Max(0, deadlineMs - _nowMs) / 1000.0 + s_grace.TotalSeconds) * _time.TimestampFrequency);

    private void Close(Reservation reservation, ReservationState state, in Amounts booked)
    {
        _open.Remove(reservation.Id);
        _leases.Remove(reservation.Id);
        _endedInTurn?.Add(reservation);
        Release(reservation.Balances);

        reservation.State = state;
        reservation.Booked = booked;
        _meanHeldMs += reservation.IsLease ? 0 : (Math.Max(0, _nowMs - reservation.AtMs) - _meanHeldMs) / 16;
    }

    private static void Release(ReadOnlySpan<Balance?> balances)
    {
        foreach (Balance? balance in balances)
        {
            if (balance is not null)
            {
                balance.Holders--;
            }
        }
    }

    private void SettleLate(Reservation reservation, in Amounts used, UsageRecord? usage, UsageSource source, string? model, string? provider)
    {
        Amounts doubted = reservation.Booked;
        reservation.State = ReservationState.Settled;
        reservation.Booked = used;
        _endedInTurn?.Add(reservation);
        Apply(reservation.Grant.Newest, reservation.AtMs, doubted, doubted == default ? 0 : 1, used, _nowMs); // As a replay counts it.
        WriteLate(
            reservation.Id,
            reservation.Grant,
            reservation.AtMs,
            doubted,
            new LedgerEvent(LedgerEventKind.Settled, 0) { Booked = used, Source = source, Model = model, Provider = provider },
            usage);
    }

    private void WriteLate(Guid request, GrantNode grant, long reservedAtMs, in Amounts doubted, LedgerEvent end, UsageRecord? usage) => _ = _journal.Append(
        new JournalEntry(new LedgerEvent(LedgerEventKind.Adjusted, _nowMs)
        {
            Request = request,
            Grant = grant.Grant.Id,
            Held = doubted,
            Booked = end.Booked,
            ReservedAtMs = reservedAtMs,
            Source = end.Source,
            Model = end.Model,
            Provider = end.Provider,
            Actor = "causeway",
            Reason = "it ended after it was taken as in doubt",
            Code = "settled_late",
        })
        { Usage = usage },
        isAwaited: false);

    private void SettleLocked(Reservation reservation, in Amounts used)
    {
        Close(reservation, ReservationState.Settled, used);
        Move(reservation, Negative(reservation.Held), -1, used, 1, default, 0);
    }

    private void VoidLocked(Reservation reservation)
    {
        Close(reservation, ReservationState.Void, default);
        Move(reservation, Negative(reservation.Held), -reservation.Places, default, 0, default, 0);
    }

    private void DoubtLocked(Reservation reservation)
    {
        Close(reservation, ReservationState.InDoubt, reservation.Held);
        Move(reservation, Negative(reservation.Held), -reservation.Places, default, 0, reservation.Held, reservation.Places);
        if (reservation.IsLease && (reservation.Held != default || reservation.Places > 0))
        {
            _doubtedLeases[reservation.Id] = new DoubtedLease(reservation.Id, reservation.Grant, reservation.AtMs, reservation.Owner) { Held = reservation.Held, Requests = reservation.Places };
        }
    }

    private void Write(Reservation reservation, LedgerEventKind kind, UsageRecord? usage, UsageSource source, string? model, string? provider, string? code, string? detail = null) => _ = _journal.Append(
        new JournalEntry(new LedgerEvent(kind, _nowMs)
        {
            Request = reservation.Id,
            Grant = reservation.Grant.Grant.Id,
            Held = reservation.Held,
            Booked = reservation.Booked,
            ReservedAtMs = reservation.AtMs,
            Source = source,
            Model = model,
            Provider = provider,
            Code = code,
            Detail = detail,
        })
        { Usage = usage },
        isAwaited: false);
}

/// <summary>What there is to say of a settlement, beyond its numbers.</summary>
/// <param name="Code">Its stable code; it stands in place of <c>overrun</c>.</param>
/// <param name="Detail">The same in words for people.</param>
public sealed record LedgerRemark(string Code, string Detail);

/// <summary>Who spends, and on what: for the ledger's record of it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Model">The model that was asked for.</param>
public readonly record struct Spender(KeyId? Key, string? Model);
