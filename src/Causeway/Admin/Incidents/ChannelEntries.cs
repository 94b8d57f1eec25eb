using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Admin.Incidents;

/// <summary>What happened to a channel, read page by page.</summary>
internal static class ChannelEntries
{
    private const int PageEntries = 1_000;
    private const int MaxPages = 50;

    /// <summary>Newest first, at most 50,000.</summary>
    /// <param name="routing">Where it is kept.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="since">From when on; null: all.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<List<TimelineEntry>> ReadAsync(IRoutingStore routing, string channel, DateTimeOffset? since, CancellationToken cancellation)
    {
        List<TimelineEntry> entries = [];
        for (int page = 0; page < MaxPages; page++)
        {
            IReadOnlyList<TimelineEntry> next = await routing.TimelineAsync(new TimelineQuery(channel, since, entries.Count > 0 ? entries[^1].Seq : null, PageEntries), cancellation);
            entries.AddRange(next);
            if (next.Count < PageEntries)
            {
                break;
            }
        }

        return entries;
    }
}
