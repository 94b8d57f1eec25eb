using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <content>What is carved out of the grant above.</content>
public sealed partial class BudgetLedger
{
    // Σ carve ≤ amount (I2), and what is carved must be there to be moved (I1).
    private static DelegationFault? ShortOfCarve(GrantNode node, long now)
    {
        foreach (LimitState state in node.States)
        {
            if (state.CarvedFrom is { } above && (state.Limit.Amount > above.Limit.Amount - above.Carved || state.Limit.Amount > above.AmountAt(now) - above.TakenAt(now)))
            {
                return new DelegationFault(
                    "delegation_exceeds",
                    $"{state.Limit} cannot be carved out of {above.Limit}: {Limit.Write(above.Limit.Meter, Math.Max(0, Math.Min(above.Limit.Amount - above.Carved, above.AmountAt(now) - above.TakenAt(now))))} of that is free");
            }
        }

        return null;
    }

    // Moves carved amounts out of the grant above (1) or back (-1).
    private static void TakeEscrow(GrantNode node, long now, int sign)
    {
        foreach (LimitState state in node.States)
        {
            if (state.CarvedFrom is { } above)
            {
                long held = state.EscrowAt(now);
                above.Carved += sign * state.Limit.Amount;
                if (node.Grant.Kind == GrantKind.BreakGlass)
                {
                    above.Seal(state, isThere: sign > 0);
                }

                if (above.Find(now) is { } balance)
                {
                    balance.Escrowed += sign * held;
                }
            }
        }
    }
}
