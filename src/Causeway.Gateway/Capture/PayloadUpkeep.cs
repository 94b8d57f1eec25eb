using Causeway.Budgets.Payloads;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Capture;

/// <summary>Forgets payloads whose time is over, every few minutes.</summary>
public sealed class PayloadUpkeep(IPayloadStore store, Leadership leadership, TimeProvider time, ILogger<PayloadUpkeep> log) : Chore(Between, leadership, time)
{
    /// <summary>Between two turns.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    private protected override bool BeginsAtOnce => true;

    /// <inheritdoc/>
    public override async Task TurnAsync(CancellationToken cancellation) => await store.DropAsync(Time.GetUtcNow(), cancellation);

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.PayloadUpkeepFailed(log, Between.TotalMinutes, failure);
}
