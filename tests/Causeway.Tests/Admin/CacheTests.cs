using System.Text.Json;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class CacheTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private ReleaseId _one;
    private IAnswerStore _answers = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        Assert.True(ReleaseId.TryParse(await _host.PointAsync("support", "warn", "openai/gpt-5.5"), out _one));
        _answers = _host.Services.GetRequiredService<IAnswerStore>();
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_channel_keeps_answers_for_as_long_as_is_set()
    {
        (int before, JsonElement off) = await _host.GetAsync("api/v1/channels/support/cache");
        (int set, JsonElement on) = await SetAsync(600);
        (_, JsonElement channel) = await _host.GetAsync("api/v1/channels/support");
        (_, JsonElement again) = await SetAsync(600);
        (_, JsonElement timeline) = await _host.GetAsync("api/v1/timeline?channel=support");

        Assert.Equal((200, 0, 200, 600, 600, 600), (before, Ttl(off), set, Ttl(on), Ttl(again), channel.GetProperty("cache_ttl_seconds").GetInt32()));
        Assert.Equal(600, _host.Policies.Current.FindChannel("support")!.Cache!.Ttl.TotalSeconds);
        JsonElement entry = timeline.GetProperty("entries").EnumerateArray().Single(); // The same again is no change.
        Assert.Equal(("cache_set", "admin", "answers may be given again for 10m"), (entry.GetProperty("kind").GetString(), entry.GetProperty("actor").GetString(), entry.GetProperty("detail").GetString()));
        Assert.Equal(0, Ttl((await SetAsync(0)).Json));
        Assert.Null(_host.Policies.Current.FindChannel("support")!.Cache);
    }

    [Fact]
    public async Task What_is_kept_is_shown_by_release_and_what_is_in_quarantine_is_fenced()
    {
        await SetAsync(600);
        await PutAsync(_one, 1);
        await PutAsync(new ReleaseId(7, 7), 2);
        (_, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        string two = made.GetProperty("id").GetString()!;
        Assert.True(ReleaseId.TryParse(two, out ReleaseId bad));
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", $$"""{"to": "{{two}}", "ppm": 50000}""");
        await PutAsync(bad, 3);
        string during = States((await _host.GetAsync("api/v1/channels/support/cache")).Json);
        await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "wrong language"}""");

        JsonElement after = (await _host.GetAsync("api/v1/channels/support/cache")).Json;
        (int purged, JsonElement some) = await PurgeAsync("""{"reason": "prices have changed"}""");
        string left = States((await _host.GetAsync("api/v1/channels/support/cache")).Json);
        (_, JsonElement rest) = await PurgeAsync("""{"reason": "looked at", "fenced": true}""");

        Assert.Equal(("frozen idle serving", "fenced idle serving"), (during, States(after)));
        Assert.Equal((200, 2, "fenced", 1), (purged, some.GetProperty("forgotten").GetInt32(), left, rest.GetProperty("forgotten").GetInt32()));
    }

    [Theory]
    [InlineData("PUT", "cache", """{}""", 422, "cache_invalid")]
    [InlineData("PUT", "cache", """{"ttl_seconds": 2592001}""", 422, "cache_invalid")]
    [InlineData("PUT", "cache", """{"ttl_seconds": "10m"}""", 400, "request_malformed")]
    [InlineData("POST", "cache/purge", """{}""", 422, "cache_invalid")]
    public async Task What_cannot_be_is_refused(string method, string path, string body, int status, string code)
    {
        (int answered, JsonElement problem) = await _host.SendAsync(new HttpMethod(method), "api/v1/channels/support/" + path, body);

        Assert.Equal((status, code), (answered, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_channel_that_there_is_not_has_no_cache()
    {
        Assert.Equal(404, (await _host.GetAsync("api/v1/channels/nobody/cache")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Put, "api/v1/channels/nobody/cache", """{"ttl_seconds": 60}""")).Status);
        Assert.Equal(404, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/nobody/cache/purge", """{"reason": "x"}""")).Status);
    }

    private static int Ttl(JsonElement cache) => cache.GetProperty("ttl_seconds").GetInt32();

    private static string States(JsonElement cache) => string.Join(' ', cache.GetProperty("spaces").EnumerateArray().Select(space => space.GetProperty("state").GetString()).Order());

    private Task<(int Status, JsonElement Json)> SetAsync(int seconds) => _host.SendAsync(HttpMethod.Put, "api/v1/channels/support/cache", $$"""{"ttl_seconds": {{seconds}}}""");

    private Task<(int Status, JsonElement Json)> PurgeAsync(string body) => _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/cache/purge", body);

    private Task<bool> PutAsync(ReleaseId release, int number) => _answers.PutAsync(
        new AnswerKey("support", release, number.ToString("x64")), [1, 2, 3], _host.Time.GetUtcNow().AddSeconds(-1), long.MaxValue, TestContext.Current.CancellationToken);
}
