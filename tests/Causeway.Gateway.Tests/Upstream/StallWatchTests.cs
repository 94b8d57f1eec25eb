using Causeway.Gateway.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Upstream;

public sealed class StallWatchTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_stands_still_is_cancelled_and_what_moves_is_not()
    {
        using StallWatch watch = new(_time);
        using StallWatch.Deadline still = watch.Start(TimeSpan.FromMinutes(1), CancellationToken.None);
        using StallWatch.Deadline moving = watch.Start(TimeSpan.FromMinutes(1), CancellationToken.None);
        still.Within(TimeSpan.FromSeconds(1));
        moving.Within(TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromMilliseconds(900));
        moving.Within(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.True(still.TimedOut && still.Token.IsCancellationRequested);
        Assert.False(moving.TimedOut || moving.Token.IsCancellationRequested);
    }

    [Fact]
    public void No_single_wait_reaches_beyond_the_total()
    {
        using StallWatch watch = new(_time);
        using StallWatch.Deadline deadline = watch.Start(TimeSpan.FromSeconds(2), CancellationToken.None);
        deadline.Within(TimeSpan.FromHours(1));
        deadline.Pause();

        _time.Advance(TimeSpan.FromSeconds(2.25));

        Assert.True(deadline.TimedOut);
    }

    [Fact]
    public void A_caller_that_leaves_cancels_and_is_not_a_time_out()
    {
        using StallWatch watch = new(_time);
        using CancellationTokenSource gone = new();
        using StallWatch.Deadline deadline = watch.Start(TimeSpan.FromSeconds(2), gone.Token);

        gone.Cancel();

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.TimedOut);
    }

    [Fact]
    public void Rounds_may_overlap_while_what_was_cancelled_runs_on()
    {
        ManualTime time = new();
        using StallWatch watch = new(time);
        StallWatch.Deadline[] deadlines = [.. Enumerable.Range(0, 3).Select(_ => watch.Start(TimeSpan.FromSeconds(1), CancellationToken.None))];
        int ended = 0;
        foreach (StallWatch.Deadline deadline in deadlines)
        {
            deadline.Token.Register(() =>
            {
                ended++;
                time.Ring(); // The next round begins inside of this one.
                deadline.Dispose();
            });
        }

        time.Now = TimeSpan.FromSeconds(2);
        time.Ring();

        Assert.Equal(3, ended);
    }

    /// <summary>A clock whose only timer rings when the test says so, even while it rings.</summary>
    private sealed class ManualTime : TimeProvider, ITimer
    {
        private Action _callback = () => { };

        public TimeSpan Now { get; set; }

        public void Ring() => _callback();

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = () => callback(state);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
