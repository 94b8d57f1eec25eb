using Causeway.Releases.Guards;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Rollback;

/// <summary>What told of a release before it was rolled back: the guard that rolled it back, or, where a person did, the first that held its rollout until then.</summary>
/// <param name="At">When it spoke, UTC.</param>
/// <param name="FirstBadAt">When the first request arrived that it called bad, UTC; null: it does not say.</param>
public sealed record RollbackAlarm(DateTimeOffset At, DateTimeOffset? FirstBadAt)
{
    /// <summary>What a tripwire, or the share, is called as the reason of an entry.</summary>
    public const string Tripwire = "tripwire";

    /// <summary>The alarm before a rollback; null: none stood, so that it is not known how the release was noticed.</summary>
    /// <param name="older">What happened to the channel before it, newest first.</param>
    /// <param name="isAutomatic">A guard rolled it back.</param>
    public static RollbackAlarm? Before(IEnumerable<TimelineEntry> older, bool isAutomatic)
    {
        RollbackAlarm? stood = null;
        foreach (TimelineEntry entry in older)
        {
            if (entry.Kind is TimelineKind.RolledBack or TimelineKind.RolloutStarted or TimelineKind.StageAdvanced or TimelineKind.Aborted or TimelineKind.Finalized)
            {
                break; // What was said before that was of something else, or a person has gone on in spite of it.
            }

            if (entry.Kind == TimelineKind.GuardCrossed && isAutomatic)
            {
                return Of(entry);
            }

            if (entry.Kind == TimelineKind.Held && !isAutomatic && IsGuard(entry.Reason))
            {
                stood = Of(entry);
            }
        }

        return stood;
    }

    private static RollbackAlarm Of(TimelineEntry entry) => new(entry.At, FirstBad.ArrivalIn(entry.Detail));

    private static bool IsGuard(string? reason) => reason == Tripwire || GuardKinds.All.Any(kind => kind.Word() == reason);
}
