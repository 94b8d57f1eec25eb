using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// What the ledger needs now and then: reservations past their deadline are taken as in doubt, and a checkpoint keeps the next start short. The last
/// checkpoint is written when everything that ran has ended.
/// </summary>
public sealed class LedgerUpkeep(BudgetLedger ledger, Journal journal, TimeProvider time, ILogger<LedgerUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(10);

    // A start replays two checkpoints' worth at most: 200,000 events take about half a second.
    private const long EventsBetweenCheckpoints = 100_000;
    private const int TurnsBetweenCheckpoints = 60;
    private long _checkpointAt;

    /// <summary>Ends the turns.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await CheckpointAsync();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(s_between, time);
        for (int turn = 1; await NextAsync(turns, stoppingToken); turn++)
        {
            if (ledger.Sweep() is > 0 and int late)
            {
                LogEvents.ReservationsLate(log, late);
            }

            long written = journal.Booked - _checkpointAt;
            if (written >= EventsBetweenCheckpoints || (written > 0 && turn % TurnsBetweenCheckpoints == 0))
            {
                await CheckpointAsync();
            }
        }
    }

    private static async Task<bool> NextAsync(PeriodicTimer turns, CancellationToken stopping)
    {
        try
        {
            return await turns.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task CheckpointAsync()
    {
        if (ledger.Mismatch is not null)
        {
            return; // What has to be looked into stays as it is.
        }

        _checkpointAt = journal.Booked;
        await ledger.Checkpoint().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // The journal says what is wrong, and keeps it.
    }
}
