using System.Text.Json;
using Causeway.Admin;

namespace Causeway.Tests.Admin;

public sealed class InstanceTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_status_says_what_runs_and_how_it_fares()
    {
        await _host.MakeKeyAsync();
        _host.Time.Now += TimeSpan.FromMinutes(2);

        (int code, JsonElement status) = await _host.GetAsync("api/v1/status");

        Assert.Equal(200, code);
        Assert.Equal("1.2.3", status.GetProperty("version").GetString());
        Assert.Equal(120, status.GetProperty("uptime_seconds").GetInt64());
        Assert.Equal(_host.Policies.Current.Number, status.GetProperty("revision").GetInt64());
        Assert.Equal(1, status.GetProperty("active_keys").GetInt32());
        Assert.Equal(0, status.GetProperty("open_requests").GetInt32());
        Assert.True(status.GetProperty("booking").GetBoolean());
        Assert.Equal(JsonValueKind.Null, status.GetProperty("configuration_file").ValueKind);
    }

    [Fact]
    public async Task A_reload_says_what_changed()
    {
        (int code, JsonElement reload) = await _host.SendAsync(HttpMethod.Post, "api/v1/configuration/reload");

        Assert.Equal(200, code);
        Assert.Equal("""{"applied":true,"revision":7,"changes":["provider \"openai\" changed"]}""", reload.GetRawText());
    }

    [Fact]
    public async Task A_reload_that_was_refused_names_every_mistake()
    {
        _host.Reload.Result = new ReloadResult(false, 6, [], ["causeway.yaml:14:12  providers[1].region: …", "causeway.yaml:31:5   limits.idle: …"]);

        (int code, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/configuration/reload");

        Assert.Equal(422, code);
        Assert.Equal("configuration_invalid", problem.GetProperty("code").GetString());
        Assert.Equal(_host.Reload.Result.Errors, problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("message").GetString()));
    }
}
