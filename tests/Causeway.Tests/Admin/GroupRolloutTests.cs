using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

public sealed class GroupRolloutTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        foreach (string channel in (string[])["planner", "executor"])
        {
            await _host.PointAsync(channel, "warn", "openai/gpt-5.5");
            Assert.Equal(0, (await RunAsync("channel", "set", channel, "--group", "assistant")).Code);
        }

        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _two = release.GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_group_goes_forward_and_is_given_up_together()
    {
        (int start, string started, string error) = await RunAsync("rollout", "start", "--group", "assistant", "--to", $"planner={_two}", "--to", $"executor={_two[..16]}", "--percent", "5", "--skip-drill", "--reason", "rehearsed in staging");
        (int advance, _, _) = await RunAsync("rollout", "advance", "--group", "assistant", "--force", "--reason", "looked at");
        (int status, string shown, _) = await RunAsync("rollout", "status", "--group", "assistant");
        long before = _host.Policies.Current.Routing.Revision;
        (int abort, string given, _) = await RunAsync("rollout", "abort", "--group", "assistant", "--reason", "superseded", "--json");

        Assert.True(start == 0, error);
        Assert.Contains("executor", started, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (advance, status, abort));
        Assert.Contains("2 of 2", shown, StringComparison.Ordinal);
        Assert.Equal(before + 1, _host.Policies.Current.Routing.Revision);
        Assert.All(JsonElement.Parse(given).GetProperty("channels").EnumerateArray(), one => Assert.Equal("aborted", one.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task What_stands_against_one_is_said_by_its_name_and_nothing_is_changed()
    {
        await RunAsync("rollout", "start", "planner", "--to", _two, "--percent", "5");
        long before = _host.Policies.Current.Routing.Revision;

        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", $$$"""{"to": {"planner": "{{{_two}}}", "executor": "{{{_two}}}"}}""");
        (int advance, _, string why) = await RunAsync("rollout", "advance", "--group", "assistant");

        Assert.Equal((409, "rollout_refused", "planner"), (status, problem.GetProperty("code").GetString(), problem.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Equal(ExitCodes.Usage, advance);
        Assert.Contains("executor: no rollout", why, StringComparison.Ordinal);
        Assert.Equal(before, _host.Policies.Current.Routing.Revision);
    }

    [Fact]
    public async Task What_stands_against_a_start_is_named_before_a_base_that_is_no_way_back_and_force_passes_over_that_alone()
    {
        string both = $$"""{"planner": "{{_two}}", "executor": "{{_two}}"}""";
        _host.Policies.Publish(policy => policy.With(policy.Providers.Where(route => route.Provider.Name != "openai")));

        (_, JsonElement unready) = await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", $$"""{"to": {{both}}}""");
        (int lacks, JsonElement lacking) = await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", $$$"""{"to": {"planner": "{{{_two}}}"}}""");
        (_, JsonElement undrilled) = await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", $$"""{"to": {{both}}, "ppm": 500000}""");
        (int forced, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", $$"""{"to": {{both}}, "force": true, "reason": "openai is gone for good"}""");

        Assert.Equal("Nothing was started. --force --reason TEXT starts it all the same.", unready.GetProperty("detail").GetString());
        Assert.Equal(["executor", "planner"], unready.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
        Assert.All(unready.GetProperty("errors").EnumerateArray(), error => Assert.StartsWith("there would be no way back to what it points at: ", error.GetProperty("message").GetString(), StringComparison.Ordinal));
        Assert.Equal((409, "executor"), (lacks, Assert.Single(lacking.GetProperty("errors").EnumerateArray()).GetProperty("field").GetString()));
        Assert.All(undrilled.GetProperty("errors").EnumerateArray(), error => Assert.StartsWith("its way back was not rehearsed", error.GetProperty("message").GetString(), StringComparison.Ordinal));
        Assert.Equal(200, forced);
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused()
    {
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Get, "api/v1/groups/nobody/rollout")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/groups/nobody/rollout/pause", "{}")).Status);
        Assert.Equal(422, (await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", """{"to": {}}""")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout", """{"to": {"planner": "rel_00000000"}}""")).Status);
        Assert.Equal(422, (await _host.SendAsync(HttpMethod.Post, "api/v1/groups/assistant/rollout/abort", "{}")).Status);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "start", "--group", "assistant", "--to", _two)).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "start", "planner", "--to", _two, "--to", _two)).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "start", "--group", "assistant", "--to", $"planner={_two}", "--reshuffle")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "pause", "planner", "--group", "assistant")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "status")).Code);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
}
