using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Rollback;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>A candidate that fails three of ten calls, is tried again, and stands a second time among its own fallbacks.</summary>
public sealed class RevokedRetryTests
{
    private const int Warm = 7;
    private const int Few = 6; // So few that the candidate's circuit stays closed, and each is tried again.
    private const int Many = 200; // So many that it opens, and they fall back.
    private static readonly ProviderRetries s_retries = new() { Max = 3, FirstBackoff = TimeSpan.FromMilliseconds(1), MaxBackoff = TimeSpan.FromMilliseconds(4) };

    // A6, and its control: of a rollout that is only aborted, base answers everybody new, and what runs goes on with the candidate.
    [Theory]
    [InlineData(Few, true)]
    [InlineData(Few, false)]
    [InlineData(Many, true)]
    [InlineData(Many, false)]
    public async Task What_was_rolled_back_is_neither_tried_again_nor_fallen_back_to(int calls, bool rollsBack)
    {
        await using FailingUpstream first = new(ofTen: 3);
        await using FailingUpstream second = new(ofTen: 0);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(first.Address, new HouseOptions { Retries = s_retries }, startRollout: true, fallback: second.Address);
        Answer[] before = await Task.WhenAll(Enumerable.Range(0, Warm).Select(_ => house.House.AskAsync(RollbackHouse.Chat)));
        Assert.All(before, answer => Assert.Equal((200, house.Bad.Id.ToString()), (answer.Status, answer.Header("x-causeway-release"))));
        Assert.True(first.Arrived > Warm, "Nothing was tried again.");

        first.Hold(calls);
        Task<Answer>[] waiting = [.. Enumerable.Range(0, calls).Select(_ => house.House.AskAsync(RollbackHouse.Chat))];
        await first.AreHeld;
        if (rollsBack)
        {
            Assert.Equal(calls, (await house.RollBackAsync(StreamPolicy.Drain)).Calls.DrainingRequests);
        }
        else
        {
            Assert.Null((await house.Desk.AbortAsync("support", "noor", "enough", GatewayHouse.Token))!.Refusal);
        }

        (int firstBefore, int secondBefore) = (first.Arrived, second.Arrived);
        first.FailAll();
        Answer[] after = await Task.WhenAll(waiting);
        Answer fresh = await house.House.AskAsync(RollbackHouse.Chat);

        (int triedAgain, int fellBack) = (first.Arrived - firstBefore, second.Arrived - secondBefore);
        Assert.Equal((200, house.Good.Id.ToString()), (fresh.Status, fresh.Header("x-causeway-release")));
        if (rollsBack)
        {
            Assert.Equal((0, 0), (triedAgain, fellBack));
            Assert.All(after, answer => Assert.Equal((200, house.Good.Id.ToString()), (answer.Status, answer.Header("x-causeway-release"))));
        }
        else
        {
            Assert.True(fellBack > 0 && (calls == Many || triedAgain > 0), $"{triedAgain} were tried again and {fellBack} fell back.");
        }
    }

    /// <summary>Fails so many of ten calls; told so, it holds calls and fails them all.</summary>
    private sealed class FailingUpstream : IAsyncDisposable
    {
        private const string Failure = "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly RawUpstream _upstream;
        private readonly int _ofTen;
        private int _arrived;
        private int _toHold;
        private int _isHeld;

        public FailingUpstream(int ofTen) => (_ofTen, _upstream) = (ofTen, RawUpstream.Start(AnswerAsync));

        public Uri Address => _upstream.Address;

        /// <summary>Calls that came.</summary>
        public int Arrived => Volatile.Read(ref _arrived);

        /// <summary>As many as are to be held are there.</summary>
        public Task AreHeld => _held.Task.Soon();

        public void Hold(int calls) => Volatile.Write(ref _toHold, calls);

        public void FailAll() => _fail.TrySetResult();

        public ValueTask DisposeAsync() => _upstream.DisposeAsync();

        private async Task AnswerAsync(RawConnection connection)
        {
            int number = Interlocked.Increment(ref _arrived);
            if (Volatile.Read(ref _toHold) is > 0 and var wanted && !_fail.Task.IsCompleted)
            {
                if (Interlocked.Increment(ref _isHeld) == wanted)
                {
                    _held.TrySetResult();
                }

                await _fail.Task.WaitAsync(connection.End);
                await connection.WriteAsync(Failure);
                return;
            }

            await connection.WriteAsync(number % 10 < _ofTen ? Failure : HeldUpstream.Whole("bad"));
        }
    }
}
