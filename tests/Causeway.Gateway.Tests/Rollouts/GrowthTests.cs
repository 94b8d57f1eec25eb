using System.Globalization;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>E2: a provider that takes no more than ten times as much as it was asked before. What base keeps of the units while a candidate is rolled out bounds how much more it is asked afterwards.</summary>
public sealed class GrowthTests
{
    private const int Units = 500;
    private const int Growth = 10;

    // The control: of a hundredth it is asked a hundred times as much.
    [Theory]
    [InlineData(100_000)]
    [InlineData(10_000)]
    public async Task A_base_that_kept_a_tenth_is_asked_no_more_than_ten_times_as_much_after_a_rollback(int holdbackPpm)
    {
        await using GrowingUpstream basis = new();
        await using RawUpstream candidate = RawUpstream.Start(HeldUpstream.Whole("new"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(candidate.Address, new HouseOptions { Retries = new ProviderRetries { Max = 0 } }, pointAtBad: false, good: basis.Address);
        RolloutPlan plan = new() { HoldbackPpm = holdbackPpm, Stages = [new RolloutStage { Kind = StageKind.Bake, Ppm = Bucket.Count - holdbackPpm }] };
        Assert.Null((await house.Desk.StartAsync("support", house.Bad.Id, plan, "rehearsed", "noor", "round", GatewayHouse.Token))!.Refusal);
        string[] sessions = Sessions(holdbackPpm);

        await AskAsync(house, sessions);
        Assert.Equal((Units / (Bucket.Count / holdbackPpm), 0), (basis.Arrived, basis.Throttled));
        basis.NextWindow();
        await house.RollBackAsync();
        Answer[] after = await AskAsync(house, sessions);

        if (holdbackPpm == RolloutPlan.DefaultHoldbackPpm)
        {
            Assert.Equal((Units, 0), (basis.Arrived, basis.Throttled));
            Assert.All(after, answer => Assert.Equal(200, answer.Status));
        }
        else
        {
            Assert.InRange(basis.Throttled, 1, Units); // Before the lowest environment, which here is all, is shed.
        }
    }

    // As many of them on either side as the share says, to the last one: chance is no part of what is shown.
    private static string[] Sessions(int holdbackPpm)
    {
        int ofBase = Units / (Bucket.Count / holdbackPpm);
        IEnumerable<string> all = Enumerable.Range(0, int.MaxValue).Select(i => i.ToString(CultureInfo.InvariantCulture));
        bool IsOfBase(string session) => Bucket.Of("support", "conversation:" + session) >= Bucket.Count - holdbackPpm;
        return [.. all.Where(IsOfBase).Take(ofBase), .. all.Where(session => !IsOfBase(session)).Take(Units - ofBase)];
    }

    private static async Task<Answer[]> AskAsync(RollbackHouse house, string[] sessions)
    {
        List<Answer> answers = [];
        foreach (string[] some in sessions.Chunk(50))
        {
            answers.AddRange(await Task.WhenAll(some.Select(session =>
            {
                HttpRequestMessage message = RollbackHouse.Chat.ToMessage(house.House.Secret);
                message.Headers.TryAddWithoutValidation("x-causeway-session", session);
                return house.House.SendAsync(message);
            })));
        }

        return [.. answers];
    }

    /// <summary>Throttles what is more than ten times as much as came in the window before. A window is as long as every unit asks once.</summary>
    private sealed class GrowingUpstream : IAsyncDisposable
    {
        private readonly RawUpstream _upstream;
        private int _arrived;
        private int _throttled;
        private int _most = int.MaxValue;

        public GrowingUpstream() => _upstream = RawUpstream.Start(connection =>
        {
            bool isTaken = Interlocked.Increment(ref _arrived) <= Volatile.Read(ref _most);
            if (!isTaken)
            {
                Interlocked.Increment(ref _throttled);
            }

            return isTaken ? connection.WriteAsync(HeldUpstream.Whole("old")) : connection.AnswerAsync("""{"error":{"message":"Too fast","type":"rate_limit_error"}}""", 429);
        });

        public Uri Address => _upstream.Address;

        public int Arrived => Volatile.Read(ref _arrived);

        public int Throttled => Volatile.Read(ref _throttled);

        public void NextWindow()
        {
            Volatile.Write(ref _most, Growth * Volatile.Read(ref _arrived));
            Volatile.Write(ref _arrived, 0);
        }

        public ValueTask DisposeAsync() => _upstream.DisposeAsync();
    }
}
