using System.Text;
using System.Text.Json;
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
        Assert.Equal(await response.Content.ReadAsStringAsync(), shown.GetRawText());
        Assert.Equal((_one, "drop", 1), (shown.GetProperty("release").GetString(), shown.GetProperty("unsupported").GetString(), shown.GetProperty("version").GetInt64()));
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
