using Causeway.Commands;
using Causeway.Storage.Moving;

namespace Causeway.Tests.Commands;

public sealed class StoreProgressTests
{
    [Fact]
    public void It_says_once_a_second_how_far_it_is_how_fast_and_how_long_it_will_take()
    {
        Clock time = new();
        using StringWriter error = new() { NewLine = "\n" };
        StoreProgress progress = new(error, time);

        progress.Report(new MoveProgress("keys", 5, 5, MovePhase.Copying));
        progress.Report(new MoveProgress("usage", 0, 1_000_000, MovePhase.Copying));
        time.Advance(TimeSpan.FromSeconds(2));
        progress.Report(new MoveProgress("usage", 100_000, 1_000_000, MovePhase.Copying));
        progress.Report(new MoveProgress("usage", 150_000, 1_000_000, MovePhase.Copying));
        time.Advance(TimeSpan.FromSeconds(1));
        progress.Report(new MoveProgress("usage_hourly", 10, null, MovePhase.Copying));
        time.Advance(TimeSpan.FromSeconds(4));
        progress.Report(new MoveProgress("usage_hourly", 4_000, 3_000, MovePhase.Comparing));
        time.Advance(TimeSpan.FromSeconds(4));
        progress.Report(new MoveProgress("usage_hourly", 8_000, 8_000, MovePhase.Comparing));

        Assert.Equal(
            """
            copying usage: 100,000 of 1,000,000 rows (10%, 50,000/s, about 18s left)
            copying usage_hourly: 10 rows
            comparing usage_hourly: 4,000 rows
            comparing usage_hourly: 8,000 rows, 2,000/s

            """,
            error.ToString());
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
