using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>Brings the ledger to where its events say it is, before the first request.</summary>
public sealed class LedgerStart(BudgetLedger ledger, Journal journal, ILedgerStore store, ILogger<LedgerStart> log)
{
    /// <summary>
    /// Loads, replays, proves, and takes what was open as in doubt. Where other instances write too, what is open may be theirs, and whoever leads looks after
    /// what is left of those that are gone.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        LedgerImage image = await store.LoadAsync(cancellation);
        if (journal is SharedJournal shared)
        {
            Joined(ledger.Join(image));
            shared.Join(ledger);
            return;
        }

        Replay start = ledger.Start(image);
        LogEvents.LedgerReplayed(log, start.Replayed, start.InDoubt);
        if (start.Mismatch is { } mismatch)
        {
            LogEvents.LedgerMismatch(log, mismatch);
            return; // No checkpoint over what has to be looked into.
        }

        await ledger.Checkpoint();
    }

    private void Joined(Replay start)
    {
        LogEvents.LedgerReplayed(log, start.Replayed, start.InDoubt);
        if (start.Mismatch is { } mismatch)
        {
            LogEvents.LedgerMismatch(log, mismatch);
        }
    }
}
