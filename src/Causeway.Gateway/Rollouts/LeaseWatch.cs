using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Rollouts;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Holds the rollouts under way when this instance's lease for candidates has run out three times within five minutes: the store is heard from too unsteadily to take anything further. A person resumes them.
/// </summary>
public sealed class LeaseWatch(CandidateLease lease, ReleaseDesk desk, TimeProvider time, ILogger<LeaseWatch> log) : Chore(s_between, Leadership.Alone(), time)
{
    /// <summary>Within this time …</summary>
    public static readonly TimeSpan Span = TimeSpan.FromMinutes(5);

    /// <summary>… so many are too many.</summary>
    public const int TooMany = 3;

    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);
    private readonly Queue<long> _ranOutAt = new();
    private long _seen;

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        long now = Time.GetTimestamp();
        for (long lapses = lease.Lapses; _seen < lapses; _seen++)
        {
            _ranOutAt.Enqueue(now);
        }

        while (_ranOutAt.TryPeek(out long first) && Time.GetElapsedTime(first, now) > Span)
        {
            _ranOutAt.Dequeue();
        }

        if (_ranOutAt.Count < TooMany || !lease.IsLive) // Without the store nothing can be held, and base answers anyway.
        {
            return;
        }

        string why = $"the lease for candidates ran out {_ranOutAt.Count} times in {Span.TotalMinutes:0} minutes: the store is heard from too seldom";
        await desk.HoldAsync("lease", _ => why, cancellation);
        _ranOutAt.Clear(); // Whoever resumes them has seen these.
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.HoldFailed(log, failure);
}
