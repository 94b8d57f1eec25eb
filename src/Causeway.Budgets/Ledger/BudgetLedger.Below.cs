namespace Causeway.Budgets.Ledger;

/// <content>What hangs on a grant: asked before it is taken away.</content>
public sealed partial class BudgetLedger
{
    /// <summary>Requests that are being answered and draw on a grant or on one below it, as far as this process knows: its own, and those that others have told of.</summary>
    public int OpenBelow(GrantNode grant)
    {
        lock (_gate)
        {
            return _open.Values.Count(reservation => !reservation.IsLease && reservation.Grant.Path.Contains(grant));
        }
    }
}
