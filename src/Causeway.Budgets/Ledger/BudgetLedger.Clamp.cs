using System.Globalization;
using static Causeway.Budgets.Ledger.LedgerDecision;

namespace Causeway.Budgets.Ledger;

/// <content>What fits in place of all or nothing: a request's output cap is lowered until its bound does.</content>
public sealed partial class BudgetLedger
{
    /// <summary>
    /// Holds the bound of the largest output cap that fits every limit of the grant's path, or what is expected of it. It is found and held in one step, so that what holds for others
    /// holds as it did.
    /// </summary>
    /// <param name="grant">The leaf.</param>
    /// <param name="request">The request's id.</param>
    /// <param name="caps">Which caps will do, and what each may use at most.</param>
    /// <param name="lifetime">After how long it is in doubt if it has not ended; up to a year.</param>
    /// <param name="spender">Who asks, and for what.</param>
    /// <param name="cap">The cap that is held.</param>
    /// <param name="denial">Why not even the smallest.</param>
    /// <returns>The reservation; null: denied.</returns>
    /// <exception cref="InvalidOperationException">A request of that id is open.</exception>
    public Reservation? ReserveWhatFits(GrantNode grant, Guid request, OutputCaps caps, TimeSpan lifetime, in Spender spender, out long cap, out LedgerDenial? denial)
    {
        cap = caps.Most;
        lock (_gate)
        {
            long now = Advance();
            LedgerDenial? decided = LimitDenial(grant, caps.BoundOf(caps.Most), now, null, _meanHeldMs);
            denial = StatusDenial(grant, now) ?? (decided is null ? null : LimitDenial(grant, caps.BoundOf(caps.Least), now, null, _meanHeldMs));
            if (denial is not null)
            {
                return null;
            }

            if (decided is not null)
            {
                cap = OutputCaps.Largest(caps.Least, caps.Most, one => LimitDenial(grant, caps.BoundOf(one), now, null, _meanHeldMs) is null);
            }

            Reservation made = HoldLocked(grant, request, caps.BoundOf(Math.Min(cap, caps.Expected ?? cap)), now, lifetime, spender);
            if (cap < caps.Asked)
            {
                _ = _journal.Append(
                    new JournalEntry(new LedgerEvent(LedgerEventKind.Clamped, now)
                    {
                        Request = request,
                        Grant = grant.Grant.Id,
                        Key = spender.Key,
                        Model = spender.Model,
                        Code = "budget_clamped",
                        DecidedBy = decided?.Grant,
                        Limit = decided?.Limit?.ToString(),
                        Detail = string.Create(CultureInfo.InvariantCulture, $"output cap {cap} in place of {caps.Asked}"),
                    }),
                    isAwaited: false);
            }

            return made;
        }
    }
}

/// <summary>Output caps of which the largest that fits is looked for.</summary>
/// <param name="Asked">The cap that the request would have with room enough, tokens of one answer.</param>
/// <param name="Least">Nothing smaller will do.</param>
/// <param name="Most">The largest that will do, from <paramref name="Least"/> to <paramref name="Asked"/>.</param>
/// <param name="BoundOf">What a request with a cap may use at most; never less for a larger cap. Called under the ledger's lock: it reads nothing but numbers.</param>
public sealed record OutputCaps(long Asked, long Least, long Most, Func<long, Amounts> BoundOf)
{
    /// <summary>Of the cap that fits only this much is held, tokens of one answer: the rest is asked for while the answer is made; null: all of it.</summary>
    public long? Expected { get; init; }

    /// <summary>A cut below this many tokens is worth less than a denial.</summary>
    public const long Floor = 256;

    /// <summary>The largest number for which something holds that holds for the least, and for no larger one where it fails for a smaller one.</summary>
    public static long Largest(long least, long most, Predicate<long> holds)
    {
        while (least < most)
        {
            long middle = least + ((most - least + 1) / 2);
            (least, most) = holds(middle) ? (middle, most) : (least, middle - 1);
        }

        return least;
    }
}
