using System.Text.Json;

namespace Causeway.Tests.Admin;

public sealed class ProviderTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Providers_are_listed_without_their_secrets()
    {
        (int status, JsonElement list) = await _host.GetAsync("api/v1/providers");

        Assert.Equal(200, status);
        Assert.DoesNotContain("upstream-secret", list.GetRawText(), StringComparison.Ordinal);
        JsonElement[] providers = [.. list.GetProperty("providers").EnumerateArray()];
        Assert.Equal(["openai", "claude", "claude-eu", "closed"], providers.Select(provider => provider.GetProperty("name").GetString()));
        Assert.Equal("eu-west-1", providers[0].GetProperty("region").GetString());
        Assert.True(providers[0].GetProperty("has_key").GetBoolean());
        Assert.True(providers[0].GetProperty("models").GetInt32() > 10);
        Assert.False(providers[3].GetProperty("has_key").GetBoolean());
    }

    [Fact]
    public async Task A_model_that_one_provider_serves_has_its_bare_name_and_others_say_whose()
    {
        (int status, JsonElement list) = await _host.GetAsync("api/v1/models");

        Assert.Equal(200, status);
        JsonElement[] models = [.. list.GetProperty("models").EnumerateArray()];
        JsonElement bare = models.First(model => model.GetProperty("provider").GetString() == "openai" && model.GetProperty("kind").GetString() == "snapshot");
        Assert.Equal(bare.GetProperty("model").GetString(), bare.GetProperty("id").GetString());
        JsonElement shared = models.First(model => model.GetProperty("provider").GetString() == "claude-eu");
        Assert.Equal($"claude-eu/{shared.GetProperty("model").GetString()}", shared.GetProperty("id").GetString());
        Assert.Contains(models, model => model.GetProperty("source").GetString() == "provider");
        Assert.Contains(models, model => model.GetProperty("source").GetString() == "catalogue");
        JsonElement alias = models.First(model => model.GetProperty("kind").GetString() == "alias" && model.GetProperty("resolves_to").ValueKind != JsonValueKind.Null);
        Assert.NotEqual(alias.GetProperty("model").GetString(), alias.GetProperty("resolves_to").GetString());
    }

    [Fact]
    public async Task A_price_is_exact_text_per_million_tokens()
    {
        (_, JsonElement list) = await _host.GetAsync("api/v1/models?provider=claude&search=haiku-4-5");

        JsonElement price = list.GetProperty("models")[0].GetProperty("price");
        Assert.Equal("1", price.GetProperty("input").GetString());
        Assert.Equal("0.1", price.GetProperty("cached_input").GetString());
        Assert.Equal("1.25", price.GetProperty("cache_write_5m").GetString());
        Assert.Equal("2", price.GetProperty("cache_write_1h").GetString());
        Assert.Equal("5", price.GetProperty("output").GetString());
    }

    [Fact]
    public async Task Models_are_found_by_provider_and_by_text()
    {
        (_, JsonElement list) = await _host.GetAsync("api/v1/models?provider=claude&search=HAIKU");
        (int unknown, JsonElement problem) = await _host.GetAsync("api/v1/models?provider=cluade");

        Assert.All(list.GetProperty("models").EnumerateArray(), model => Assert.Contains("haiku", model.GetProperty("model").GetString(), StringComparison.Ordinal));
        Assert.NotEmpty(list.GetProperty("models").EnumerateArray());
        Assert.Equal(404, unknown);
        Assert.Contains("did you mean \"claude\"?", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_answers_is_reachable()
    {
        (int status, JsonElement check) = await _host.SendAsync(HttpMethod.Post, "api/v1/providers/openai/check");

        Assert.Equal(200, status);
        Assert.True(check.GetProperty("reachable").GetBoolean());
        Assert.Equal(200, check.GetProperty("status").GetInt32());
        Assert.True(check.GetProperty("models").GetInt32() > 0);
        Assert.True(check.GetProperty("latency_ms").GetDouble() >= 0);
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_not_and_the_reason_is_in_our_words()
    {
        (int status, JsonElement check) = await _host.SendAsync(HttpMethod.Post, "api/v1/providers/closed/check");

        Assert.Equal(200, status);
        Assert.False(check.GetProperty("reachable").GetBoolean());
        Assert.Equal("closed is not reachable: no connection. Check providers.closed.endpoint and the network.", check.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("opneai", "did you mean \"openai\"?")]
    [InlineData("http:%2F%2F127.0.0.1:22", "There are: openai, claude, claude-eu, closed.")]
    public async Task Only_configured_providers_are_called(string name, string says)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, $"api/v1/providers/{name}/check");

        Assert.Equal(404, status);
        Assert.Equal("provider_unknown", problem.GetProperty("code").GetString());
        Assert.Contains(says, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
