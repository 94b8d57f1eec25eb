using Causeway.Gateway.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Readiness;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Readiness;

/// <summary>
/// Looks every minute, and when routing has changed, whether each channel can be taken back, keeps what it finds, and says what has changed: in the timeline, in the log and to
/// the webhook. Of several instances one does.
/// </summary>
public sealed class ReadinessWatch(
    ReadinessDesk desk, IReadinessStore store, IRoutingStore timeline, PolicyPublisher policies, Leadership leadership, ReleaseNews news, TimeProvider time, ILogger<ReadinessWatch> log) : Chore(s_turn, leadership, time)
{
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(10); // What has not changed is written anew so often.

    private long _revision = -1; // That was looked at last, and when.
    private long? _last;

    /// <summary>Looks once at every channel.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        foreach (string channel in policies.Current.Channels.Keys.Order(StringComparer.Ordinal))
        {
            if (await desk.ReportAsync(channel, cancellation) is { } found)
            {
                await TakeAsync(found, cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public override Task TurnAsync(CancellationToken cancellation)
    {
        long now = policies.Current.Routing.Revision;
        if (now == _revision && _last is { } at && Time.GetElapsedTime(at) < s_between)
        {
            return Task.CompletedTask;
        }

        (_revision, _last) = (now, Time.GetTimestamp());
        return LookAsync(cancellation);
    }

    /// <inheritdoc/>
    private protected override void Failed(Exception failure) => LogEvents.ReadinessFailed(log, failure);

    private async Task TakeAsync(ReadinessReport found, CancellationToken cancellation)
    {
        ReadinessReport? before = await store.FindAsync(found.Channel, cancellation);
        (string Pin, int Days)[] due = [.. Due(found).Where(one => before?.Told.Contains(Mark(one)) != true)];
        ReadinessReport after = found with { Told = [.. (before?.Told ?? []).Concat(due.Select(Mark)).TakeLast(1_000)] };
        bool isOther = before is null || before.State != found.State;
        if (before is not null && !isOther && due.Length == 0 && before.Score == found.Score && found.At - before.At < s_kept)
        {
            return;
        }

        await store.PutAsync(after, cancellation); // First: what is told is told once, across restarts too.
        if (isOther && before is not null)
        {
            await TellAsync(found.Channel, TimelineKind.ReadinessChanged, "readiness.changed", Words(before, found));
        }

        foreach ((string pin, int days) in due)
        {
            await TellAsync(found.Channel, TimelineKind.PinRetiring, "pin.retiring", days <= 0 ? $"{pin}, on the way back of {found.Channel}, is retired" : $"{pin}, on the way back of {found.Channel}, retires in {days} {(days == 1 ? "day" : "days")}");
        }
    }

    // The nearest of the days that are reached; those before it were told, or are told by it.
    private static IEnumerable<(string Pin, int Days)> Due(ReadinessReport found)
    {
        foreach (ReadinessFactor factor in found.Targets.SelectMany(target => target.Factors).Where(factor => factor is { Kind: ReadinessFactorKind.Retirement, BreaksAt: not null }).DistinctBy(factor => factor.Detail))
        {
            int days = ReadinessRules.DaysTo(DateOnly.FromDateTime(factor.BreaksAt!.Value.UtcDateTime), found.At);
            string pin = factor.Detail.Split(' ')[0];
            if (days <= 0)
            {
                yield return (pin, 0);
            }
            else if (ReadinessRules.AlertDays.Any(at => days <= at))
            {
                yield return (pin, ReadinessRules.AlertDays.Last(at => days <= at));
            }
        }
    }

    private static string Mark((string Pin, int Days) due) => $"{due.Pin}@{due.Days}";

    private static string Words(ReadinessReport before, ReadinessReport after) =>
        $"{after.Channel} was {Word(before.State)} and is {Word(after.State)} to go back{(after.Targets is [var best, ..] && best.Weakest is { } weakest ? ": " + weakest.Detail : after.Targets.Count == 0 ? ": it has served no other release" : "")}";

    private static string Word(ReadinessState state) => state switch
    {
        ReadinessState.Ready => "ready",
        ReadinessState.AtRisk => "at risk",
        _ => "not ready",
    };

    private async Task TellAsync(string channel, TimelineKind kind, string what, string text)
    {
        DateTimeOffset at = Time.GetUtcNow();
        LogEvents.Readiness(log, text);
        await timeline.AppendAsync(
            new TimelineEntry { At = at, Revision = policies.Current.Routing.Revision, Channel = channel, Kind = kind, Actor = ReleaseDesk.Automatic, Detail = text }, CancellationToken.None);
        news.Tell(what, channel, text, at);
    }
}
