using System.Text.Json;

namespace Causeway.Tests.Admin;

public sealed class RolloutTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _one = "";
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        _one = await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _two = release.GetProperty("id").GetString()!;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_rollout_is_started_shown_advanced_paused_resumed_and_finalized_by_two()
    {
        Assert.Equal(404, (await _host.GetAsync("api/v1/channels/support/rollout")).Status);
        (int started, JsonElement first) = await StartAsync("""{"to": "TWO", "plan": {"stages": [{"kind": "named", "teams": ["search"]}, {"kind": "percent", "ppm": 200000, "min_seconds": 600}]}, "skip_drill": true, "reason": "rehearsed in staging"}""");
        (int advanced, JsonElement second) = await StepAsync("advance");
        (int early, JsonElement open) = await StepAsync("advance");
        (int paused, JsonElement pause) = await StepAsync("pause");
        (int resumed, _) = await StepAsync("resume");
        _host.Time.Now += TimeSpan.FromMinutes(10);
        (int asked, JsonElement one) = await StepAsync("finalize", credential: AdminHost.TokenOf("mira"));
        (int same, JsonElement self) = await StepAsync("finalize", credential: AdminHost.TokenOf("mira"));
        (int done, JsonElement two) = await StepAsync("finalize", credential: AdminHost.TokenOf("noor"));

        Assert.Equal((200, "running", 1, "1 named rule", "rollout_started"), (started, Text(first, "state"), first.GetProperty("stage").GetInt32(), Text(first, "exposure"), Text(first, "did")));
        Assert.Equal((200, 2, 200_000), (advanced, second.GetProperty("stage").GetInt32(), second.GetProperty("exposure_ppm").GetInt32()));
        Assert.Equal((409, "rollout_refused"), (early, Text(open, "code")));
        Assert.Equal((200, "paused", 0, 200), (paused, Text(pause, "state"), pause.GetProperty("exposure_ppm").GetInt32(), resumed));
        Assert.Equal((200, "finalize_asked", "mira", "running"), (asked, Text(one, "did"), Text(one, "finalize_asked_by"), Text(one, "state")));
        Assert.Equal((403, "self_approval"), (same, Text(self, "code")));
        Assert.Equal((200, "finalized", "finalized"), (done, Text(two, "did"), Text(two, "state")));
        Assert.Equal(_two, _host.Policies.Current.FindChannel("support")!.ReleaseName);
    }

    [Fact]
    public async Task The_list_of_channels_says_which_are_rolled_out()
    {
        await StartAsync("""{"to": "TWO", "ppm": 50000}""");
        JsonElement listed = (await _host.GetAsync("api/v1/channels")).Json.GetProperty("channels")[0].GetProperty("rollout");
        (_, JsonElement shown) = await _host.GetAsync("api/v1/channels/support");
        await StepAsync("abort", """{"reason": "not today"}""");
        JsonElement after = (await _host.GetAsync("api/v1/channels")).Json.GetProperty("channels")[0];

        Assert.Equal((_two, "running", 1, 50_000), (Text(listed, "candidate"), Text(listed, "state"), listed.GetProperty("stage").GetInt32(), listed.GetProperty("exposure_ppm").GetInt32()));
        Assert.Equal(listed.GetRawText(), shown.GetProperty("rollout").GetRawText());
        Assert.False(after.TryGetProperty("rollout", out _));
    }

    [Fact]
    public async Task A_channel_that_is_rolled_out_is_not_pointed_elsewhere()
    {
        await StartAsync("""{"to": "TWO", "ppm": 50000}""");

        (int apply, JsonElement refused) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  support: {{release: {_two}}}\n", "application/yaml");
        (int same, _) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  support: {{release: {_one}}}\n", "application/yaml");
        (int again, JsonElement active) = await StartAsync("""{"to": "TWO"}""");

        Assert.Equal((409, "rollout_active", 200), (apply, Text(refused, "code"), same));
        Assert.Equal((409, "rollout_refused"), (again, Text(active, "code")));
    }

    [Theory]
    [InlineData("""{"to": "TWO", "ppm": 950000}""", "ppm")]
    [InlineData("""{"to": "TWO", "ppm": 5, "plan": {"stages": [{"kind": "percent", "ppm": 5}]}}""", "ppm")]
    [InlineData("""{"to": "TWO", "plan": {"stages": []}}""", "plan.stages")]
    [InlineData("""{"to": "TWO", "plan": {"stages": [{"kind": "percent", "ppm": 9}, {"kind": "percent", "ppm": 8}]}}""", "plan.stages[1].ppm")]
    [InlineData("""{"to": "TWO", "plan": {"stages": [{"kind": "percent", "ppm": 9}], "guards_off": ["latencey"]}}""", "plan.guards_off")]
    [InlineData("""{"to": "TWO", "skip_drill": true}""", "reason")]
    public async Task A_plan_that_is_not_sound_is_refused_by_its_fields(string body, string field)
    {
        (int status, JsonElement problem) = await StartAsync(body);

        Assert.Equal((422, "rollout_invalid", field), (status, Text(problem, "code"), Text(problem.GetProperty("errors")[0], "field")));
        Assert.Null(_host.Policies.Current.FindChannel("support")!.Image);
    }

    [Fact]
    public async Task A_word_that_is_none_of_a_few_is_answered_with_them()
    {
        (int status, JsonElement problem) = await StartAsync("""{"to": "TWO", "plan": {"stages": [{"kind": "percent", "ppm": 9}, {"kind": "procent", "ppm": 10}]}}""");

        JsonElement error = problem.GetProperty("errors")[0];
        Assert.Equal((400, "plan.stages[1].kind", "is one of: named, percent, bake, shadow"), (status, Text(error, "field"), Text(error, "message")));
    }

    [Fact]
    public async Task The_default_plan_can_be_looked_at_and_sent_back()
    {
        (int status, JsonElement planned) = await _host.SendAsync(HttpMethod.Post, "api/v1/rollouts/plan", "{}");
        (int again, JsonElement same) = await _host.SendAsync(HttpMethod.Post, "api/v1/rollouts/plan", $$"""{"plan": {{planned.GetProperty("plan").GetRawText()}}}""");

        Assert.Equal((200, 200, true), (status, again, planned.GetProperty("needs_drill").GetBoolean()));
        Assert.Equal(planned.GetRawText(), same.GetRawText());
    }

    [Fact]
    public async Task Guards_say_what_they_have_seen()
    {
        Assert.Equal(404, (await _host.GetAsync("api/v1/channels/support/guards")).Status);
        await StartAsync("""{"to": "TWO", "plan": {"stages": [{"kind": "percent", "ppm": 500000}], "guards_off": ["cost"]}, "skip_drill": true, "reason": "test"}""");

        (int status, JsonElement guards) = await _host.GetAsync("api/v1/channels/support/guards");

        Assert.Equal((200, true, 900), (status, guards.GetProperty("underpowered").GetBoolean(), guards.GetProperty("threshold").GetDouble()));
        Assert.Equal(["error", "timeout", "contract_invalid", "refusal", "empty", "truncated", "feedback", "latency", "length", "cost"], guards.GetProperty("guards").EnumerateArray().Select(guard => Text(guard, "guard")));
        Assert.Equal(("no requests that failed or broke off were seen on either side", "off"), (Text(guards.GetProperty("guards")[0], "words"), Text(guards.GetProperty("guards")[9], "words")));
    }

    [Fact]
    public async Task Force_and_abort_need_a_reason()
    {
        await StartAsync("""{"to": "TWO", "ppm": 50000}""");

        Assert.Equal(422, (await StepAsync("advance", """{"force": true}""")).Status);
        Assert.Equal(422, (await StepAsync("abort")).Status);
        Assert.Equal(200, (await StepAsync("abort", """{"reason": "superseded"}""")).Status);
        Assert.Equal(409, (await StepAsync("pause")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/suport/rollout/pause", "{}")).Status);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private Task<(int Status, JsonElement Json)> StartAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", body.Replace("TWO", _two, StringComparison.Ordinal));

    private Task<(int Status, JsonElement Json)> StepAsync(string verb, string body = "{}", string? credential = null) =>
        _host.SendAsync(HttpMethod.Post, $"api/v1/channels/support/rollout/{verb}", body, credential: credential);
}
