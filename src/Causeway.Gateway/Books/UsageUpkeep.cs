using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>How long usage records are kept.</summary>
/// <param name="Usage">Older ones are dropped; null: none is.</param>
public sealed record UsageRetention(TimeSpan? Usage);

/// <summary>The chores of usage, every few minutes: hours that are over are added to their days, and records that are older than they are kept are dropped.</summary>
public sealed class UsageUpkeep(IUsageUpkeep store, UsageRetention retention, TimeProvider time, ILogger<UsageUpkeep> log) : BackgroundService
{
    /// <summary>Between two turns.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMinutes(10);

    // What is booked in an hour comes mostly during it and shortly after it; what comes later costs a second row.
    private static readonly TimeSpan s_settled = TimeSpan.FromHours(1);

    /// <summary>One turn.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool more = true;
        while (more)
        {
            more = await store.RollUpAsync(now - s_settled, cancellation);
        }

        if (retention.Usage is { } age && await store.DropBeforeAsync(now - age, cancellation) is > 0 and long dropped)
        {
            LogEvents.UsageDropped(log, dropped, now - age);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(Between, time);
        try
        {
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await turns.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Told to end.
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
#pragma warning disable CA1031 // Whatever it is, the next turn tries again, and nobody waits for this one.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogEvents.UpkeepFailed(log, Between.TotalMinutes, failure);
        }
    }
}
