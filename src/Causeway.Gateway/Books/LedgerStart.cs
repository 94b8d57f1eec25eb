using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>Brings the ledger to where its events say it is, before the first request.</summary>
public sealed class LedgerStart(BudgetLedger ledger, ILedgerStore store, ILogger<LedgerStart> log)
{
    /// <summary>Loads, replays, proves, and takes what was open as in doubt.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Replay start = ledger.Start(await store.LoadAsync(cancellation));
        LogEvents.LedgerReplayed(log, start.Replayed, start.InDoubt);
        if (start.Mismatch is { } mismatch)
        {
            LogEvents.LedgerMismatch(log, mismatch);
            return; // No checkpoint over what has to be looked into.
        }

        await ledger.Checkpoint();
    }
}
