using Causeway.Gateway.Sentinel;

namespace Causeway.Configuration;

/// <summary>When pins are asked whether they are still what they were.</summary>
internal sealed record SentinelConfiguration
{
    public static SentinelConfiguration Default { get; } = new();

    /// <summary>From one cycle of a pin to the next, 15 minutes to 7 days.</summary>
    public TimeSpan Every { get; init; } = SentinelTimetable.Default.Every;

    /// <summary>What the priced pins may cost together in a day, UTC, nano-USD. Models without a price are bounded by calls only.</summary>
    public long MaxNanoUsd { get; init; } = SentinelTimetable.Default.MaxNanoUsd;
}
