using Microsoft.Extensions.Hosting;

namespace Causeway.Gateway.Instances;

/// <summary>Something that is done again and again, by the instance that leads. A turn that fails is told, and the next one comes all the same.</summary>
/// <param name="between">From one turn to the next.</param>
/// <param name="leadership">Whether it is this instance's turn.</param>
/// <param name="time">The clock.</param>
public abstract class Chore(TimeSpan between, Leadership leadership, TimeProvider time) : BackgroundService
{
    /// <summary>Whether the first turn is at the start; otherwise it is after <c>between</c>.</summary>
    private protected virtual bool BeginsAtOnce => false;

    /// <summary>The clock.</summary>
    private protected TimeProvider Time => time;

    /// <summary>One turn.</summary>
    public abstract Task TurnAsync(CancellationToken cancellation);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer turns = new(between, time);
        try
        {
            if (BeginsAtOnce)
            {
                await TryAsync(stoppingToken);
            }

            while (await turns.WaitForNextTickAsync(stoppingToken))
            {
                await TryAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>In place of a turn, while another instance leads.</summary>
    private protected virtual void Rest()
    {
    }

    /// <summary>Says that a turn failed.</summary>
    private protected abstract void Failed(Exception failure);

    private async Task TryAsync(CancellationToken stopping)
    {
        try
        {
            if (leadership.IsLeader)
            {
                await TurnAsync(stopping);
            }
            else
            {
                Rest();
            }
        }
#pragma warning disable CA1031 // The owner's edge: a store that does not answer now must not end the chore for good, nor a call in it that was cancelled by itself (a time limit).
        catch (Exception failure) when (!stopping.IsCancellationRequested || failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Failed(failure);
        }
    }
}
