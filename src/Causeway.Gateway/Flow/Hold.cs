using Causeway.Budgets.Ledger;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>What is held for a request, from its admission to its settlement.</summary>
internal sealed class Hold(BudgetLedger ledger, Reservation reservation, bool waits)
{
    private Amounts _spent;

    public Reservation Reservation { get; } = reservation;

    public GrantNode Grant => Reservation.Grant;

    /// <summary>What a caller is told whose reservation the store did not take.</summary>
    public static GatewayError Unkept { get; } = new(
        ErrorKind.Unavailable, "journal_failed", "The store did not take the reservation, so nothing was sent. The operator sees why in the log and at /readyz.")
    { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>Waits until what is held is durable: no byte goes upstream before (invariant I5). False: the store does not take it.</summary>
    public async ValueTask<bool> IsDurableAsync()
    {
        Task durable = waits ? Reservation.Durable : Task.CompletedTask;
        if (!durable.IsCompletedSuccessfully)
        {
            await durable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return durable.IsCompletedSuccessfully;
    }

    /// <summary>A call was answered whose answer is not given to the caller: what it used is gone from what is held.</summary>
    public void Spent(in Amounts used) => _spent += used;

    /// <summary>Holds enough for another call beside what was spent. Null: it is held; otherwise why not.</summary>
    public LedgerDenial? Cover(in Amounts bound)
    {
        Amounts more = Amounts.Beyond(_spent + bound, Reservation.Held);
        return more == default ? null : ledger.Extend(Reservation, more);
    }
}
