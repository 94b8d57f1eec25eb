using System.Collections.Concurrent;
using Causeway.Gateway.Flow;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Telemetry;

/// <summary>Warns of usage that cannot be, once an hour of each model: a provider that counts wrongly does so with every call.</summary>
internal sealed class MismatchLog(TimeProvider time, ILogger log)
{
    // A caller may name any model; what is beyond this is in the ledger and in the metric.
    private const int MaxModels = 1_024;
    private readonly ConcurrentDictionary<string, long> _hours = new(StringComparer.Ordinal);

    /// <summary>Warns, or not again within the hour (UTC).</summary>
    public void Say(Call call, PinRoute pin, string why)
    {
        long hour = time.GetUtcNow().ToUnixTimeSeconds() / 3600;
        bool isKnown = _hours.TryGetValue(pin.ServedBy, out long said);
        bool isFirst = isKnown ? said < hour && _hours.TryUpdate(pin.ServedBy, hour, said) : _hours.Count < MaxModels && _hours.TryAdd(pin.ServedBy, hour);
        if (isFirst)
        {
            LogEvents.UsageMismatch(log, call.Id, pin.ServedBy, why);
        }
    }
}
