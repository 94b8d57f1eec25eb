using Causeway.Gateway.Telemetry;
using Causeway.Releases.Rollback;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>How a release was noticed that is rolled back.</summary>
public sealed partial class ReleaseDesk
{
    private const int EntriesBefore = 200;

    // By what the timeline says. It is read when the channel is back, and what it says is of no consequence to that.
    private async Task<RolledBackChannel> NoticedAsync(RolledBackChannel channel, long revision, DateTimeOffset t0, bool isAutomatic)
    {
        try
        {
            IReadOnlyList<TimelineEntry> entries = await store.TimelineAsync(new TimelineQuery(channel.Channel, null, null, EntriesBefore), CancellationToken.None);
            IEnumerable<TimelineEntry> older = entries.SkipWhile(entry => entry.Kind != TimelineKind.RolledBack || entry.Revision != revision).SkipWhile(entry => entry.Kind == TimelineKind.RolledBack && entry.Revision == revision);
            RollbackTimes times = RollbackTimes.Of(t0, RollbackAlarm.Before(older, isAutomatic));
            gateway.Rollbacks.Decided(channel.Channel, times);
            return channel with { Times = times };
        }
#pragma warning disable CA1031 // It is back; that nobody knows how it was noticed does not undo it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.TimelineFailed(log, revision, failure);
            return channel;
        }
    }
}
