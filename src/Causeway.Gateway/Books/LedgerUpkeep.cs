using Causeway.Budgets.Ledger;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Instances;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// What the ledger needs now and then: reservations past their deadline, and those of instances that are gone, are taken as in doubt, and a checkpoint keeps
/// the next start short. The last checkpoint is written when everything that ran has ended. Of several instances the one that leads does it.
/// </summary>
/// <param name="ledger">The ledger.</param>
/// <param name="journal">Its books.</param>
/// <param name="leadership">Whether it is this instance's turn.</param>
/// <param name="instances">Who else there is; null: nobody.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where it is written what was found.</param>
public sealed class LedgerUpkeep(
    BudgetLedger ledger, Journal journal, Leadership leadership, IInstanceStore? instances, TimeProvider time, ILogger<LedgerUpkeep> log) : Chore(s_between, leadership, time)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(10);

    // A start replays two checkpoints' worth at most: 200,000 events take about half a second.
    private const long EventsBetweenCheckpoints = 100_000;
    private const int TurnsBetweenCheckpoints = 60;
    private readonly Leadership _leadership = leadership;
    private long _checkpointAt;
    private int _turn;

    /// <summary>Ends the turns.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await ReturnLeasesAsync();
        await CheckpointAsync();
    }

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        _turn++;
        await SweepAsync(cancellation);
        long written = journal.BookedByAll - _checkpointAt;
        if (written >= EventsBetweenCheckpoints || (written > 0 && _turn % TurnsBetweenCheckpoints == 0))
        {
            await CheckpointAsync();
        }
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.UpkeepFailed(log, failure);

    private async Task SweepAsync(CancellationToken cancellation)
    {
        try
        {
            if (await ledger.DecideAsync(ledger.Sweep) is > 0 and int late)
            {
                LogEvents.ReservationsLate(log, late);
            }

            // Right after an outage everybody has been silent: whoever is there says so within a moment.
            if (instances is not null && !ledger.IsLearning && (await instances.GoneAsync(InstanceWatch.GoneAfter, cancellation)).Select(id => new InstanceId(id)).ToHashSet() is { Count: > 0 } gone
                && await ledger.DecideAsync(() => ledger.DoubtOf(gone)) is > 0 and int left)
            {
                LogEvents.InstancesGone(log, left);
            }
        }
#pragma warning disable CA1031 // A sweep that fails must not keep the checkpoint from being written.
        catch (Exception failure) when (!cancellation.IsCancellationRequested || failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Failed(failure);
        }
    }

    // Without the store others take them as in doubt when their time is over.
    private async Task ReturnLeasesAsync()
    {
        try
        {
            await ledger.ReturnLeasesAsync();
        }
        catch (LedgerUnavailableException failure)
        {
            Failed(failure);
        }
    }

    private async Task CheckpointAsync()
    {
        if (ledger.Mismatch is not null || !_leadership.IsLeader)
        {
            return; // What has to be looked into stays as it is.
        }

        _checkpointAt = journal.BookedByAll;
        await ledger.Checkpoint().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // The journal says what is wrong, and keeps it.
    }
}
