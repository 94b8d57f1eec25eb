using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>Whether a path takes a bound, and if not, which grant and limit decided. Reads balances and changes nothing; called under the ledger's lock.</summary>
internal static class LedgerDecision
{
    /// <summary>Whether a grant of the path rests, has ended, is out of its time or sealed; null: none.</summary>
    public static LedgerDenial? StatusDenial(GrantNode leaf, long now)
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

    /// <summary>
    /// The first limit, from the leaf up, that a bound does not fit; null: it fits all. A reservation that grows has taken its place and counts as a request
    /// already; it grows in the window in which it was made, be that over, and takes nothing from the one that is now.
    /// </summary>
    /// <param name="leaf">Whose path.</param>
    /// <param name="bound">What is to be held.</param>
    /// <param name="now">The ledger's time, Unix milliseconds.</param>
    /// <param name="grows">The reservation that is to hold more; null: a new one.</param>
    /// <param name="meanHeldMs">How long requests are open on average: when some are likely to give back what they hold.</param>
    /// <param name="requests">How many requests it is for.</param>
    public static LedgerDenial? LimitDenial(GrantNode leaf, in Amounts bound, long now, Reservation? grows, long meanHeldMs, int requests = 1)
    {
        Span<long> escrow = leaf.Slots.Length <= 64 ? stackalloc long[leaf.Slots.Length] : new long[leaf.Slots.Length];
        for (int i = 0; i < leaf.Slots.Length; i++)
        {
            LimitState state = leaf.Slots[i].State;
            Balance? grown = grows?.Balances[i];
            if (grows is not null && (grown is null || state.Limit.Meter is Meter.Requests or Meter.Concurrent))
            {
                continue;
            }

            long at = grown is null ? now : Math.Min(now, state.Limit.Window.CountsUntil(grown.Start) - 1);
            long asked = state.Limit.Meter == Meter.Requests ? requests : Math.Min(bound.Of(state.Limit.Meter), 2 * Balance.Most);
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
                return Denial(state, grows, carve >= 0 ? leaf.Slots[carve].State : null, asked, fresh, taken, at, meanHeldMs);
            }

            // Others that are active have their share of what is left, however loud this one is.
            if (fresh > 0 && leaf.Slots[i].IsShared && state.Shares is { } shares && taken + fresh + shares.ClaimedFrom(leaf.Slots[i].Below, asked, state.AmountAt(at) - taken, at) > state.AmountAt(at))
            {
                return new LedgerDenial("limit_shared", state.Grant.Grant.Id)
                {
                    Limit = state.Limit,
                    Amount = state.AmountAt(at),
                    Asked = asked,
                    Left = Math.Max(0, state.AmountAt(at) - taken),
                    WindowEnds = state.EndAt(at) is var end && end == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(end),
                    RetryAfter = TimeSpan.FromMilliseconds(Math.Clamp(meanHeldMs, 5_000, 30_000)),
                };
            }
        }

        return null;
    }

    // Held by other open requests (a moment cures it), spent (it does not), or more than would ever fit: of what is carved out of the limit no window
    // has anything left. Open requests do not give back that they were requests, so of those nothing is ever held.
    private static LedgerDenial Denial(LimitState state, Reservation? grows, LimitState? carve, long asked, long fresh, long taken, long at, long meanHeldMs)
    {
        long amount = state.AmountAt(at);
        long own = grows is null ? 0 : grows.Held.Of(state.Limit.Meter);
        long floor = carve is null ? 0 : Math.Min(own + asked, carve.Limit.Amount);
        bool isNever = own + asked - floor > amount - state.Carved;
        bool isHeld = state.Limit.Meter != Meter.Requests && taken - (state.ReservedAt(at) - own) + fresh <= amount;
        long end = isNever && state.Limit.Window.Kind == WindowKind.Rolling ? long.MaxValue : state.FreeAt(at, taken + fresh - amount);
        TimeSpan moment = TimeSpan.FromMilliseconds(Math.Clamp(meanHeldMs, 1_000, 30_000));
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
}
