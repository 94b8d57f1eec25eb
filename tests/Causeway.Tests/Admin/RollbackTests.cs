using System.Text.Json;

namespace Causeway.Tests.Admin;

public sealed class RollbackTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _one = "";
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _one = await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _two = release.GetProperty("id").GetString()!;
        Assert.Equal(200, await PatchAsync("support", _two, 1));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_channel_is_rolled_back_and_the_answer_says_what_was_done_and_what_cannot_be()
    {
        (int status, JsonElement answer) = await RollBackAsync("""{"reason": "wrong language"}""");

        Assert.Equal(200, status);
        Assert.Equal((false, true, "drain"), (answer.GetProperty("dry_run").GetBoolean(), answer.GetProperty("complete").GetBoolean(), answer.GetProperty("streams").GetString()));
        JsonElement channel = answer.GetProperty("channels").EnumerateArray().Single();
        Assert.Equal((_two, _one, true), (channel.GetProperty("from").GetString(), channel.GetProperty("to").GetString(), channel.GetProperty("pointed").GetBoolean()));
        JsonElement instance = answer.GetProperty("instances").EnumerateArray().Single();
        Assert.Equal("box:1", instance.GetProperty("instance").GetString());
        Assert.True(instance.GetProperty("applied_at").GetDateTimeOffset() >= answer.GetProperty("t0").GetDateTimeOffset());
        Assert.NotEmpty(answer.GetProperty("cannot_undo").EnumerateArray());
        Assert.Equal(_one, _host.Policies.Current.FindChannel("support")!.Served.Name);
        (_, JsonElement shown) = await _host.GetAsync("api/v1/channels/support");
        Assert.Equal(_one, shown.GetProperty("release").GetString());
    }

    [Fact]
    public async Task What_is_in_quarantine_can_be_pointed_at_by_nobody_until_it_is_lifted_with_a_reason()
    {
        await RollBackAsync("""{"reason": "wrong language"}""");

        (_, JsonElement list) = await _host.GetAsync("api/v1/quarantine");
        Assert.Equal((_two, "support", "admin", "wrong language"), Held(list.GetProperty("releases").EnumerateArray().Single()));
        (int point, JsonElement refused) = await PatchProblemAsync("support", _two, 3);
        Assert.Equal((409, "release_quarantined"), (point, refused.GetProperty("code").GetString()));
        (int apply, JsonElement document) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  support: {{release: {_two}}}\n", "application/yaml");
        Assert.Equal((409, "release_quarantined"), (apply, document.GetProperty("code").GetString()));
        (int bare, _) = await LiftAsync($$"""{"release": "{{_two}}", "reason": ""}""");
        Assert.Equal(422, bare);

        (int lifted, JsonElement answer) = await LiftAsync($$"""{"release": "{{_two[..16]}}", "reason": "mended"}""");

        Assert.Equal((200, "support"), (lifted, answer.GetProperty("channels").EnumerateArray().Single().GetString()));
        Assert.Equal(200, await PatchAsync("support", _two, 3));
        Assert.Equal(_two, _host.Policies.Current.FindChannel("support")!.Served.Name); // And so the rollback is no longer in force.
        Assert.Equal(404, (await LiftAsync($$"""{"release": "{{_two}}", "reason": "again"}""")).Status);
    }

    [Fact]
    public async Task A_release_is_taken_back_everywhere()
    {
        await _host.PointAsync("other", "warn", "openai/gpt-5.5");

        (int status, JsonElement answer) = await _host.SendAsync(HttpMethod.Post, $"api/v1/releases/{_two}/rollback", """{"reason": "leaks"}""");

        Assert.Equal((200, "support"), (status, answer.GetProperty("channels").EnumerateArray().Single().GetProperty("channel").GetString()));
        (int created, JsonElement refused) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels", $$"""{"name": "third", "release": "{{_two}}"}""");
        Assert.Equal((409, "release_quarantined"), (created, refused.GetProperty("code").GetString()));
        (_, JsonElement list) = await _host.GetAsync("api/v1/quarantine");
        Assert.Contains(list.GetProperty("releases").EnumerateArray(), held => held.GetProperty("channel").ValueKind == JsonValueKind.Null);
    }

    [Theory]
    [InlineData("""{}""", 422, "rollback_invalid")]
    [InlineData("""{"reason": "a\u0000b"}""", 422, "rollback_invalid")]
    [InlineData("""{"reason": "why", "streams": "stop"}""", 400, "request_malformed")]
    [InlineData("""{"reason": "why", "conversations": "continue", "continue_seconds": 59}""", 422, "rollback_invalid")]
    [InlineData("""{"reason": "why", "continue_seconds": 60}""", 422, "rollback_invalid")]
    [InlineData("""{"reason": "why", "conversations": "continue", "streams": "cut"}""", 422, "rollback_invalid")]
    [InlineData("""{"reason": "why", "conversations": "continue"}""", 409, "rollback_refused")]
    [InlineData("""{"reason": "why", "to": "rel_00000000"}""", 404, "release_unknown")]
    [InlineData("""{"reason": "why", "to": "TWO"}""", 409, "rollback_refused")]
    public async Task A_rollback_that_cannot_be_is_refused_and_changes_nothing(string body, int status, string code)
    {
        (int refused, JsonElement problem) = await RollBackAsync(body.Replace("TWO", _two, StringComparison.Ordinal));

        Assert.Equal((status, code), (refused, problem.GetProperty("code").GetString()));
        Assert.Equal(_two, _host.Policies.Current.FindChannel("support")!.Served.Name);
    }

    [Fact]
    public async Task Where_there_is_no_way_back_that_is_said_and_the_best_is_named()
    {
        await _host.PointAsync("lonely", "warn", "openai/gpt-5.5");
        (int alone, JsonElement none) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/lonely/rollback", """{"reason": "why"}""");
        await RollBackAsync("""{"reason": "first"}""");
        (int again, JsonElement twice) = await RollBackAsync("""{"reason": "second"}""");
        (int unknown, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/lonly/rollback", """{"reason": "why"}""");

        Assert.Equal((409, "rollback_infeasible"), (alone, none.GetProperty("code").GetString()));
        Assert.Equal((409, "rollback_refused"), (again, twice.GetProperty("code").GetString()));
        Assert.Contains("--to", twice.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(404, unknown);
    }

    [Fact]
    public async Task A_store_that_is_away_leaves_everything_as_it_was()
    {
        _host.Releases.Away = true;

        (int status, JsonElement problem) = await RollBackAsync("""{"reason": "why"}""");

        Assert.Equal((503, "store_unavailable"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(_two, _host.Policies.Current.FindChannel("support")!.Served.Name);
        _host.Releases.Away = false;
    }

    [Fact]
    public async Task One_instance_goes_back_alone_while_the_store_is_away_and_says_so()
    {
        (int early, JsonElement answers) = await LocallyAsync("""{"reason": "why"}""");
        await _host.LookBackAsync();
        _host.Releases.Away = true;
        (int wrong, JsonElement problem) = await LocallyAsync("""{"reason": "why", "force": true, "to": "x"}""");
        (int unknown, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/suport/rollback/local", """{"reason": "why"}""");
        (int dry, JsonElement would) = await LocallyAsync($$"""{"reason": "why", "dry_run": true, "to": "{{_one[..16]}}"}""");

        (int done, JsonElement answer) = await LocallyAsync("""{"reason": "it leaks"}""");
        (_, JsonElement status) = await _host.GetAsync("api/v1/status");
        _host.Releases.Away = false;
        (_, JsonElement channel) = await _host.GetAsync("api/v1/channels/support");

        Assert.Equal((409, "rollback_refused"), (early, answers.GetProperty("code").GetString()));
        Assert.Equal((422, 2, 404), (wrong, problem.GetProperty("errors").GetArrayLength(), unknown));
        Assert.Equal((200, true, JsonValueKind.Null), (dry, would.GetProperty("dry_run").GetBoolean(), would.GetProperty("t0").ValueKind));
        Assert.Equal((200, true, true), (done, answer.GetProperty("local").GetBoolean(), answer.GetProperty("complete").GetBoolean()));
        JsonElement local = status.GetProperty("local_rollbacks").EnumerateArray().Single();
        Assert.Equal(("support", _two, _one, "it leaks"), (local.GetProperty("channel").GetString(), local.GetProperty("from").GetString(), local.GetProperty("to").GetString(), local.GetProperty("reason").GetString()));
        Assert.Equal((_two, _one), (channel.GetProperty("release").GetString(), channel.GetProperty("local_rollback").GetProperty("to").GetString()));
        Assert.Equal(_one, _host.Policies.Current.FindChannel("support")!.Served.Name);
    }

    private Task<(int Status, JsonElement Json)> LocallyAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback/local", body);

    private static (string?, string?, string?, string?) Held(JsonElement held) =>
        (held.GetProperty("release").GetString(), held.GetProperty("channel").GetString(), held.GetProperty("by").GetString(), held.GetProperty("reason").GetString());

    private Task<(int Status, JsonElement Json)> RollBackAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", body);

    private Task<(int Status, JsonElement Json)> LiftAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/quarantine/lift", body);

    private async Task<int> PatchAsync(string channel, string release, long version) => (await PatchProblemAsync(channel, release, version)).Status;

    private async Task<(int Status, JsonElement Json)> PatchProblemAsync(string channel, string release, long version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"api/v1/channels/{channel}") { Content = new StringContent($$"""{"release": "{{release}}"}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using HttpResponseMessage response = await _host.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }
}
