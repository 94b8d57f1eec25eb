using Causeway.Budgets.Ledger;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>How long usage records are kept.</summary>
/// <param name="Usage">Older ones are dropped; null: none is.</param>
public sealed record UsageRetention(TimeSpan? Usage);

/// <summary>The chores of usage, every few minutes: hours that are over are added to their days, and records that are older than they are kept are dropped.</summary>
public sealed class UsageUpkeep(IUsageUpkeep store, UsageRetention retention, Leadership leadership, TimeProvider time, ILogger<UsageUpkeep> log) : Chore(Between, leadership, time)
{
    /// <summary>Between two turns.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMinutes(10);

    // What is booked in an hour comes mostly during it and shortly after it; what comes later costs a second row.
    private static readonly TimeSpan s_settled = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    private protected override bool BeginsAtOnce => true;

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = Time.GetUtcNow();
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
    private protected override void Failed(Exception failure) => LogEvents.UpkeepFailed(log, Between.TotalMinutes, failure);
}
