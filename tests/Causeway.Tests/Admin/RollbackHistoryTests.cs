using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Releases.Guards;
using Causeway.Releases.Routing;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>How long the parts of a rollback took: of one that a guard made everything is known, of a person's what nobody has measured is not.</summary>
public sealed class RollbackHistoryTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _bad = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _bad = release.GetProperty("id").GetString()!;
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_bad}}", "ppm": 100000}""")).Status);
        _host.Time.Now += TimeSpan.FromSeconds(10);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Of_a_rollback_by_a_guard_every_part_is_known()
    {
        var first = Guid.CreateVersion7(_host.Time.Now);
        _host.Time.Now += TimeSpan.FromSeconds(3);
        GuardCrossing crossing = new(GuardKind.Error, GuardAction.Rollback, "error: 8 units", []) { FirstBad = first, At = _host.Time.Now };
        _host.Time.Now += TimeSpan.FromMilliseconds(40);
        DateTimeOffset t0 = _host.Time.Now;
        await _host.Desk.ActAsync("support", _host.Policies.Current.Routing.RoutingOf("support").Active!, crossing, TestContext.Current.CancellationToken);
        await BookAsync(t0.AddSeconds(-5), TimeSpan.FromSeconds(1)); // Over before.
        await BookAsync(t0.AddSeconds(-2), TimeSpan.FromSeconds(9)); // It drained for 7 s.
        await BookAsync(t0.AddMilliseconds(60), TimeSpan.FromSeconds(1)); // On an instance that had not heard yet.
        await BookAsync(t0.AddSeconds(5), TimeSpan.FromSeconds(1), rule: RoutingRule.Continued); // As it was promised.
        await BookAsync(t0.AddSeconds(6), TimeSpan.FromSeconds(1), attempts: 0); // Nobody was asked.

        JsonElement early = await OneAsync();
        _host.Time.Now += TimeSpan.FromMinutes(1);
        JsonElement late = await OneAsync();
        (_, JsonElement all) = await _host.GetAsync("api/v1/channels/support/rollbacks");
        (int code, string output, _) = await CommandRun.InvokeAsync(new Causeway.Commands.Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, "channel", "rollbacks", "support");

        Assert.Equal(("causeway", 3_000L, 40L, null, null, null), Parts(early)); // What drains may still.
        Assert.Equal(("causeway", 3_000L, 40L, 60L, 7_000L, 3_100L), Parts(late));
        Assert.Equal(2, late.GetProperty("tail_requests").GetInt64());
        Assert.Equal((1, 60L, 60L), Figures(all.GetProperty("figures").GetProperty("recover")));
        Assert.Equal((0, null, null), Figures(all.GetProperty("drills")));
        Assert.Equal(0, code);
        Assert.Contains("3,100 ms", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_release_answers_that_was_given_to_the_channel_again_is_no_tail()
    {
        await BookAsync(_host.Time.Now.AddSeconds(-5), TimeSpan.FromSeconds(1)); // The books reach back so far.
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "worse answers"}""");
        await BookAsync(_host.Time.Now.AddMilliseconds(20), TimeSpan.FromSeconds(1));
        _host.Time.Now += TimeSpan.FromSeconds(5);
        await _host.SendAsync(HttpMethod.Post, "api/v1/quarantine/lift", $$"""{"release": "{{_bad}}", "reason": "mended"}""");
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_bad}}", "ppm": 100000}""")).Status);
        await BookAsync(_host.Time.Now.AddSeconds(1), TimeSpan.FromSeconds(1));
        _host.Time.Now += TimeSpan.FromMinutes(1);

        JsonElement one = await OneAsync();

        Assert.Equal((20L, 1), (one.GetProperty("recover_ms").GetInt64(), one.GetProperty("tail_requests").GetInt32()));
    }

    [Fact]
    public async Task Of_a_person_s_what_no_guard_has_said_is_not_known_and_what_one_has_is()
    {
        (_, JsonElement unannounced) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "worse answers"}""");
        await _host.SendAsync(HttpMethod.Post, "api/v1/quarantine/lift", $$"""{"release": "{{_bad}}", "reason": "mended"}""");
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_bad}}", "ppm": 100000}""")).Status);
        var first = Guid.CreateVersion7(_host.Time.Now += TimeSpan.FromSeconds(1));
        _host.Time.Now += TimeSpan.FromSeconds(2);
        await _host.Desk.ActAsync(
            "support", _host.Policies.Current.Routing.RoutingOf("support").Active!, new GuardCrossing(GuardKind.Latency, GuardAction.Hold, "latency: 40 units", []) { FirstBad = first }, TestContext.Current.CancellationToken);
        _host.Time.Now += TimeSpan.FromSeconds(30);
        (_, JsonElement announced) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "it is slow"}""");

        Assert.False(unannounced.GetProperty("channels")[0].TryGetProperty("decide_ms", out _));
        Assert.Equal((2_000L, 30_000L), (announced.GetProperty("channels")[0].GetProperty("detect_ms").GetInt64(), announced.GetProperty("channels")[0].GetProperty("decide_ms").GetInt64()));
        (_, JsonElement all) = await _host.GetAsync("api/v1/channels/support/rollbacks");
        Assert.Equal([("admin", 2_000L, 30_000L, null, null, null), ("admin", (long?)null, (long?)null, null, null, (long?)null)], all.GetProperty("rollbacks").EnumerateArray().Select(Parts));
        Assert.Equal((1, 2_000L, 2_000L), Figures(all.GetProperty("figures").GetProperty("detect")));
        Assert.Equal(404, (await _host.GetAsync("api/v1/channels/suport/rollbacks")).Status);
    }

    private async Task<JsonElement> OneAsync()
    {
        (int status, JsonElement all) = await _host.GetAsync("api/v1/channels/support/rollbacks");
        Assert.Equal(200, status);
        return all.GetProperty("rollbacks").EnumerateArray().Single();
    }

    private Task BookAsync(DateTimeOffset at, TimeSpan total, RoutingRule rule = RoutingRule.Percent, int attempts = 1) => _host.Usage.AppendAsync(
        [
            new UsageRecord
            {
                Request = Guid.CreateVersion7(at),
                At = at,
                Attribution = new Budgets.Keys.Attribution("search", "answers", "dev"),
                Key = Budgets.Keys.KeyId.New(at),
                Protocol = "openai",
                Route = "chat.completions",
                ModelAsked = "support",
                Channel = "support",
                Release = _bad,
                RoutingRule = (int)rule,
                Attempts = attempts,
                Status = 200,
                Outcome = Outcome.Completed,
                TimeToFirstByte = TimeSpan.FromMilliseconds(5),
                Total = total,
            },
        ],
        CancellationToken.None);

    private static (string? By, long? Detect, long? Decide, long? Recover, long? Clear, long? Velocity) Parts(JsonElement one) =>
        (one.GetProperty("by").GetString(), Number(one, "detect_ms"), Number(one, "decide_ms"), Number(one, "recover_ms"), Number(one, "clear_ms"), Number(one, "velocity_ms"));

    private static (int Count, long? P50, long? P99) Figures(JsonElement one) => (one.GetProperty("count").GetInt32(), Number(one, "p50_ms"), Number(one, "p99_ms"));

    private static long? Number(JsonElement one, string name) => one.GetProperty(name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : null;
}
