using Causeway.Gateway.Telemetry;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Asks a store that others can write to, five times a second, which revision is the newest: its answer renews the lease for candidates, and a newer revision
/// than the one in force is put in force. While there is no answer the lease runs out, and base answers.
/// </summary>
public sealed class RoutingWatch(IRoutingStore store, ReleaseDesk desk, CandidateLease lease, TimeProvider time, ILogger<RoutingWatch> log) : BackgroundService
{
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(200);
    private bool _isAway;

    /// <summary>Asks once.</summary>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        long asked = time.GetTimestamp();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using ITimer over = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, CandidateLease.Term, Timeout.InfiniteTimeSpan);
        try
        {
            if (await store.RevisionAsync(limit.Token) > desk.Applied)
            {
                await desk.LoadAsync(limit.Token);
            }

            lease.Renew(asked);
            _isAway = false;
        }
#pragma warning disable CA1031 // Whatever it is, the lease runs out, which is what it is for; the next beat tries again.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!_isAway)
            {
                LogEvents.RoutingAway(log, failure);
            }

            _isAway = true;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer beats = new(s_between, time);
        try
        {
            do
            {
                await BeatAsync(stoppingToken);
            }
            while (await beats.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }
}
