using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Leases;

/// <summary>Which parts of a call the limits of a path count: a lease holds those and no others.</summary>
/// <param name="Money">Money.</param>
/// <param name="In">Prompt tokens.</param>
/// <param name="Out">Generated tokens.</param>
/// <param name="Requests">Requests.</param>
internal readonly record struct LeaseParts(bool Money, bool In, bool Out, bool Requests)
{
    /// <summary>
    /// The parts of a path's limits; null: such a path is always decided directly. A place among so many at a time would be nobody's while it lies idle in a lease, and shares of a fair
    /// grant follow from who is active at the moment.
    /// </summary>
    public static LeaseParts? Of(ImmutableArray<LimitSlot> slots)
    {
        LeaseParts parts = default;
        foreach (LimitSlot slot in slots)
        {
            Meter meter = slot.State.Limit.Meter;
            if (meter == Meter.Concurrent || slot.State.Grant.Grant.IsFair)
            {
                return null;
            }

            parts = new LeaseParts(
                parts.Money || meter == Meter.Usd,
                parts.In || meter is Meter.Tokens or Meter.TokensIn,
                parts.Out || meter is Meter.Tokens or Meter.TokensOut,
                parts.Requests || meter == Meter.Requests);
        }

        return slots.IsEmpty ? null : parts;
    }

    /// <summary>What of a call's bound is counted.</summary>
    public Amounts Of(in Amounts bound) => new(Money ? bound.NanoUsd : 0, In ? bound.TokensIn : 0, Out ? bound.TokensOut : 0);
}
