using Causeway.Gateway.Instances;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Rollback;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>Which instances have applied a change, and when.</summary>
public sealed partial class ReleaseDesk
{
    private const int EntriesOfLate = 1_000;

    // Whoever committed it has told of everybody who was there in time by then, its own patience and some statements later.
    private static readonly TimeSpan s_lateAfter = 2 * InstanceBoard.Patience;

    // Says in the timeline when instances applied a change; what it says is of no consequence to the change itself.
    private async Task AppliedAsync(long revision, IReadOnlyCollection<string> channels, params IEnumerable<AppliedBy> instances)
    {
        try
        {
            foreach ((string name, DateTimeOffset? at) in instances.Where(one => one.At is not null))
            {
                foreach (string channel in channels)
                {
                    await store.AppendAsync(
                        new TimelineEntry { At = at!.Value, Revision = revision, Channel = channel, Kind = TimelineKind.Applied, Actor = Automatic, Detail = AppliedWords(name, revision) },
                        CancellationToken.None);
                }
            }
        }
#pragma warning disable CA1031 // The change is committed and in force; a line less in the timeline does not undo it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.TimelineFailed(log, revision, failure);
        }
    }

    // An instance that was cut off when a rollback was committed, or whose commander is gone since, tells of itself.
    private async Task AppliedElsewhereAsync(IReadOnlyCollection<(string Channel, long Revision)> changes, DateTimeOffset at)
    {
        try
        {
            await Task.Delay(s_lateAfter, time);
            foreach ((string channel, long revision) in changes)
            {
                IReadOnlyList<TimelineEntry> known = await store.TimelineAsync(new TimelineQuery(channel, Since: null, Before: null, EntriesOfLate), CancellationToken.None);
                if (!known.Any(entry => entry.Kind == TimelineKind.Applied && entry.Revision == revision && entry.Detail == AppliedWords(instance.Text, revision)))
                {
                    await AppliedAsync(revision, [channel], new AppliedBy(instance.Text, at));
                }
            }
        }
#pragma warning disable CA1031 // As above.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.TimelineFailed(log, changes.Max(change => change.Revision), failure);
        }
    }

    private static string AppliedWords(string name, long revision) => $"{name} applied revision {revision}";

    // Everybody who is there, as far as each has said so within a second; a process that is alone, itself.
    private async Task<IReadOnlyList<AppliedBy>> SpreadAsync(long revision, Committed committed)
    {
        DateTimeOffset applied = committed.At + time.GetElapsedTime(committed.Timestamp);
        try
        {
            IReadOnlyList<InstanceAck> acks = await board.SpreadAsync(withLedger: false, CancellationToken.None, committed.Timestamp);
            return acks.Count == 0
                ? [new AppliedBy(instance.Text, applied)]
                : [.. acks.Select(ack => new AppliedBy(ack.Instance.Beat.Name, !ack.HasApplied ? null : ack.Instance.Beat.Name == instance.Text ? applied : committed.At + ack.After)
                {
                    Calls = ack.Instance.Beat.Met is { } met && met.Revision >= revision ? met.Calls : null,
                })];
        }
#pragma warning disable CA1031 // The change is committed and in force here; who else has it is asked again: causeway instances.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.TimelineFailed(log, Applied, failure);
            return [new AppliedBy(instance.Text, applied)];
        }
    }
}

/// <summary>An instance and when it applied a change.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="At">When, UTC; null: it has not said so.</param>
public sealed record AppliedBy(string Instance, DateTimeOffset? At)
{
    /// <summary>What became of the calls that it was answering with what was taken back; null: nothing was, or it has not said.</summary>
    public RevokedCalls? Calls { get; init; }
}

/// <summary>When a change was committed.</summary>
/// <param name="At">UTC.</param>
/// <param name="Timestamp">The same moment by the steady clock, from which it is counted how long it takes to spread.</param>
internal readonly record struct Committed(DateTimeOffset At, long Timestamp)
{
    public static Committed Now(TimeProvider time) => new(time.GetUtcNow(), time.GetTimestamp());
}
