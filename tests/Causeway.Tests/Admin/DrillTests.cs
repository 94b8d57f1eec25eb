using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

public sealed class DrillTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        Assert.Equal(409, (await BeginAsync("""{"kind": "slice"}""")).Status); // No rollout.
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{release.GetProperty("id").GetString()}}", "ppm": 100000}""")).Status);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_drill_is_planned_begun_shown_stopped_and_listed()
    {
        (int planned, JsonElement plan) = await BeginAsync("""{"kind": "slice", "dry_run": true}""");
        (int begun, JsonElement drill) = await BeginAsync("""{"kind": "full", "seconds": 600, "reason": "game day"}""");
        string id = Text(drill, "id")!;
        (int shown, JsonElement running) = await _host.GetAsync($"api/v1/drills/{id}");
        (int again, JsonElement refused) = await BeginAsync("""{"kind": "full"}""");
        (int status, JsonElement rollout) = await _host.GetAsync("api/v1/channels/support/rollout");
        (int stopped, JsonElement ended) = await _host.SendAsync(HttpMethod.Post, $"api/v1/drills/{id}/stop");
        (int listed, JsonElement list) = await _host.GetAsync("api/v1/drills?channel=support");

        Assert.Equal((200, null, 20_000), (planned, Text(plan, "id"), plan.GetProperty("to_bucket").GetInt32()));
        Assert.Equal((200, "running", "admin"), (begun, Text(drill, "state"), Text(drill, "started_by")));
        Assert.Equal((200, "running", 409, "drill_refused"), (shown, Text(running, "state"), again, Text(refused, "code")));
        Assert.Equal((200, id, false), (status, Text(rollout, "drill"), rollout.GetProperty("drilled").GetBoolean()));
        Assert.Equal((200, "interrupted", 200, 1), (stopped, Text(ended, "state"), listed, list.GetProperty("drills").GetArrayLength()));
        Assert.Null(_host.Policies.Current.Routing.RoutingOf("support").Drill);
    }

    [Theory]
    [InlineData("""{"kind": "slice", "seconds": 0}""", "seconds")]
    [InlineData("""{"kind": "slice", "ppm": 0}""", "ppm")]
    [InlineData("""{"kind": "full", "ppm": 5}""", "ppm")]
    [InlineData("""{"kind": "capacity", "max_usd": 1001}""", "max_usd")]
    [InlineData("""{"kind": "slice", "reason": ""}""", "reason")]
    public async Task What_is_not_sound_is_refused_by_its_field(string body, string field)
    {
        (int status, JsonElement problem) = await BeginAsync(body);

        Assert.Equal((422, "drill_invalid", field), (status, Text(problem, "code"), Text(problem.GetProperty("errors")[0], "field")));
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        Assert.Equal(404, (await _host.GetAsync("api/v1/drills/drill_00000000000000000000000000000000")).Status);
        Assert.Equal(404, (await _host.GetAsync("api/v1/drills/no")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/drills/no/stop")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/none/drills", """{"kind": "full"}""")).Status);
    }

    [Fact]
    public async Task The_command_follows_it_to_its_end_and_says_why_it_did_not_pass()
    {
        (int planned, string plan, _) = await RunAsync("drill", "support", "--percent", "2.5", "--dry-run");
        (int code, string output, _) = await RunAsync("drill", "support", "--kind", "slice", "--for", "1");
        (int listed, string list, _) = await RunAsync("drill", "list");
        string id = list.Split('\n')[1].Split(' ')[0];
        (int shown, string show, _) = await RunAsync("drill", "show", id);
        (int capacity, _, string why) = await RunAsync("drill", "support", "--kind", "capacity", "--yes");

        Assert.Equal((0, "2.5 % of the units go to base for 10 s, and back.\n"), (planned, plan));
        Assert.Equal(ExitCodes.Failed, code); // Nobody asked meanwhile.
        Assert.Contains("nobody asked who would have met the candidate", output, StringComparison.Ordinal);
        Assert.Equal((0, 0), (listed, shown));
        Assert.Contains("slice", list, StringComparison.Ordinal);
        Assert.StartsWith($"{id}: failed", show, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, capacity);
        Assert.Contains("has answered nothing in the last 10 minutes", why, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("drill")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("drill", "support", "--percent", "101")).Code);
    }

    private Task<(int Status, JsonElement Json)> BeginAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/drills", body);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
