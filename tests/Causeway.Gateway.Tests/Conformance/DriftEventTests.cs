using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Conformance;

public sealed class DriftEventTests
{
    private const string Secret = "a-secret-of-the-operators-own-choice";
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);
    private static readonly DialectChange s_change = new("p", "m", "openai", "maximum", ProbeVerdict.Enforced, ProbeVerdict.Ignored, s_now.AddDays(-1), s_now, "/value: is more than 10");

    [Fact]
    public async Task A_change_of_verdict_is_logged_counted_and_posted()
    {
        TaskCompletionSource<RawConnection> posted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RawUpstream hook = RawUpstream.Start(async connection =>
        {
            await connection.AnswerAsync("{}");
            posted.TrySetResult(connection);
        });
        await using var webhook = new DriftWebhook(new Uri(hook.Address, "/hook"), Secret, TimeProvider.System, NullLogger<DriftWebhook>.Instance);
        await using ProbeHouse house = await ProbeHouse.OpenAsync(webhook: webhook);
        ConcurrentBag<string> counted = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument.Name == "causeway.dialect.drift" && instrument.Meter.Scope == house.House.Meters)
            {
                on.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
        listener.Start();
        ProbePin pin = house.Pin("openai", "gpt-5.4-mini");
        await house.RunAsync(house.Plan(pin, "maximum"));
        await house.House.Simulator.ScriptAsync("""{"status":400,"error":{"type":"invalid_request_error","message":"'maximum' is not permitted"}}""");

        ProbeRun run = await house.RunAsync(house.Plan(pin, "maximum"));
        RawConnection told = await posted.Task.Soon();

        Assert.Equal((ProbeVerdict.Enforced, ProbeVerdict.Rejected), (run.Results[0].Change!.From, run.Results[0].Change!.To));
        Assert.Equal("causeway.dialect=openai causeway.probe=maximum", Assert.Single(counted));
        Assert.Contains(house.House.Log.Lines, line => line.Contains("600: openai/gpt-5.4-mini: the probe maximum showed Enforced and now shows Rejected", StringComparison.Ordinal));
        JsonElement body = JsonElement.Parse(told.Body);
        Assert.Equal(("dialect.drift", "maximum", "enforced", "rejected"), (Text(body, "event"), Text(body, "probe"), Text(body, "from"), Text(body, "to")));
        string[] signature = told.Header(SignedWebhook.SignatureHeader)!.Split(',');
        Assert.Equal(
            told.Header(SignedWebhook.SignatureHeader),
            SignedWebhook.Sign(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(told.Body), DateTimeOffset.FromUnixTimeSeconds(long.Parse(signature[0][2..], System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void A_signature_is_the_HMAC_of_time_and_body() => Assert.Equal(
        // echo -n '1764028800.{"a":1}' | openssl dgst -sha256 -hmac key
        "t=1764028800,v1=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("key"u8, "1764028800.{\"a\":1}"u8)),
        SignedWebhook.Sign("key"u8.ToArray(), """{"a":1}"""u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(1764028800)));

    [Fact]
    public async Task A_post_that_fails_is_tried_three_times_and_a_redirect_is_a_failure()
    {
        var time = new FakeTimeProvider(s_now);
        int posts = 0;
        SemaphoreSlim arrived = new(0);
        await using RawUpstream hook = RawUpstream.Start(async connection =>
        {
            await connection.WriteAsync(Interlocked.Increment(ref posts) == 1
                ? "HTTP/1.1 302 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                : "HTTP/1.1 503 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            arrived.Release();
        });
        var webhook = new DriftWebhook(hook.Address, secret: null, time, NullLogger<DriftWebhook>.Instance);

        webhook.Tell(s_change);
        for (int attempt = 1; attempt <= SignedWebhook.MaxTries; attempt++)
        {
            while (!await arrived.WaitAsync(TimeSpan.FromMilliseconds(20), GatewayHouse.Token))
            {
                time.Advance(TimeSpan.FromSeconds(4));
            }
        }

        await webhook.DisposeAsync().AsTask().Soon();

        Assert.Equal(SignedWebhook.MaxTries, posts);
    }

    [Fact]
    public async Task Probes_run_by_themselves_when_they_are_due_and_not_before()
    {
        var time = new FakeTimeProvider(s_now);
        await using ProbeHouse house = await ProbeHouse.OpenAsync(time: time);
        using var schedule = new ProbeSchedule(
            new ProbeTimetable(TimeSpan.FromHours(24), ProbePlan.DefaultMaxNanoUsd, ["openai/gpt-5.4-mini"]), house.Runs, house.Measured, house.House.Policies, Leadership.Alone(), time, NullLogger<ProbeSchedule>.Instance);
        Assert.Equal(DateTimeOffset.MinValue, schedule.DueAt());

        await house.Measured.AddAsync(new Measurement("openai", "gpt-5.4-mini", null, "openai", "basic", ProbeVerdict.Enforced, s_now.AddHours(-20), null, null), GatewayHouse.Token);

        Assert.Equal(s_now.AddHours(4), schedule.DueAt());
        await schedule.StartAsync(GatewayHouse.Token);
        Assert.Single(house.Store.Kept);
        while (house.Store.Kept.Count < 10)
        {
            time.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        await schedule.StopAsync(GatewayHouse.Token);
        Assert.All(house.Store.Kept.Skip(1), measured => Assert.True(measured.At >= s_now.AddHours(4)));
    }

    [Fact]
    public async Task A_model_of_a_provider_that_is_gone_is_named_and_passed_over()
    {
        await using ProbeHouse house = await ProbeHouse.OpenAsync();
        using var logs = new SingleLog();
        using var schedule = new ProbeSchedule(
            new ProbeTimetable(TimeSpan.FromHours(24), 1, ["gone/model"]), house.Runs, house.Measured, new PolicyPublisher(), Leadership.Alone(), TimeProvider.System, logs.Create<ProbeSchedule>());

        await schedule.StartAsync(GatewayHouse.Token);
        string line = await logs.First.Soon();
        await schedule.StopAsync(GatewayHouse.Token);

        Assert.Contains("gone/model is not probed", line, StringComparison.Ordinal);
        Assert.Empty(house.Store.Kept);
    }

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();
}
