using System.Globalization;
using System.Text.Json;

namespace Causeway.Tests.Admin;

public sealed class EmbeddingTests : IAsyncLifetime
{
    private const string Small = "openai/text-embedding-3-small";
    private const string Large = "openai/text-embedding-3-large";
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_release_has_no_second_model_for_vectors()
    {
        (int mixed, JsonElement problem) = await ReleaseAsync(Small, Large);
        (int chat, JsonElement second) = await ReleaseAsync(Small, "openai/gpt-5.5");
        (int alone, _) = await ReleaseAsync(Small);
        (int other, _) = await ReleaseAsync("openai/gpt-5.5", "claude/claude-opus-5-5");
        (int applied, JsonElement document) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"releases:\n  docs:\n    pins: [{Small}, {Large}]\nchannels:\n  docs: {{release: docs}}\n", "application/yaml");

        Assert.Equal((422, "pins[1]"), (mixed, problem.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Equal((422, "pins[1]"), (chat, second.GetProperty("errors")[0].GetProperty("field").GetString()));
        Assert.Equal((201, 201), (alone, other));
        Assert.Equal(422, applied);
        Assert.Contains("do not compare", document.GetRawText(), StringComparison.Ordinal);
    }

    // D2, the second half: the way back into another space is refused, with the moment since which the old index lacks what came, unless somebody forces it.
    [Fact]
    public async Task A_channel_is_not_rolled_out_to_another_space_and_goes_back_to_one_only_by_force()
    {
        await _host.PointAsync("docs", "warn", Small);
        (_, JsonElement large) = await ReleaseAsync(Large);
        string id = large.GetProperty("id").GetString()!;

        (int rollout, JsonElement refused) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/docs/rollout", $$"""{"to": "{{id}}", "ppm": 50000}""");
        Assert.Equal((409, "rollout_refused"), (rollout, refused.GetProperty("code").GetString()));
        Assert.Contains("into one index", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);

        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  docs: {{release: {id}}}\n", "application/yaml")).Status);
        (int back, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/docs/rollback", """{"reason": "worse hits"}""");
        Assert.Equal((409, "rollback_refused"), (back, problem.GetProperty("code").GetString()));
        string detail = problem.GetProperty("errors")[0].GetProperty("message").GetString()!;
        Assert.Contains($"{Small} makes vectors that do not compare with those of {Large}", detail, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"filled since {_host.Policies.Current.FindChannel("docs")!.Channel.UpdatedAt:u} cannot be searched"), detail, StringComparison.Ordinal);
        Assert.Equal(id, _host.Policies.Current.FindChannel("docs")!.Served.Name);
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/docs/rollback", """{"reason": "worse hits", "force": true}""")).Status);
    }

    // The control: the same model at another provider makes the same vectors, and nothing is lost on the way back to it.
    [Fact]
    public async Task A_channel_goes_back_within_its_space_without_force()
    {
        string before = await _host.PointAsync("docs", "warn", Small);
        (_, JsonElement both) = await ReleaseAsync(Small, "closed/text-embedding-3-small");
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  docs: {{release: {both.GetProperty("id").GetString()}}}\n", "application/yaml")).Status);

        (int back, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/docs/rollback", """{"reason": "worse hits"}""");

        Assert.Equal((200, before), (back, _host.Policies.Current.FindChannel("docs")!.Served.Name));
    }

    private Task<(int Status, JsonElement Json)> ReleaseAsync(params string[] pins) =>
        _host.SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["{{string.Join("\", \"", pins)}}"], "allow_alias": true}""");
}
