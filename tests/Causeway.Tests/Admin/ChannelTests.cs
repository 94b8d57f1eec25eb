using System.Text;
using System.Text.Json;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;

namespace Causeway.Tests.Admin;

public sealed class ChannelTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _one = "";
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _one = await ReleaseAsync("openai/gpt-5.5");
        _two = await ReleaseAsync("claude/claude-opus-5-5");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_new_channel_is_in_force_at_once()
    {
        using HttpResponseMessage response = await PostAsync($$"""{"name": "support", "release": "{{_one[..12]}}", "unsupported": "drop"}""");

        Assert.Equal((201, "/api/v1/channels/support", "\"1\""), ((int)response.StatusCode, response.Headers.Location!.OriginalString, response.Headers.ETag!.Tag));
        ServedChannel served = _host.Policies.Current.FindChannel("support")!;
        Assert.Equal((_one, UnsupportedFields.Drop), (served.ReleaseName, served.Channel.Unsupported));
        Assert.Equal("openai/gpt-5.5-2026-04-23", served.Release.Pins.Single().ToString());
        (int status, JsonElement shown) = await _host.GetAsync("api/v1/channels/support");
        Assert.Equal(200, status);
        Assert.StartsWith((await response.Content.ReadAsStringAsync())[..^1], shown.GetRawText(), StringComparison.Ordinal); // One that is shown says more.
        Assert.Equal((_one, "drop", 1), (shown.GetProperty("release").GetString(), shown.GetProperty("unsupported").GetString(), shown.GetProperty("version").GetInt64()));
    }

    [Fact]
    public async Task A_channel_warns_of_conformance_unless_it_is_told_otherwise()
    {
        await MakeAsync();
        using HttpResponseMessage strict = await PostAsync($$"""{"name": "invoices", "release": "{{_one}}", "conformance": "require"}""");
        using HttpResponseMessage unknown = await PostAsync($$"""{"name": "other", "release": "{{_one}}", "conformance": "required"}""");

        (int softer, string? tag, JsonElement after) = await PointAsync("invoices", """{"conformance": "off"}""", "\"1\"");
        (_, _, JsonElement moved) = await PointAsync("invoices", $$"""{"release": "{{_two}}"}""", tag);

        Assert.Equal((201, 400, 200), ((int)strict.StatusCode, (int)unknown.StatusCode, softer));
        Assert.Equal(ConformanceRule.Warn, _host.Policies.Current.FindChannel("support")!.Channel.Conformance);
        Assert.Equal(ConformanceRule.Off, _host.Policies.Current.FindChannel("invoices")!.Channel.Conformance);
        Assert.Equal(("off", "off"), (after.GetProperty("conformance").GetString(), moved.GetProperty("conformance").GetString()));
        (_, JsonElement history) = await _host.GetAsync("api/v1/channels/invoices/history");
        Assert.Equal(["off", "off", "require"], history.GetProperty("moves").EnumerateArray().Select(move => move.GetProperty("conformance").GetString()));
    }

    [Fact]
    public async Task A_channel_says_which_of_its_pins_are_proven_for_its_contract()
    {
        await _host.RegisterAsync("invoice", """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""");
        (_, JsonElement release) = await _host.SendAsync(
            HttpMethod.Post, "api/v1/releases", """{"pins": ["openai/gpt-5.5", "claude/claude-opus-5-5"], "contract": "invoice"}""");
        await PostAsync($$"""{"name": "invoices", "release": "{{release.GetProperty("id").GetString()}}", "conformance": "require"}""");

        (_, JsonElement before) = await _host.GetAsync("api/v1/channels/invoices");
        string[] probes = [.. before.GetProperty("eligibility")[0].GetProperty("missing").EnumerateArray().Select(reason => reason.GetString()!.Split(':')[0])];
        await _host.Conformance.AddAsync(
            [.. probes.Select(probe => new Measurement("openai", "gpt-5.5-2026-04-23", null, "openai", probe, ProbeVerdict.Enforced, _host.Time.Now, null, null))],
            CancellationToken.None);
        (_, JsonElement after) = await _host.GetAsync("api/v1/channels/invoices");
        _host.Time.Now += TimeSpan.FromDays(30);
        (_, JsonElement later) = await _host.GetAsync("api/v1/channels/invoices");
        (_, _, JsonElement warned) = await PointAsync("invoices", """{"conformance": "warn"}""", "\"1\"");
        (_, JsonElement lax) = await _host.GetAsync("api/v1/channels/invoices");

        Assert.NotEmpty(probes);
        Assert.Equal(["openai/gpt-5.5-2026-04-23 openai no no", "claude/claude-opus-5-5 anthropic no no"], Pins(before));
        Assert.Equal(["openai/gpt-5.5-2026-04-23 openai yes yes", "claude/claude-opus-5-5 anthropic no no"], Pins(after));
        Assert.Equal(["openai/gpt-5.5-2026-04-23 openai no no", "claude/claude-opus-5-5 anthropic no no"], Pins(later)); // What was measured a month ago proves nothing.
        Assert.False(warned.TryGetProperty("eligibility", out _));
        Assert.Equal(["openai/gpt-5.5-2026-04-23 openai no yes", "claude/claude-opus-5-5 anthropic no yes"], Pins(lax));

        static string[] Pins(JsonElement channel) =>
        [
            .. channel.GetProperty("eligibility").EnumerateArray().Select(pin =>
                $"{pin.GetProperty("pin").GetString()} {pin.GetProperty("dialect").GetString()} {(pin.GetProperty("proven").GetBoolean() ? "yes" : "no")} {(pin.GetProperty("eligible").GetBoolean() ? "yes" : "no")}"),
        ];
    }

    [Theory]
    [InlineData("""{}""", "name,release")]
    [InlineData("""{"name": "openai/gpt-5.5", "release": "rel_00000000"}""", "name,release")]
    [InlineData("""{"name": "Support", "release": "ONE"}""", "name")]
    [InlineData("""{"name": "support", "release": "spring"}""", "release")]
    public async Task What_makes_no_channel_is_told_in_full(string body, string fields)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels", body.Replace("ONE", _one, StringComparison.Ordinal));

        Assert.Equal((422, "channel_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(fields, string.Join(',', problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString())));
        Assert.Empty(_host.Policies.Current.Channels);
    }

    [Fact]
    public async Task A_channel_is_made_once()
    {
        await MakeAsync();

        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels", $$"""{"name": "support", "release": "{{_two}}"}""");

        Assert.Equal((409, "channel_exists"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains(_one, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(_one, _host.Policies.Current.FindChannel("support")!.ReleaseName);
    }

    [Fact]
    public async Task A_channel_moves_from_the_version_that_was_read()
    {
        await MakeAsync();
        _host.Time.Now += TimeSpan.FromHours(1);

        (int moved, string? tag, JsonElement after) = await PointAsync("support", $$"""{"release": "{{_two}}"}""", "\"1\"");
        (int stale, _, JsonElement problem) = await PointAsync("support", $$"""{"release": "{{_one}}"}""", "\"1\"");
        (int softer, _, _) = await PointAsync("support", """{"unsupported": "drop"}""", "\"2\"");

        Assert.Equal((200, "\"2\"", _two), (moved, tag, after.GetProperty("release").GetString()));
        Assert.Equal((412, "version_stale"), (stale, problem.GetProperty("code").GetString()));
        Assert.Contains("is at version 2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, softer);
        ServedChannel served = _host.Policies.Current.FindChannel("support")!;
        Assert.Equal((_two, UnsupportedFields.Drop, 3), (served.ReleaseName, served.Channel.Unsupported, served.Channel.Version));
        (_, JsonElement history) = await _host.GetAsync("api/v1/channels/support/history");
        Assert.Equal([_two, _two, _one], history.GetProperty("moves").EnumerateArray().Select(move => move.GetProperty("release").GetString()));
        Assert.Equal([3, 2, 1], history.GetProperty("moves").EnumerateArray().Select(move => move.GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("\"x\"")]
    [InlineData("*")]
    [InlineData("W/\"1\"")]
    [InlineData("\"1\", \"2\"")]
    public async Task Without_the_version_nothing_moves(string? tag)
    {
        await MakeAsync();

        (int status, _, JsonElement problem) = await PointAsync("support", $$"""{"release": "{{_two}}"}""", tag);

        Assert.Equal((428, "version_missing"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(_one, _host.Policies.Current.FindChannel("support")!.ReleaseName);
    }

    [Theory]
    [InlineData("GET", "suport")]
    [InlineData("GET", "suport/history")]
    [InlineData("PATCH", "suport")]
    public async Task An_unknown_channel_is_told_with_the_nearest(string method, string path)
    {
        await MakeAsync();

        (int status, JsonElement problem) = await _host.SendAsync(new HttpMethod(method), $"api/v1/channels/{path}", method == "PATCH" ? "{}" : null);

        Assert.Equal((404, "channel_unknown"), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("did you mean \"support\"?", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_is_not_there_moves_nothing()
    {
        await MakeAsync();

        (int status, _, JsonElement problem) = await PointAsync("support", """{"release": "rel_00000000"}""", "\"1\"");

        Assert.Equal((422, "channel_invalid"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Channels_are_listed_by_name()
    {
        await MakeAsync();
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels", $$"""{"name": "ads", "release": "{{_two}}"}""");

        (_, JsonElement list) = await _host.GetAsync("api/v1/channels");

        Assert.Equal(["ads", "support"], list.GetProperty("channels").EnumerateArray().Select(channel => channel.GetProperty("name").GetString()));
    }

    private async Task<string> ReleaseAsync(string pin) =>
        (await _host.SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["{{pin}}"]}""")).Json.GetProperty("id").GetString()!;

    private async Task MakeAsync()
    {
        using HttpResponseMessage made = await PostAsync($$"""{"name": "support", "release": "{{_one}}"}""");
        Assert.Equal(201, (int)made.StatusCode);
    }

    private Task<HttpResponseMessage> PostAsync(string body) =>
        _host.Http.PostAsync("api/v1/channels", new StringContent(body, Encoding.UTF8, "application/json"));

    private async Task<(int Status, string? Tag, JsonElement Json)> PointAsync(string name, string body, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"api/v1/channels/{name}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (tag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", tag);
        }

        using HttpResponseMessage response = await _host.Http.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.ETag?.Tag, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
