using System.Text.Json;
using Causeway.Contracts.Conformance;

namespace Causeway.Tests.Admin;

public sealed class DialectTests : IAsyncLifetime
{
    private const string Ask = """{"models": ["openai/gpt-5.4-mini"], "probes": ["basic", "optional_property"]}""";

    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_estimate_says_what_a_run_takes_at_most_and_sends_nothing()
    {
        (int status, JsonElement json) = await PostAsync("dialects/estimate", """{"models": ["openai/gpt-5.4-mini", "closed/mine"], "probes": ["basic"], "max_usd": 0.25}""");

        Assert.Equal(200, status);
        Assert.Equal((2, "0.250000000"), (json.GetProperty("calls").GetInt32(), json.GetProperty("max_usd").GetString()));
        Assert.True(json.GetProperty("cost_nano_usd").GetInt64() > 0);
        Assert.Equal(["closed/mine"], json.GetProperty("unpriced").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("models")[1].GetProperty("cost_usd").ValueKind);
        Assert.Equal(0, _host.Usage.Booked);
    }

    [Fact]
    public async Task A_run_is_followed_by_its_id_and_what_it_found_is_in_the_matrix()
    {
        (int status, JsonElement started) = await PostAsync("dialects/probe", Ask);
        JsonElement ended = await EndOfAsync(started);
        (_, JsonElement matrix) = await _host.GetAsync("api/v1/dialects/matrix?provider=openai");

        Assert.Equal(202, status);
        Assert.Equal(("completed", 2), (ended.GetProperty("state").GetString(), ended.GetProperty("done").GetInt32()));
        Assert.Equal(["enforced", "rejected"], ended.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("verdict").GetString()!));
        Assert.Equal("openai", Assert.Single(matrix.GetProperty("dialects").EnumerateArray().ToArray()).GetProperty("name").GetString());
        JsonElement row = matrix.GetProperty("rows").EnumerateArray().Single(line => line.GetProperty("feature").GetString() == "optional_property");
        JsonElement measured = Assert.Single(row.GetProperty("measured").EnumerateArray().ToArray());
        Assert.Equal(("rejected", "openai/gpt-5.4-mini", "rejected", true, true),
            (row.GetProperty("documented").GetString(), measured.GetProperty("model").GetString(), measured.GetProperty("verdict").GetString(), measured.GetProperty("agrees").GetBoolean(), measured.GetProperty("fresh").GetBoolean()));
    }

    [Fact]
    public async Task A_second_run_at_once_is_refused_and_a_run_can_be_cancelled()
    {
        using var script = new StringContent("""{"rules":[{"then":{"first_byte_delay_ms":60000}}]}""");
        using var simulator = new HttpClient { BaseAddress = _host.Simulator.Address };
        using HttpResponseMessage put = await simulator.PutAsync("/sim/script", script, TestContext.Current.CancellationToken);
        put.EnsureSuccessStatusCode();
        (_, JsonElement started) = await PostAsync("dialects/probe", Ask);
        string id = started.GetProperty("id").GetString()!;

        (int second, JsonElement refused) = await PostAsync("dialects/probe", Ask);
        (int status, JsonElement cancelled) = await _host.SendAsync(HttpMethod.Post, $"api/v1/dialects/probe/{id}/cancel");

        Assert.Equal((409, "probes_running"), (second, refused.GetProperty("code").GetString()));
        Assert.Contains(id, refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((200, "cancelled"), (status, cancelled.GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("""{"models": ["nobody/m"]}""", "models")]
    [InlineData("""{"models": ["gpt-5.4-mini"]}""", "models")]
    [InlineData("""{"models": ["openai/gpt-5.4-mini"], "probes": ["max_lenght"]}""", "probes")]
    [InlineData("""{"models": ["openai/gpt-5.4-mini"], "probes": []}""", "probes")]
    [InlineData("""{"models": ["openai/gpt-5.4-mini"], "max_usd": 0}""", "max_usd")]
    [InlineData("""{"provider": "opnai"}""", "provider")]
    [InlineData("{}", "models")]
    public async Task What_cannot_be_probed_is_named_and_nothing_is_sent(string body, string field)
    {
        (int status, JsonElement json) = await PostAsync("dialects/probe", body);

        Assert.Equal((422, "probe_invalid"), (status, json.GetProperty("code").GetString()));
        Assert.Equal(field, json.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_run_that_nobody_knows_is_404()
    {
        (int status, JsonElement json) = await _host.GetAsync("api/v1/dialects/probe/run_0");

        Assert.Equal((404, "probes_unknown"), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Drift_is_what_changed_in_the_window()
    {
        DateTimeOffset now = _host.Time.GetUtcNow();
        await _host.Conformance.AddAsync(
            [Showing(ProbeVerdict.Enforced, now.AddDays(-40)), Showing(ProbeVerdict.Ignored, now.AddDays(-20)), Showing(ProbeVerdict.Enforced, now.AddDays(-2))],
            TestContext.Current.CancellationToken);

        (_, JsonElement month) = await _host.GetAsync("api/v1/dialects/drift");
        (_, JsonElement week) = await _host.GetAsync("api/v1/dialects/drift?since=7d");
        (int status, _) = await _host.GetAsync("api/v1/dialects/drift?since=yesterday");

        Assert.Equal(["ignored", "enforced"], month.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("to").GetString()!));
        Assert.Equal("ignored", Assert.Single(week.GetProperty("changes").EnumerateArray().ToArray()).GetProperty("from").GetString());
        Assert.Equal(422, status);
    }

    private static Measurement Showing(ProbeVerdict verdict, DateTimeOffset at) => new("openai", "m", null, "openai", "maximum", verdict, at, null, null);

    private Task<(int Status, JsonElement Json)> PostAsync(string path, string body) => _host.SendAsync(HttpMethod.Post, $"api/v1/{path}", body);

    private async Task<JsonElement> EndOfAsync(JsonElement run)
    {
        Assert.True(_host.Probes.TryFind(run.GetProperty("id").GetString()!, out Gateway.Conformance.ProbeRun? found));
        await found.Over.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        return (await _host.GetAsync($"api/v1/dialects/probe/{found.Id}")).Json;
    }
}
