using System.Text.Json;
using Causeway.Commands;
using Causeway.Releases.Readiness;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

public sealed class ReadinessTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _gone = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _gone = release.GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_channel_says_whether_it_can_be_taken_back_and_why_not()
    {
        (int alone, JsonElement none) = await _host.GetAsync("api/v1/channels/support/readiness");
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_gone}}", "ppm": 50000}""");
        (int status, JsonElement cold) = await _host.GetAsync("api/v1/channels/support/readiness");
        (int asked, JsonElement probed) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/readiness/probe");

        Assert.Equal((200, "not_ready", 0, 0), (alone, Text(none, "state"), none.GetProperty("score").GetInt32(), none.GetProperty("ways").GetArrayLength()));
        Assert.Equal((200, "at_risk", 50), (status, Text(cold, "state"), cold.GetProperty("score").GetInt32()));
        Assert.Equal((200, true, 50), (asked, probed.GetProperty("probed")[0].GetProperty("answered").GetBoolean(), probed.GetProperty("score").GetInt32()));
        Assert.Equal(404, (await _host.GetAsync("api/v1/channels/suport/readiness")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/suport/readiness/probe")).Status);
    }

    [Fact]
    public async Task A_rollout_whose_base_is_no_way_back_is_not_started_unless_it_is_forced_with_a_reason()
    {
        _host.Policies.Publish(policy => policy.With(policy.Providers.Where(route => route.Provider.Name != "openai")));

        (int refused, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_gone}}", "ppm": 50000}""");
        (int bare, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_gone}}", "ppm": 50000, "force": true}""");
        (int forced, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_gone}}", "ppm": 50000, "force": true, "reason": "openai is gone for good"}""");

        Assert.Equal((409, "rollout_refused", 422, 200), (refused, Text(problem, "code"), bare, forced));
        Assert.Contains("none of its providers is configured: openai/gpt-5.5", Text(problem, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_found_last_stands_beside_the_channel()
    {
        (_, JsonElement before) = await _host.GetAsync("api/v1/channels/support");
        await _host.Releases.PutAsync(new ReadinessReport("support", _host.Time.Now, []), TestContext.Current.CancellationToken);

        (_, JsonElement after) = await _host.GetAsync("api/v1/channels/support");
        (int code, string shown, _) = await RunAsync("channel", "show", "support");

        Assert.False(before.TryGetProperty("readiness", out _));
        Assert.Equal(("not_ready", "it has served no other release"), (Text(after.GetProperty("readiness"), "state"), Text(after.GetProperty("readiness"), "weakest")));
        Assert.Equal(0, code);
        Assert.Contains("NOT READY, 0 of 100: it has served no other release", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_ends_with_1_where_there_is_no_way_back()
    {
        (int none, string nothing, _) = await RunAsync("readiness", "support");
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{_gone}}", "ppm": 50000}""");
        (int cold, string brief, _) = await RunAsync("readiness", "support");
        (int asked, string why, _) = await RunAsync("readiness", "support", "--why", "--probe");

        Assert.Equal(ExitCodes.Failed, none);
        Assert.Equal("support: NOT READY, 0 of 100\nThere is no way back: it has served no other release that is not in quarantine.\n", nothing);
        Assert.Equal((ExitCodes.Ok, ExitCodes.Ok), (cold, asked));
        Assert.Contains("  50  it has not answered lately; ask it with --probe", brief, StringComparison.Ordinal);
        Assert.Contains("openai/gpt-5.5 answered", why, StringComparison.Ordinal);
        Assert.Contains("bundle", why, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
