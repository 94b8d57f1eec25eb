using Causeway.Releases.Guards;
using Causeway.Releases.Rollback;
using Causeway.Releases.Timeline;

namespace Causeway.Releases.Tests.Rollback;

public sealed class RollbackTimesTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly string s_first = FirstBad.Words(Guid.CreateVersion7(s_start.AddSeconds(10)));

    [Fact]
    public void A_guard_that_acts_is_the_alarm()
    {
        RollbackAlarm? alarm = RollbackAlarm.Before(
            [Entry(TimelineKind.GuardCrossed, 40, "error", s_first), Entry(TimelineKind.Held, 30, "latency", ""), Entry(TimelineKind.RolloutStarted, 0, null, "")], isAutomatic: true);

        Assert.Equal((30_000L, 250L), (RollbackTimes.Of(s_start.AddSeconds(40.25), alarm).DetectMs, RollbackTimes.Of(s_start.AddSeconds(40.25), alarm).DecideMs));
        Assert.Equal(30_250 + 7, RollbackTimes.Of(s_start.AddSeconds(40.25), alarm, recoverMs: 7).VelocityMs);
    }

    [Fact]
    public void Where_a_person_acts_it_is_the_first_that_stood_until_then()
    {
        TimelineEntry[] older = [Entry(TimelineKind.Held, 40, "length", ""), Entry(TimelineKind.Held, 30, "latency", s_first), Entry(TimelineKind.StageAdvanced, 20, null, ""), Entry(TimelineKind.Held, 5, "cost", "")];

        Assert.Equal(new RollbackAlarm(s_start.AddSeconds(30), s_start.AddSeconds(10)), RollbackAlarm.Before(older, isAutomatic: false));
    }

    [Fact]
    public void Where_no_guard_had_spoken_nothing_is_guessed()
    {
        Assert.Null(RollbackAlarm.Before([Entry(TimelineKind.RolloutStarted, 0, null, "")], isAutomatic: false));
        Assert.Null(RollbackAlarm.Before([Entry(TimelineKind.StageAdvanced, 20, null, ""), Entry(TimelineKind.Held, 5, "latency", s_first)], isAutomatic: false)); // A person has gone on.
        Assert.Null(RollbackAlarm.Before([Entry(TimelineKind.Held, 5, "lease", "")], isAutomatic: false)); // No guard's.
        RollbackTimes times = RollbackTimes.Of(s_start, null, recoverMs: 7);
        Assert.Equal((null, null, null), (times.DetectMs, times.DecideMs, times.VelocityMs));
    }

    [Fact]
    public void Clocks_of_two_machines_make_no_time_negative() =>
        Assert.Equal((0L, 0L), (RollbackTimes.Of(s_start, new RollbackAlarm(s_start.AddSeconds(1), s_start.AddSeconds(2))).DetectMs, RollbackTimes.Of(s_start, new RollbackAlarm(s_start.AddSeconds(1), null)).DecideMs));

    [Theory]
    [InlineData(1, 50, 1L)]
    [InlineData(4, 50, 2L)]
    [InlineData(100, 99, 99L)]
    [InlineData(101, 99, 100L)]
    [InlineData(3, 99, 3L)]
    [InlineData(0, 50, null)]
    public void Percentiles_are_by_nearest_rank(int count, int percent, long? value) => Assert.Equal(value, RollbackTimes.Percentile(Enumerable.Range(1, count).Reverse().Select(i => (long)i), percent));

    private static TimelineEntry Entry(TimelineKind kind, int second, string? reason, string detail) =>
        new() { At = s_start.AddSeconds(second), Channel = "support", Kind = kind, Actor = "causeway", Reason = reason, Detail = "rollout_1 in stage 1: evidence" + detail };
}
