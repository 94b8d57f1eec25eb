using System.Net;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Inbound;

/// <summary>S-31: keys that are no good are bounded by where they come from and in all, a person is told, and a good key is never locked out.</summary>
public sealed class FailedKeysTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 30, TimeSpan.Zero));

    [Fact]
    public void So_many_a_minute_pass_from_one_address_and_then_others_still_do()
    {
        FailedKeys failed = new(3, 100, _time);

        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(failed.Take(IPAddress.Parse("192.0.2.1"), "key_unknown")));
        Assert.Equal(TimeSpan.FromMinutes(1), failed.Take(IPAddress.Parse("192.0.2.1"), "key_unknown"));
        Assert.Null(failed.Take(IPAddress.Parse("192.0.2.2"), "key_unknown"));

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TimeSpan.FromSeconds(1), failed.Take(IPAddress.Parse("192.0.2.1"), "key_unknown"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(failed.Take(IPAddress.Parse("192.0.2.1"), "key_unknown"));
    }

    [Fact]
    public void An_address_in_other_clothes_is_the_same_one()
    {
        FailedKeys failed = new(1, 100, _time);
        Assert.Null(failed.Take(IPAddress.Parse("2001:db8:1:2::1"), "key_unknown"));
        Assert.NotNull(failed.Take(IPAddress.Parse("2001:db8:1:2:ffff::7"), "key_unknown"));
        Assert.Null(failed.Take(IPAddress.Parse("2001:db8:1:3::1"), "key_unknown"));
        Assert.Null(failed.Take(IPAddress.Parse("192.0.2.1"), "key_unknown"));
        Assert.NotNull(failed.Take(IPAddress.Parse("::ffff:192.0.2.1"), "key_unknown"));
        Assert.Null(failed.Take(null, "key_unknown"));
    }

    [Fact]
    public void A_clock_that_is_set_back_locks_nobody_out_for_longer()
    {
        FailedKeys failed = new(1, 100, _time);
        Assert.Null(failed.Take(IPAddress.Loopback, "key_unknown"));
        Assert.NotNull(failed.Take(IPAddress.Loopback, "key_unknown"));

        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));

        Assert.Null(failed.Take(IPAddress.Loopback, "key_unknown"));
    }

    [Fact]
    public void A_flood_from_everywhere_is_bounded_in_memory_in_all_and_in_what_is_told()
    {
        Turnstile turnstile = new(10, 1_000, _time);
        List<GuessedKeys> told = [];
        FailedKeys failed = new(10, 1_000, _time) { Follower = told.Add };
        int passed = 0;

        for (int i = 0; i < 1_000_000; i++)
        {
            IPAddress from = new(i * 2_654_435_761L & 0xFFFFFFFF);
            passed += failed.Take(from, "key_unknown") is null ? 1 : 0;
            turnstile.Pass(from);
        }

        Assert.Equal(1_000, passed);
        Assert.InRange(turnstile.Remembered, 1, 1_000);
        Assert.Equal(FailedKeys.MaxTold, told.Count);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, Enumerable.Range(0, 1_000).Count(i => failed.Take(new IPAddress(0x0A000000L + i), "key_unknown") is not null));
        Assert.NotNull(failed.Take(IPAddress.Parse("192.0.2.9"), "key_unknown"));
        Assert.Equal(FailedKeys.MaxTold + 1, told.Count); // In the next hour it is told again.
    }

    [Fact]
    public async Task Beyond_the_bound_the_answer_is_that_there_are_too_many_and_a_good_key_from_there_is_answered()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Failed = new FailedKeys(5, 100, _time) });
        await house.AskAsync(Saying.Chat);

        List<Answer> answers = [];
        for (int i = 0; i < 12; i++)
        {
            answers.Add(await GuessAsync(house, i));
        }

        Assert.All(answers.Take(5), answer => Assert.Equal((401, "key_unknown"), (answer.Status, answer.Error)));
        Assert.All(answers.Skip(5), answer => Assert.Equal((429, "keys_failing", "60", "false"), (answer.Status, answer.Error, answer.Header("Retry-After"), answer.Header("x-should-retry"))));
        Assert.Equal(200, (await house.AskAsync(Saying.Chat)).Status);
        Assert.Equal(200, (await house.AskAsync(Saying.ChatStream)).Status);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, "key_unknown"), await GuessAsync(house, 99) is { } later ? (later.Status, later.Error) : default);
    }

    [Fact]
    public async Task Without_a_bound_that_is_met_every_one_is_told_what_is_wrong_with_its_key()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Failed = new FailedKeys(1_000, 1_000, _time) });

        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(401, (await GuessAsync(house, i)).Status);
        }
    }

    [Fact]
    public async Task A_request_without_a_key_is_no_guess()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Failed = new FailedKeys(2, 100, _time) });

        for (int i = 0; i < 5; i++)
        {
            using HttpRequestMessage bare = new(HttpMethod.Get, "/v1/models");
            Assert.Equal((401, "key_missing"), await house.SendAsync(bare) is { } answer ? (answer.Status, answer.Error) : default);
        }

        Assert.Equal(401, (await GuessAsync(house, 1)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Behind_a_trusted_proxy_it_goes_by_the_caller(bool isTrusted)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Failed = new FailedKeys(3, 100, _time),
            Proxies = TrustedProxies.Of([isTrusted ? "127.0.0.0/8" : "203.0.113.0/24"], TrustedProxies.ForwardedFor),
        });

        for (int i = 0; i < 4; i++)
        {
            await GuessAsync(house, i, forwardedFor: "192.0.2.1");
        }

        Assert.Equal(429, (await GuessAsync(house, 5, forwardedFor: "192.0.2.1")).Status);
        Assert.Equal(isTrusted ? 401 : 429, (await GuessAsync(house, 6, forwardedFor: "192.0.2.2")).Status); // Anybody can write the header: without trust it is one address.
    }

    [Fact]
    public async Task A_person_is_told_in_the_ledger_and_in_the_log_once()
    {
        FailedKeys failed = new(3, 100, _time);
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Failed = failed });
        using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddProvider(house.Log));
        failed.Follower = new GuessNews(house.Ledger, webhook: null, logs.CreateLogger<GuessNews>()).Tell;

        for (int i = 0; i < 20; i++)
        {
            await GuessAsync(house, i);
        }

        await house.RecordsAsync();
        LedgerEvent raised = Assert.Single(house.Store.Events, one => one.Kind == LedgerEventKind.AlertRaised);
        Assert.Equal("keys_guessed", raised.Code);
        Assert.Contains("\"from\":\"127.0.0.1\"", raised.Detail, StringComparison.Ordinal);
        Assert.Single(house.Log.Lines, line => line.Contains("keys that are no good", StringComparison.Ordinal));
        Assert.DoesNotContain(house.Log.Lines.Append(raised.Detail), line => line!.Contains("sk-guess", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_them_keeps_no_good_call_from_its_answer_and_leaves_nothing_in_the_books()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Failed = new FailedKeys(100, 1_000, TimeProvider.System) });
        Task<int[]> flood = Task.WhenAll(Enumerable.Range(0, 16).Select(async worker =>
        {
            int refused = 0;
            for (int i = 0; i < 250; i++)
            {
                refused += (await GuessAsync(house, (worker * 1_000) + i)).Status == 429 ? 1 : 0;
            }

            return refused;
        }));

        List<int> good = [];
        while (!flood.IsCompleted)
        {
            good.Add((await house.AskAsync(Saying.Chat)).Status);
        }

        Assert.InRange((await flood).Sum(), 3_000, 3_900); // A minute may end meanwhile.
        Assert.NotEmpty(good);
        Assert.All(good, status => Assert.Equal(200, status));
        Assert.Equal(good.Count, (await house.RecordsAsync()).Count);
    }

    private static Task<Answer> GuessAsync(GatewayHouse house, int number, string? forwardedFor = null)
    {
        HttpRequestMessage message = Saying.Chat.ToMessage($"sk-guess-{number:D8}");
        if (forwardedFor is not null)
        {
            message.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        return house.SendAsync(message);
    }
}
