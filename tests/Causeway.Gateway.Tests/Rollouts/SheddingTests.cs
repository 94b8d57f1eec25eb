using System.Diagnostics;
using Causeway.Budgets.Keys;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>E1: what a channel was rolled back to carries six tenths of what is asked of it.</summary>
public sealed class SheddingTests
{
    private const int PerSecond = 100;
    private const int Carried = PerSecond * 6 / 10;
    private static readonly TimeSpan s_lasts = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 4 : 60);

    // Of ten requests five are of dev, two of staging and three of prod.
    private static readonly string[] s_tenth = ["dev", "prod", "dev", "staging", "dev", "prod", "dev", "staging", "dev", "prod"];

    // The control: a channel that was pointed there, and not rolled back, sheds nothing; then everybody is throttled alike.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_base_that_carries_less_only_the_lowest_environment_waits_and_the_highest_is_answered(bool isRolledBack)
    {
        await using BucketUpstream basis = new();
        await using RawUpstream candidate = RawUpstream.Start(HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(candidate.Address, new HouseOptions { Retries = new ProviderRetries { FirstBackoff = TimeSpan.FromMilliseconds(100) } }, good: basis.Address);
        if (isRolledBack)
        {
            await house.RollBackAsync();
        }
        else
        {
            await house.Store.PointChannelAsync(new WantedChannel("support", house.Good.Id, UnsupportedFields.Deny), 2, DateTimeOffset.UtcNow, GatewayHouse.Token);
            await house.Desk.LoadAsync(GatewayHouse.Token);
        }

        (int before, ILookup<string, Answer> answers) = (candidate.Connections, await AskAsync(house));

        Assert.Equal(before, candidate.Connections); // Nothing was sent to what was taken back.
        double prod = Answered(answers["prod"]);
        if (isRolledBack)
        {
            Assert.True(prod >= 0.999, $"{prod:P1} of prod were answered, {Answered(answers["staging"]):P1} of staging, {Answered(answers["dev"]):P1} of dev.");
            Assert.True(Answered(answers["dev"]) < 1);
            Assert.All(answers["dev"].Where(answer => answer.Status == 503), answer => Assert.Equal(("capacity_shed", "5"), (answer.Error, answer.Header("retry-after"))));
            Assert.DoesNotContain(answers["staging"].Concat(answers["prod"]), answer => answer.Error == "capacity_shed");
        }
        else
        {
            Assert.True(prod < 0.999, $"{prod:P1} of prod were answered without it.");
        }
    }

    [Fact]
    public async Task The_next_environment_waits_when_one_is_not_enough_and_the_last_comes_back_first()
    {
        FakeTimeProvider time = new(DateTimeOffset.UtcNow);
        await using RawUpstream throttling = RawUpstream.Start(connection => connection.AnswerAsync("{}", 429));
        await using RawUpstream candidate = RawUpstream.Start(HeldUpstream.Whole("bad"));
        await using RollbackHouse house = await RollbackHouse.OpenAsync(candidate.Address, new HouseOptions { Time = time, Retries = new ProviderRetries { Max = 0 } }, good: throttling.Address);
        Dictionary<string, string> keys = Keys(house);
        await house.RollBackAsync();

        foreach (string[] shed in (string[][])[[], ["dev"], ["dev", "eval"], ["dev", "eval", "staging"], ["dev", "eval", "staging"]])
        {
            foreach (string environment in shed)
            {
                Assert.Equal((503, "capacity_shed"), await StatusAsync(house, keys[environment]));
            }

            Assert.Equal(429, (await StatusAsync(house, keys["prod"])).Status); // Is sent, and throttled once more.
            time.Advance(TimeSpan.FromSeconds(5));
        }

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(429, (await StatusAsync(house, keys["staging"])).Status);
    }

    private static double Answered(IEnumerable<Answer> answers) => answers.Average(answer => answer.Status == 200 ? 1.0 : 0);

    private static Dictionary<string, string> Keys(RollbackHouse house)
    {
        Dictionary<string, string> keys = [];
        foreach (string environment in Attribution.Environments)
        {
            keys[environment] = KeySecret.New();
            house.House.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(keys[environment], TimeProvider.System) with { Attribution = GatewayHouse.Attribution with { Environment = environment } }));
        }

        return keys;
    }

    private static async Task<(int Status, string? Error)> StatusAsync(RollbackHouse house, string key)
    {
        Answer answer = await house.House.SendAsync(RollbackHouse.Chat.ToMessage(key));
        return (answer.Status, answer.Error);
    }

    // So many a second, whatever becomes of them.
    private static async Task<ILookup<string, Answer>> AskAsync(RollbackHouse house)
    {
        Dictionary<string, string> keys = Keys(house);
        List<Task<(string Environment, Answer Answer)>> asked = [];
        using PeriodicTimer ticks = new(TimeSpan.FromMilliseconds(10));
        long began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < s_lasts && await ticks.WaitForNextTickAsync(GatewayHouse.Token))
        {
            for (long due = (long)(Stopwatch.GetElapsedTime(began).TotalSeconds * PerSecond); asked.Count < due;)
            {
                asked.Add(OneAsync(s_tenth[asked.Count % s_tenth.Length]));
            }
        }

        return (await Task.WhenAll(asked)).ToLookup(one => one.Environment, one => one.Answer);

        async Task<(string, Answer)> OneAsync(string environment) => (environment, await house.House.SendAsync(RollbackHouse.Chat.ToMessage(keys[environment])));
    }

    /// <summary>Takes so many a second, a second's worth of them at once, and throttles the rest.</summary>
    private sealed class BucketUpstream : IAsyncDisposable
    {
        private readonly RawUpstream _upstream;
        private readonly Lock _turn = new();
        private double _left = Carried;
        private long _filledAt = Stopwatch.GetTimestamp();

        public BucketUpstream() => _upstream = RawUpstream.Start(connection =>
            Takes() ? connection.WriteAsync(HeldUpstream.Whole("old")) : connection.AnswerAsync("""{"error":{"message":"Too many","type":"rate_limit_error"}}""", 429));

        public Uri Address => _upstream.Address;

        public ValueTask DisposeAsync() => _upstream.DisposeAsync();

        private bool Takes()
        {
            lock (_turn)
            {
                _left = Math.Min(Carried, _left + (Stopwatch.GetElapsedTime(_filledAt).TotalSeconds * Carried));
                _filledAt = Stopwatch.GetTimestamp();
                return _left >= 1 && --_left >= 0;
            }
        }
    }
}
