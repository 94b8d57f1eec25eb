using Causeway.Admin.Channels;
using Causeway.Admin.Incidents;
using Causeway.Admin.Spend;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Drills;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Rollbacks;

/// <summary><c>GET /channels/{name}/rollbacks</c>: how long each part of every rollback and drill of 90 days took.</summary>
internal static class ShowRollbacks
{
    private const int MaxRollbacks = 100;
    private static readonly TimeSpan s_period = TimeSpan.FromDays(90);

    public static void Map(RouteGroupBuilder api) => api.MapGet("/channels/{name}/rollbacks", RunAsync)
        .WithName("show_rollbacks").WithTags("rollouts").WithSummary("How long rollbacks of a channel took")
        .WithDescription("Those of 90 days, at most the newest 100, newest first, with the median and the 99th percentile of each part; drills apart. Read from the timeline and from usage records: what neither knows is null.")
        .Refuses(AdminError.ChannelUnknown);

    private static async Task<Results<Ok<RollbackHistory>, Problem>> RunAsync(
        HttpContext http, string name, IRoutingStore routing, IUsageStore usage, IDrillStore drills, PolicyPublisher policies, Journal journal, TimeProvider time)
    {
        if (policies.Current.FindChannel(name) is null)
        {
            return ChannelView.Unknown(name, policies.Current.Channels.Keys);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset since = now - s_period;
        List<TimedRollbackView> rollbacks = [];
        List<TimelineEntry> entries = await ChannelEntries.ReadAsync(routing, name, since, http.RequestAborted);
        for (int i = 0; i < entries.Count && rollbacks.Count < MaxRollbacks; i++)
        {
            // Newest first: a rollback's alarm is further on. Of one that took a release back on every channel there is an entry of this channel beside the one of all.
            if (entries[i] is { Kind: TimelineKind.RolledBack } entry && entry.Channel == name && await routing.AtAsync(name, entry.Revision, http.RequestAborted) is { Override: { } made })
            {
                RollbackAlarm? alarm = RollbackAlarm.Before(entries.Skip(i + 1), entry.Actor == ReleaseDesk.Automatic);
                RollbackTail? tail = now - entry.At < RollbackTail.Settled ? null : await RollbackTail.MeasureAsync(usage, name, made.From, entry.At, EndOf(entry, made.From, entries.Take(i)), http.RequestAborted);
                rollbacks.Add(TimedRollbackView.Of(entry, made, alarm, tail));
            }
        }

        long[] rehearsed = [.. (await drills.ListAsync(name, IDrillStore.MaxListed, http.RequestAborted)).Where(drill => drill.StartedAt >= since).Select(Restored).OfType<long>()];
        return TypedResults.Ok(new RollbackHistory(name, since, rollbacks, RollbackFigures.Of(rollbacks), PercentilesView.Of(rehearsed)));
    }

    // Of one that was lifted from quarantine and rolled out again meanwhile, what it answers then is no tail.
    private static DateTimeOffset EndOf(TimelineEntry rollback, ReleaseId release, IEnumerable<TimelineEntry> later)
    {
        DateTimeOffset settled = rollback.At + RollbackTail.Settled;
        TimelineEntry? again = later.LastOrDefault(entry => RolloutStep.IsStartOf(entry, release));
        return again?.At < settled ? again.At : settled;
    }

    // When the slowest instance served base; not known where one has not said so.
    private static long? Restored(Drill drill) => drill.Instances.Count > 0 && drill.Instances.All(instance => instance.AwayMs is not null) ? drill.Instances.Max(instance => instance.AwayMs) : null;
}
