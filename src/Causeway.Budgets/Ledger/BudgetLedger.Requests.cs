using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;

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
            long now = Advance();
            denial = StatusDenial(grant, now) ?? LimitDenial(grant, bound, now, null);
            if (denial is not null)
            {
                return null;
            }

            long deadline = now + (long)lifetime.TotalMilliseconds;
            Reservation made = Open(grant, request, bound, now, deadline);
            made.LeftNanoUsd = LeftUsd(grant, now);
            made.DoubtAt = _time.GetTimestamp() + (long)((lifetime + s_grace).TotalSeconds * _time.TimestampFrequency);
            grant.LastAllowedMs = now;
            made.Durable = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.Reserved, now)
                {
                    Request = request,
                    Grant = grant.Grant.Id,
                    Key = spender.Key,
                    Model = spender.Model,
                    Held = bound,
                    ReservedAtMs = now,
                    DeadlineMs = deadline,
                }),
                isAwaited: grant.HasLimit);
            return made;
        }
    }

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

            if ((StatusDenial(reservation.Grant, now) ?? LimitDenial(reservation.Grant, more, now, reservation)) is { } denial)
            {
                return denial;
            }

            Move(reservation, more, 0, default, 0, default, 0);
            reservation.Held += more;
            reservation.Durable = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.Extended, now) { Request = reservation.Id, Grant = reservation.Grant.Grant.Id, Held = more, ReservedAtMs = reservation.AtMs }),
                isAwaited: reservation.Grant.HasLimit);
            return null;
        }
    }

    /// <summary>Books what a request used, in full, even beyond what it held (I8). The same again changes nothing.</summary>
    /// <returns>False: it has ended otherwise already (<c>settle_conflict</c>).</returns>
    /// <exception cref="ArgumentOutOfRangeException">A part is negative.</exception>
    public bool Settle(Reservation reservation, in Amounts used, UsageSource source, UsageRecord? usage, string? model = null, string? provider = null)
    {
        ThrowIfNegative(used);
        lock (_gate)
        {
            Advance();
            if (reservation.State != ReservationState.Open)
            {
                return reservation.State == ReservationState.Settled && reservation.Booked == used;
            }

            SettleLocked(reservation, used);
            Write(reservation, LedgerEventKind.Settled, usage, source, model, provider, used.Within(reservation.Held) ? null : "overrun");
            return true;
        }
    }

    /// <summary>Nothing was sent: nothing is booked but the request itself, which is not counted either (I7).</summary>
    public bool Void(Reservation reservation, string reason, UsageRecord? usage)
    {
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

    /// <summary>A later word on a request in doubt, or a provider's correction: the only way in which what is booked may fall (I10).</summary>
    /// <param name="grant">The leaf that was charged.</param>
    /// <param name="request">The request.</param>
    /// <param name="reservedAtMs">When it was reserved: names the windows.</param>
    /// <param name="wasInDoubt">What counts as in doubt and does so no longer.</param>
    /// <param name="difference">What is booked more, or less where negative.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <param name="evidence">By what: an export's line, a credit note.</param>
    /// <exception cref="ArgumentException">Actor, reason or evidence is blank, or what counts as in doubt is negative.</exception>
    /// <exception cref="InvalidOperationException">More would be taken back than is booked or in doubt: it was adjusted before.</exception>
    public Task Adjust(GrantNode grant, Guid request, long reservedAtMs, in Amounts wasInDoubt, in Amounts difference, string actor, string reason, string evidence)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentException.ThrowIfNullOrWhiteSpace(evidence);
        ThrowIfNegative(wasInDoubt);
        lock (_gate)
        {
            long now = Advance();
            int doubted = wasInDoubt == default ? 0 : 1;
            ThrowIfMoreThanBooked(grant, reservedAtMs, wasInDoubt, doubted, difference, now);
            Apply(grant, reservedAtMs, wasInDoubt, doubted, difference, now);
            return _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.Adjusted, now)
                {
                    Request = request,
                    Grant = grant.Grant.Id,
                    ReservedAtMs = reservedAtMs,
                    Held = wasInDoubt,
                    Booked = difference,
                    Actor = actor,
                    Reason = reason,
                    Detail = evidence,
                }),
                isAwaited: true);
        }
    }

    private static void ThrowIfNegative(in Amounts amounts)
    {
        if (amounts.IsNegative)
        {
            throw new ArgumentOutOfRangeException(nameof(amounts), amounts, "What a request takes is never less than nothing.");
        }
    }

    private static Amounts Negative(in Amounts amounts) => new(-amounts.NanoUsd, -amounts.TokensIn, -amounts.TokensOut);

    private Reservation Open(GrantNode grant, Guid request, in Amounts bound, long atMs, long deadlineMs)
    {
        if (_open.ContainsKey(request))
        {
            throw new InvalidOperationException($"The request {request:N} has a reservation already.");
        }

        var balances = new Balance[grant.Slots.Length];
        for (int i = 0; i < balances.Length; i++)
        {
            balances[i] = grant.Slots[i].State.At(atMs);
            balances[i].Holders++;
        }

        var made = new Reservation(request, grant, bound, atMs, deadlineMs, balances);
        _open.Add(request, made);
        Move(made, bound, 1, default, 0, default, 0);
        return made;
    }

    private void Close(Reservation reservation, ReservationState state, in Amounts booked)
    {
        _open.Remove(reservation.Id);
        foreach (Balance balance in reservation.Balances)
        {
            balance.Holders--;
        }

        reservation.State = state;
        reservation.Booked = booked;
        _meanHeldMs += (Math.Max(0, _nowMs - reservation.AtMs) - _meanHeldMs) / 16;
    }

    private void SettleLocked(Reservation reservation, in Amounts used)
    {
        Close(reservation, ReservationState.Settled, used);
        Move(reservation, Negative(reservation.Held), -1, used, 1, default, 0);
    }

    private void VoidLocked(Reservation reservation)
    {
        Close(reservation, ReservationState.Void, default);
        Move(reservation, Negative(reservation.Held), -1, default, 0, default, 0);
    }

    private void DoubtLocked(Reservation reservation)
    {
        Close(reservation, ReservationState.InDoubt, reservation.Held);
        Move(reservation, Negative(reservation.Held), -1, default, 0, reservation.Held, 1);
    }

    private void Write(Reservation reservation, LedgerEventKind kind, UsageRecord? usage, UsageSource source, string? model, string? provider, string? code) => _ = _journal.Append(
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
        })
        { Usage = usage },
        isAwaited: false);

    private static LedgerDenial? StatusDenial(GrantNode leaf, long now)
    {
        foreach (GrantNode node in leaf.Path)
        {
            Grant grant = node.Grant;
            string? code = grant.Status switch
            {
                GrantStatus.Suspended => "grant_suspended",
                GrantStatus.Revoked => "grant_revoked",
                _ when grant.ExpiresAt?.ToUnixTimeMilliseconds() <= now || grant.NotBefore?.ToUnixTimeMilliseconds() > now => "grant_expired",
                _ when grant.Kind == GrantKind.BreakGlass => "grant_sealed",
                _ => null,
            };
            if (code is not null)
            {
                return new LedgerDenial(code, grant.Id);
            }
        }

        return null;
    }

    // The first limit, from the leaf up, that the bound does not fit. A reservation that grows has taken its place and counts as a request already;
    // it grows in the window in which it was made, be that over, and takes nothing from the one that is now.
    private LedgerDenial? LimitDenial(GrantNode leaf, in Amounts bound, long now, Reservation? grows)
    {
        Span<long> escrow = leaf.Slots.Length <= 64 ? stackalloc long[leaf.Slots.Length] : new long[leaf.Slots.Length];
        for (int i = 0; i < leaf.Slots.Length; i++)
        {
            LimitState state = leaf.Slots[i].State;
            if (grows is not null && state.Limit.Meter is Meter.Requests or Meter.Concurrent)
            {
                continue;
            }

            long at = grows is null ? now : Math.Min(now, state.Limit.Window.CountsUntil(grows.Balances[i].Start) - 1);
            long asked = Math.Min(bound.Of(state.Limit.Meter), 2 * Balance.Most);
            if (state.CarvedFrom is not null)
            {
                // What it takes here comes out of the escrow above, as far as there is any.
                escrow[i] = Math.Min(asked, state.EscrowAt(at));
            }

            int carve = leaf.Slots[i].Carve;
            long fresh = carve >= 0 ? asked - escrow[carve] : asked;
            long taken = state.TakenAt(at);
            if (fresh > 0 && taken + fresh > state.AmountAt(at))
            {
                return Denial(state, grows, carve >= 0 ? leaf.Slots[carve].State : null, asked, fresh, taken, at);
            }
        }

        return null;
    }

    // Held by other open requests (a moment cures it), spent (it does not), or more than would ever fit: of what is carved out of the limit no window
    // has anything left. Open requests do not give back that they were requests, so of those nothing is ever held.
    private LedgerDenial Denial(LimitState state, Reservation? grows, LimitState? carve, long asked, long fresh, long taken, long at)
    {
        long amount = state.AmountAt(at);
        long own = grows is null ? 0 : grows.Held.Of(state.Limit.Meter);
        long floor = carve is null ? 0 : Math.Min(own + asked, carve.Limit.Amount);
        bool isNever = own + asked - floor > amount - state.Carved;
        bool isHeld = state.Limit.Meter != Meter.Requests && taken - (state.ReservedAt(at) - own) + fresh <= amount;
        long end = isNever && state.Limit.Window.Kind == WindowKind.Rolling ? long.MaxValue : state.FreeAt(at, taken + fresh - amount);
        TimeSpan moment = TimeSpan.FromMilliseconds(Math.Clamp(_meanHeldMs, 1_000, 30_000));
        TimeSpan? untilEnd = end == long.MaxValue ? null : TimeSpan.FromMilliseconds(Math.Max(1_000, end - at));
        (string code, TimeSpan? after) = state.Limit.Meter switch
        {
            Meter.Concurrent => ("rate_concurrent", (TimeSpan?)moment),
            _ when isNever => ("request_exceeds_limit", null),
            _ when state.Limit.IsPace => ("limit_paced", isHeld && moment < untilEnd ? moment : untilEnd),
            _ when isHeld => ("limit_held", moment),
            Meter.Requests when untilEnd is not null => ("rate_requests", untilEnd),
            _ => ("limit_spent", null),
        };
        return new LedgerDenial(code, state.Grant.Grant.Id)
        {
            Limit = state.Limit,
            Amount = isNever ? amount - state.Carved + floor : amount,
            Asked = isNever ? own + asked : asked,
            Left = Math.Max(0, amount - taken),
            WindowEnds = end == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(end),
            RetryAfter = after,
        };
    }

    // Changes every balance of the path, from the leaf up, and with a carve's use the escrow above it.
    private static void Move(Reservation reservation, in Amounts reserved, int places, in Amounts committed, int requests, in Amounts inDoubt, int doubted) =>
        Move(reservation.Grant, reservation.Balances, reserved, places, committed, requests, inDoubt, doubted);

    private static void Move(GrantNode grant, Balance[] balances, in Amounts reserved, int places, in Amounts committed, int requests, in Amounts inDoubt, int doubted)
    {
        for (int i = 0; i < balances.Length; i++)
        {
            LimitSlot slot = grant.Slots[i];
            Balance balance = balances[i];
            Meter meter = slot.State.Limit.Meter;
            long escrowBefore = slot.State.CarvedFrom is null ? 0 : slot.State.EscrowOf(balance);
            balance.Reserved += Delta(meter, reserved, places);
            if (meter != Meter.Concurrent)
            {
                balance.Committed += Delta(meter, committed, requests);
                balance.InDoubt += Delta(meter, inDoubt, doubted);
            }

            if (slot.State.CarvedFrom is not null)
            {
                long change = slot.State.EscrowOf(balance) - escrowBefore;
                for (int above = i + 1; change != 0 && above < balances.Length; above++)
                {
                    if (grant.Slots[above].Carve == i)
                    {
                        balances[above].Escrowed += change;
                    }
                }
            }
        }
    }

    private static long Delta(Meter meter, in Amounts amounts, int count) =>
        meter is Meter.Requests or Meter.Concurrent ? count : Math.Clamp(amounts.Of(meter), -Balance.Most, Balance.Most);

    // An adjustment finds its windows by the time of the reservation. One that is over and forgotten decides nothing any more: the event alone keeps it.
    private static void Apply(GrantNode grant, long reservedAtMs, in Amounts wasInDoubt, int doubted, in Amounts committed, long now)
    {
        var balances = new Balance[grant.Slots.Length];
        for (int i = 0; i < balances.Length; i++)
        {
            LimitState state = grant.Slots[i].State;
            long start = state.Limit.Window.StartOf(reservedAtMs);
            balances[i] = state.Kept(start) ?? (state.Limit.Window.CountsUntil(start) > now ? state.OfWindow(start) : new Balance(start));
        }

        Move(grant, balances, default, 0, committed, doubted, Negative(wasInDoubt), -doubted);
    }

    // No balance is ever below 0.
    private static void ThrowIfMoreThanBooked(GrantNode grant, long reservedAtMs, in Amounts wasInDoubt, int doubted, in Amounts difference, long now)
    {
        foreach (LimitSlot slot in grant.Slots)
        {
            Limit limit = slot.State.Limit;
            long start = limit.Window.StartOf(reservedAtMs);
            Balance? kept = slot.State.Kept(start);
            if (limit.Meter == Meter.Concurrent || (kept is null && limit.Window.CountsUntil(start) <= now))
            {
                continue;
            }

            if ((kept?.Committed ?? 0) + Delta(limit.Meter, difference, doubted) < 0 || (kept?.InDoubt ?? 0) < Delta(limit.Meter, wasInDoubt, doubted))
            {
                throw new InvalidOperationException($"{slot.State.Grant.Grant.Id} has less booked, or less in doubt, than the adjustment takes back.");
            }
        }
    }
}

/// <summary>Who spends, and on what: for the ledger's record of it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Model">The model that was asked for.</param>
public readonly record struct Spender(KeyId? Key, string? Model);
