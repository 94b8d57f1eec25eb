using Causeway.Budgets.Grants;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Alerts;

/// <summary>Pages the operator when something of a critical grant is started while the store is away: in the log and by the webhook, which need no store.</summary>
public sealed class OutageNews(InstanceName instance, SignedWebhook? webhook, TimeProvider time, ILogger<OutageNews> log)
{
    /// <summary>The event.</summary>
    public const string Event = "store.away";

    /// <summary>Tells it, and waits for nothing.</summary>
    public void Tell(Grant grant)
    {
        string text = $"The store is away, and {instance.Text} starts requests of {grant.Holder} ({grant.Id}) all the same, since it is critical: within 10 % of its money limit, booked when the store is back.";
        LogEvents.CriticalWithoutStore(log, text);
        webhook?.Tell($"{Event} of {grant.Id}", EventBody.Write(Event, text, ("grant", grant.Id.ToString()), time.GetUtcNow(), ("holder", grant.Holder.ToString()), ("instance", instance.Text)));
    }
}
