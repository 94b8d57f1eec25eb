using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>Brings the ledger to where its events say it is, before the first request.</summary>
public sealed class LedgerStart(BudgetLedger ledger, Journal journal, ILedgerStore store, HeadFile heads, MasterKeys masters, ILogger<LedgerStart> log, LocalBooks? books = null, OutageReplay? replay = null)
{
    /// <summary>
    /// Loads, replays, proves, and takes what was open as in doubt. Where other instances write too, what is open may be theirs, and whoever leads looks after
    /// what is left of those that are gone.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        ledger.SetBack = await SetBackAsync(cancellation);
        LedgerImage image = await store.LoadAsync(cancellation);
        if (journal is SharedJournal shared)
        {
            Joined(ledger.Join(image));
            shared.Join(ledger);
            await BookAsync(cancellation);
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

    private async Task BookAsync(CancellationToken cancellation)
    {
        foreach (string problem in books?.Problems ?? [])
        {
            LogEvents.LocalBookProblem(log, problem);
        }

        foreach (ILocalBook left in replay is null ? [] : books?.Left ?? [])
        {
            await replay!.RunAsync(left, cancellation);
        }
    }

    // An older ledger that was put back is whole in itself. That there was more, only what stands outside of it knows.
    private async Task<string?> SetBackAsync(CancellationToken cancellation)
    {
        if (heads.Newest() is not { } newest || masters.Find(newest.Kid) is null)
        {
            return null; // The master key that it was signed with has had its time: it proves nothing any more.
        }

        long last = (await store.HeadAsync(null, cancellation))!.Seq;
        return newest.Problem(await store.HeadAsync(newest.Head.Seq, cancellation), last, masters) is { } problem
            ? $"{problem} It does not fit the head in {heads.Path}. Book what was spent since (causeway adjust), then move that file away and start again (docs/audit.md)."
            : null;
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
