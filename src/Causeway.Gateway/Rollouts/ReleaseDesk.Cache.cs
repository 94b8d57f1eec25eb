using Causeway.Releases.Cache;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>Which answers are given again.</summary>
public sealed partial class ReleaseDesk
{
    /// <summary>Sets how long a channel's answers may be given again.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="ttlSeconds"><see cref="CacheSettings.MinTtlSeconds"/> to <see cref="CacheSettings.MaxTtlSeconds"/>; 0: none is.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>The channel's routing with it; null: there is no channel of that name.</returns>
    public Task<ChannelRouting?> SetCacheAsync(string channel, int ttlSeconds, string by, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ttlSeconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ttlSeconds, CacheSettings.MaxTtlSeconds);
        return ChangeCacheAsync(
            channel,
            (before, at) => before is { TtlSeconds: var ttl } && ttl == ttlSeconds ? null
                : before is { TtlSeconds: > 0 } on && ttlSeconds > 0 ? on with { TtlSeconds = ttlSeconds }
                : new CacheSettings(ttlSeconds, at) { Freezes = before?.Freezes ?? [] },
            (at, settings) => new TimelineEntry
            {
                At = at,
                Channel = channel,
                Kind = TimelineKind.CacheSet,
                Actor = by,
                Detail = settings.TtlSeconds == 0 ? "answers are not kept" : $"answers may be given again for {Words(settings.TtlSeconds)}",
            },
            cancellation);
    }

    /// <summary>Gives none of the answers again that a channel has kept until now.</summary>
    /// <returns>The channel's routing with it; null: there is no channel of that name.</returns>
    public Task<ChannelRouting?> PurgeCacheAsync(string channel, string by, string reason, CancellationToken cancellation) => ChangeCacheAsync(
        channel,
        static (before, at) => (before ?? new CacheSettings(0, at)) with { Since = at },
        (at, _) => new TimelineEntry { At = at, Channel = channel, Kind = TimelineKind.CachePurged, Actor = by, Reason = reason, Detail = "answers that were kept until now are not given again" },
        cancellation);

    // In the largest unit that leaves a whole number, as it is written in the configuration.
    private static string Words(int seconds) =>
        seconds % 86_400 == 0 ? $"{seconds / 86_400}d" : seconds % 3_600 == 0 ? $"{seconds / 3_600}h" : seconds % 60 == 0 ? $"{seconds / 60}m" : $"{seconds}s";

    private Task<ChannelRouting?> ChangeCacheAsync(
        string channel, Func<CacheSettings?, DateTimeOffset, CacheSettings?> change, Func<DateTimeOffset, CacheSettings, TimelineEntry> tell, CancellationToken cancellation) => ChangeAsync(
        channel,
        (before, at) => change(before.Cache, at) is { } settings ? (before with { Cache = settings }, tell(at, settings)) : null,
        cancellation);
}
