using Causeway.Gateway.Instances;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Books;

/// <summary>A chore goes on whatever becomes of a turn, until the process ends.</summary>
public sealed class ChoreTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_call_in_a_turn_that_was_cancelled_by_itself_does_not_end_the_chore()
    {
        using Counted chore = new(_time, Leadership.Alone(), turn => turn switch
        {
            1 => throw new OperationCanceledException("a time limit"),
            2 => throw new InvalidOperationException("the store"),
            _ => Task.CompletedTask,
        });
        await chore.StartAsync(TestContext.Current.CancellationToken);

        for (int turn = 1; turn <= 3; turn++)
        {
            Assert.Equal(turn, await chore.Turns.ReadAsync(TestContext.Current.CancellationToken));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["a time limit", "the store"], chore.Failures);
        await chore.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(chore.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_end_of_the_process_in_a_turn_is_no_failure()
    {
        using Counted chore = new(_time, Leadership.Alone(), _ => Task.Delay(Timeout.InfiniteTimeSpan, _time, TestContext.Current.CancellationToken));
        await chore.StartAsync(TestContext.Current.CancellationToken);
        await chore.Turns.ReadAsync(TestContext.Current.CancellationToken);

        await chore.StopAsync(TestContext.Current.CancellationToken);

        Assert.Empty(chore.Failures);
        Assert.True(chore.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Who_does_not_lead_rests()
    {
        using Counted chore = new(_time, Leadership.OfSeveral(_time), _ => Task.CompletedTask);
        await chore.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await chore.Turns.ReadAsync(TestContext.Current.CancellationToken));
        await chore.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Counted(TimeProvider time, Leadership leadership, Func<int, Task> turn) : Chore(TimeSpan.FromSeconds(1), leadership, time)
    {
        private readonly System.Threading.Channels.Channel<int> _turns = System.Threading.Channels.Channel.CreateUnbounded<int>();
        private int _count;

        public System.Threading.Channels.ChannelReader<int> Turns => _turns.Reader;

        public List<string> Failures { get; } = [];

        // The clock stands still until a turn says that the timer is there.
        private protected override bool BeginsAtOnce => true;

        public override async Task TurnAsync(CancellationToken cancellation)
        {
            _turns.Writer.TryWrite(++_count);
            await turn(_count).WaitAsync(cancellation);
        }

        private protected override void Rest() => _turns.Writer.TryWrite(0);

        private protected override void Failed(Exception failure) => Failures.Add(failure.Message);
    }
}
