using System.Collections.Immutable;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>Moves amounts between the parts of the balances of a path. Called under the ledger's lock.</summary>
internal static class PathMovement
{
    /// <summary>The same amounts, to be taken back.</summary>
    public static Amounts Negative(in Amounts amounts) => new(-amounts.NanoUsd, -amounts.TokensIn, -amounts.TokensOut);

    /// <summary>Changes every balance of a reservation's path, from the leaf up, and with a carve's use the escrow above it.</summary>
    public static void Move(Reservation reservation, in Amounts reserved, int places, in Amounts committed, int requests, in Amounts inDoubt, int doubted)
    {
        Move(reservation.Grant, reservation.Balances, reserved, places, committed, requests, inDoubt, doubted);
        foreach (LimitSlot slot in reservation.Grant.Slots)
        {
            if (slot is { IsShared: true, Below: { } holder, State: { } state } && (state.Shares ??= new FairShares(state, reservation.AtMs)).Counts(reservation.AtMs))
            {
                Meter meter = state.Limit.Meter;
                long taken = meter == Meter.Concurrent ? 0 : Delta(meter, committed, requests) + Delta(meter, inDoubt, doubted);
                state.Shares.Took(holder, reservation.AtMs, Delta(meter, reserved, places) + taken);
            }
        }
    }

    private static void Move(GrantNode grant, Balance?[] balances, in Amounts reserved, int places, in Amounts committed, int requests, in Amounts inDoubt, int doubted)
    {
        ImmutableArray<LimitSlot> slots = grant.Slots;
        for (int i = 0; i < balances.Length; i++)
        {
            LimitSlot slot = slots[i];
            if (balances[i] is not { } balance)
            {
                continue;
            }

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
                    if (slots[above].Carve == i && balances[above] is { } escrow)
                    {
                        escrow.Escrowed += change;
                    }
                }
            }
        }
    }

    private static long Delta(Meter meter, in Amounts amounts, int count) =>
        meter is Meter.Requests or Meter.Concurrent ? count : Math.Clamp(amounts.Of(meter), -Balance.Most, Balance.Most);

    /// <summary>An adjustment finds its windows by the time of the reservation. One that is over and forgotten decides nothing any more: the event alone keeps it.</summary>
    public static void Apply(GrantNode grant, long reservedAtMs, in Amounts wasInDoubt, int doubted, in Amounts committed, long now) =>
        Apply(grant, reservedAtMs, wasInDoubt, doubted, committed, doubted, now);

    /// <summary>The same where not each request that was in doubt was one.</summary>
    public static void Apply(GrantNode grant, long reservedAtMs, in Amounts wasInDoubt, int doubted, in Amounts committed, int requests, long now)
    {
        var balances = new Balance?[grant.Slots.Length];
        for (int i = 0; i < balances.Length; i++)
        {
            LimitState state = grant.Slots[i].State;
            if (!state.Counts(reservedAtMs))
            {
                continue;
            }

            long start = state.Limit.Window.StartOf(reservedAtMs);
            balances[i] = state.Kept(start) ?? (state.Limit.Window.CountsUntil(start) > now ? state.OfWindow(start) : new Balance(start));
        }

        Move(grant, balances, default, 0, committed, requests, Negative(wasInDoubt), -doubted);
    }

    /// <summary>No balance is ever below 0.</summary>
    /// <exception cref="InvalidOperationException">The adjustment takes back more than is booked, or more than is in doubt.</exception>
    public static void ThrowIfMoreThanBooked(GrantNode grant, long reservedAtMs, in Amounts wasInDoubt, int doubted, in Amounts difference, long now)
    {
        foreach (LimitSlot slot in grant.Slots)
        {
            Limit limit = slot.State.Limit;
            long start = limit.Window.StartOf(reservedAtMs);
            Balance? kept = slot.State.Kept(start);
            if (limit.Meter == Meter.Concurrent || !slot.State.Counts(reservedAtMs) || (kept is null && limit.Window.CountsUntil(start) <= now))
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
