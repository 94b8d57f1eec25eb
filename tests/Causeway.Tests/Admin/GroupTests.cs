using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

public sealed class GroupTests : IAsyncLifetime
{
    private static readonly string[] s_channels = ["planner", "executor", "judge", "writer", "router"];
    private AdminHost _host = null!;
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        foreach (string channel in s_channels)
        {
            await _host.PointAsync(channel, "warn", "openai/gpt-5.5");
        }

        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _two = release.GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    // A7, without load: five channels, one revision.
    [Fact]
    public async Task A_group_goes_back_in_one_revision_and_what_is_back_already_stays_as_it_is()
    {
        Assert.Equal(404, (await BackAsync()).Status);
        foreach (string channel in s_channels)
        {
            Assert.Equal(0, (await RunAsync("channel", "set", channel, "--group", "assistant")).Code);
            Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, $"api/v1/channels/{channel}/rollout", $$"""{"to": "{{_two}}", "ppm": 50000}""")).Status);
        }

        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/judge/rollback", """{"reason": "first"}""");
        long before = _host.Policies.Current.Routing.Revision;
        (int dry, JsonElement would) = await BackAsync("""{"reason": "they disagree", "dry_run": true}""");
        (int code, string shown, string error) = await RunAsync("rollback", "--group", "assistant", "--reason", "they disagree");
        (int again, JsonElement already) = await BackAsync();

        Assert.Equal((200, 4), (dry, would.GetProperty("channels").GetArrayLength()));
        Assert.True(code == 0, error);
        Assert.Contains("planner", shown, StringComparison.Ordinal);
        Assert.Equal(before + 1, _host.Policies.Current.Routing.Revision);
        Assert.All(s_channels, channel => Assert.True(_host.Policies.Current.Routing.IsRevoked(channel, Causeway.Releases.Releases.ReleaseId.TryParse(_two, out Causeway.Releases.Releases.ReleaseId id) ? id : default)));
        Assert.Equal((409, 5), (again, already.GetProperty("errors").GetArrayLength()));
    }

    [Fact]
    public async Task One_without_a_way_back_keeps_all_of_them_where_they_are()
    {
        await RunAsync("channel", "set", "planner", "--group", "assistant");
        await RunAsync("channel", "set", "executor", "--group", "assistant");
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/planner/rollout", $$"""{"to": "{{_two}}", "ppm": 50000}""");
        long before = _host.Policies.Current.Routing.Revision;

        (int status, JsonElement problem) = await BackAsync();

        Assert.Equal((409, "rollback_infeasible", "executor"), (status, problem.GetProperty("code").GetString(), problem.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Equal(before, _host.Policies.Current.Routing.Revision);
        Assert.Equal(422, (await BackAsync($$"""{"reason": "x", "to": "{{_two}}"}""")).Status);
    }

    [Theory]
    [InlineData("""{"group": "No Good"}""", "group")]
    [InlineData("""{"seed": ""}""", "seed")]
    [InlineData("""{"unit_key": ["0"]}""", "unit_key")]
    [InlineData("""{"unit_key": ["user", "user"]}""", "unit_key")]
    [InlineData("""{"pin_policy": "maybe"}""", "pin_policy")]
    public async Task Settings_that_are_not_sound_are_refused_by_their_fields(string body, string field)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Patch, "api/v1/channels/planner/routing", body);

        Assert.Equal((422, field), (status, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
    }

    [Fact]
    public async Task Settings_are_shown_and_stay_while_a_rollout_is_under_way()
    {
        (int set, string shown, _) = await RunAsync("channel", "set", "planner", "--unit-key", "user", "tenant", "--seed", "s-1", "--pin-policy", "reject");
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/planner/rollout", $$"""{"to": "{{_two}}", "ppm": 50000}""");
        (int refused, JsonElement problem) = await _host.SendAsync(HttpMethod.Patch, "api/v1/channels/planner/routing", """{"seed": "other"}""");
        (_, JsonElement channel) = await _host.GetAsync("api/v1/channels/planner");

        Assert.Equal(0, set);
        Assert.Contains("Units  user, tenant", shown, StringComparison.Ordinal);
        Assert.Equal((409, "rollout_active"), (refused, problem.GetProperty("code").GetString()));
        Assert.Equal(("s-1", "reject"), (channel.GetProperty("routing").GetProperty("seed").GetString(), channel.GetProperty("routing").GetProperty("pin_policy").GetString()));
        Assert.Equal(ExitCodes.Usage, (await RunAsync("channel", "set", "planner")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "planner", "--group", "assistant", "--reason", "x")).Code);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Patch, "api/v1/channels/none/routing", """{"seed": "other"}""")).Status);
    }

    private Task<(int Status, JsonElement Json)> BackAsync(string body = """{"reason": "they disagree"}""") => _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollback", body);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
}
