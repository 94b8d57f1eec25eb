using Causeway.Budgets.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>The webhooks that are configured, by what dead letters call them.</summary>
/// <param name="alerts">That of alerts; null: there is none.</param>
/// <param name="conformance">That of conformance; null: there is none.</param>
public sealed class Webhooks(SignedWebhook? alerts, SignedWebhook? conformance)
{
    /// <summary>The webhook of a name; null: it is not configured.</summary>
    public SignedWebhook? Find(string name) => name switch
    {
        SignedWebhook.Alerts => alerts,
        SignedWebhook.Conformance => conformance,
        _ => null,
    };
}

/// <summary>Forgets dead letters that nobody sent again for <see cref="Kept"/>.</summary>
public sealed class DeadLetterUpkeep(IDeadLetterStore store, Leadership leadership, TimeProvider time, ILogger<DeadLetterUpkeep> log) : Chore(Between, leadership, time)
{
    /// <summary>Between two turns.</summary>
    public static readonly TimeSpan Between = TimeSpan.FromHours(1);

    /// <summary>For how long they are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public override Task TurnAsync(CancellationToken cancellation) => store.DropAsync(Time.GetUtcNow() - Kept, cancellation);

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.DeadLettersFailed(log, Between.TotalMinutes, failure);
}
