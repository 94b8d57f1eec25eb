using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using static Causeway.Budgets.Ledger.LedgerDecision;
using static Causeway.Budgets.Ledger.PathMovement;

namespace Causeway.Budgets.Ledger;

/// <content>
/// What a request asks of the ledger, wherever the decision is made: at once where this process alone writes, or else at the head of the chain. What no limit
/// stands against needs no decision, and is only told.
/// </content>
public sealed partial class BudgetLedger
{
    /// <summary><see cref="Reserve"/> where the decision holds for everybody.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public ValueTask<Held> ReserveAsync(GrantNode grant, Guid request, in Amounts bound, TimeSpan lifetime, in Spender spender)
    {
        if (_journal.DecidesNow)
        {
            Reservation? made = Reserve(grant, request, bound, lifetime, spender, out LedgerDenial? denial);
            return ValueTask.FromResult(new Held(made, denial));
        }

        if (!grant.HasLimit)
        {
            return ValueTask.FromResult(Admit(grant, request, bound, lifetime, spender));
        }

        if (_desk is not null && TryDraw(grant, request, bound, bound, lifetime, spender, out Held? drawn))
        {
            return ValueTask.FromResult(drawn.Value);
        }

        return AskAsync(grant, request, bound, lifetime, spender);
    }

    // Apart, as every request comes by and few need what a lambda keeps.
    private ValueTask<Held> AskAsync(GrantNode grant, Guid request, Amounts bound, TimeSpan lifetime, Spender spender) => AskAsync(grant, (leaf, mayRecall) => Recalling(
        () => LimitDenial(leaf, bound, _nowMs, null, _meanHeldMs),
        mayRecall,
        () => new Asked(new Held(Reserve(leaf, request, bound, lifetime, spender, out LedgerDenial? denial), denial), null, IsRecalled: false)));

    /// <summary><see cref="ReserveWhatFits"/> where the decision holds for everybody.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public ValueTask<Held> ReserveWhatFitsAsync(GrantNode grant, Guid request, OutputCaps caps, TimeSpan lifetime, in Spender spender)
    {
        if (_journal.DecidesNow)
        {
            return ValueTask.FromResult(new Held(ReserveWhatFits(grant, request, caps, lifetime, spender, out long most, out LedgerDenial? no), no, most));
        }

        if (_desk is not null && caps.Most == caps.Asked
            && TryDraw(grant, request, caps.BoundOf(Math.Min(caps.Most, caps.Expected ?? caps.Most)), caps.BoundOf(caps.Most), lifetime, spender, out Held? drawn))
        {
            return ValueTask.FromResult(drawn.Value with { Cap = caps.Most });
        }

        return AskWhatFitsAsync(grant, request, caps, lifetime, spender);
    }

    private ValueTask<Held> AskWhatFitsAsync(GrantNode grant, Guid request, OutputCaps caps, TimeSpan lifetime, Spender spender) => AskAsync(grant, (leaf, mayRecall) => Recalling(
        () => LimitDenial(leaf, caps.BoundOf(caps.Most), _nowMs, null, _meanHeldMs),
        mayRecall,
        () => new Asked(new Held(ReserveWhatFits(leaf, request, caps, lifetime, spender, out long cap, out LedgerDenial? denial), denial, cap), null, IsRecalled: false)));

    /// <summary>
    /// Holds a bound without asking whether it fits: nothing limits the path, or the store is away and the grant may go on meanwhile. The books follow when they
    /// can be written. Only where several instances write.
    /// </summary>
    public Held Admit(GrantNode grant, Guid request, in Amounts bound, TimeSpan lifetime, in Spender spender)
    {
        ThrowIfNegative(bound);
        grant = grant.Newest;
        Reservation admitted;
        lock (_gate)
        {
            long now = Clock();
            if (StatusDenial(grant, now) is { } denial)
            {
                return new Held(null, denial);
            }

            admitted = new Reservation(request, grant, bound, now, now + (long)lifetime.TotalMilliseconds, []) { Owner = Instance, LeftNanoUsd = LeftUsd(grant, now) };
        }

        admitted.Durable = _journal.Post(new EnteredFact(this, admitted, bound, spender, null));
        return new Held(admitted, null);
    }

    /// <summary><see cref="Extend"/> where the decision holds for everybody.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public ValueTask<LedgerDenial?> ExtendAsync(Reservation reservation, in Amounts more)
    {
        if (_journal.DecidesNow)
        {
            return ValueTask.FromResult(Extend(reservation, more));
        }

        if (!reservation.Grant.HasLimit)
        {
            ExtendUnasked(reservation, more);
            return ValueTask.FromResult<LedgerDenial?>(null);
        }

        return ExtendAtHeadAsync(reservation, more);
    }

    private async ValueTask<LedgerDenial?> ExtendAtHeadAsync(Reservation reservation, Amounts more) =>
        (await AskAsync(reservation.Grant, (_, mayRecall) => Recalling(
            () => reservation.State == ReservationState.Open ? LimitDenial(reservation.Grant, more, _nowMs, reservation, _meanHeldMs) : null,
            mayRecall,
            () => new Asked(
                new Held(null, reservation.State == ReservationState.Open ? Extend(reservation, more) : new LedgerDenial("settle_conflict", reservation.Grant.Grant.Id)), null, IsRecalled: false)))).Denial;

    /// <summary>Holds more without asking whether it fits, as <see cref="Admit"/> does.</summary>
    public void ExtendUnasked(Reservation reservation, in Amounts more)
    {
        ThrowIfNegative(more);
        _ = _journal.Post(new GrownFact(this, reservation, more));
    }

    private void GrowUnasked(Reservation reservation, in Amounts more)
    {
        lock (_gate)
        {
            if (reservation.State == ReservationState.Open)
            {
                Grow(reservation, more, Advance());
            }
        }
    }

    /// <summary><see cref="AccountFor"/> where the decision holds for everybody.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public ValueTask<(GrantNode? Account, LedgerDenial? Denial)> AccountForAsync(GrantNode above, GrantId id, ImmutableArray<Limit> limits, DateTimeOffset endsAt) =>
        Find(id) is { } known
            ? ValueTask.FromResult<(GrantNode?, LedgerDenial?)>((known, null))
            : DecideAsync<(GrantNode?, LedgerDenial?)>(() => (AccountFor(above.Newest, id, limits, endsAt, out LedgerDenial? denial), denial));

    // It was kept, and the caller was told that it was not.
    private void Lost(Held lost) => _ = lost.Reservation is null || Void(lost.Reservation, "refused", null);

    // What was admitted before is opened in the books. A turn that was lost is made again: it begins anew.
    private void Enter(Reservation admitted, in Amounts bound, in Spender spender, LeaseLot? from)
    {
        lock (_gate)
        {
            long now = Advance();
            GrantNode grant = admitted.Grant.Newest;
            bool isDrawn = from is not null && Tell(from, admitted.Id, bound);
            admitted.Rebind(grant, bound, BalancesAt(grant, admitted.AtMs));
            admitted.DoubtAt = DoubtAt(admitted.DeadlineMs);
            _open.Add(admitted.Id, admitted);
            Move(admitted, admitted.Held, 1, default, 0, default, 0);
            grant.LastAllowedMs = Math.Max(grant.LastAllowedMs, admitted.AtMs);
            _ = _journal.Append(new JournalEntry(Reserved(admitted, now, spender, isDrawn ? from!.Id : null)), isAwaited: false);
        }
    }

    // What was drawn leaves the lease, or the doubt that the lease came into meanwhile. It is never refused: it may be sent already.
    private bool Tell(LeaseLot lot, Guid request, in Amounts bound)
    {
        lot.Tell(request);
        _toldInTurn.Add((lot, request, bound));
        return LeaveLease(lot.Id, bound);
    }

    private bool LeaveLease(Guid lease, in Amounts bound)
    {
        if (DrawLocked(lease, bound))
        {
            return true;
        }

        if (DoubtedLeaseOf(lease, _nowMs) is { } doubted)
        {
            ReturnLate(doubted, bound, 1);
        }

        return false;
    }
}

/// <summary>What came of asking for a reservation.</summary>
/// <param name="Reservation">What is held; null: it was denied.</param>
/// <param name="Denial">Why not.</param>
/// <param name="Cap">The output cap that is held, where caps were asked for.</param>
public readonly record struct Held(Reservation? Reservation, LedgerDenial? Denial, long Cap = 0);
