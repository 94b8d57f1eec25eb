using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Flow;

public sealed class ResolveTests
{
    private static HouseOptions TwoAccounts => new()
    {
        Providers = near => [near.OpenAI("east"), near.OpenAI("west"), near.Anthropic("claude"), near.Gemini("google")],
    };

    [Theory]
    [InlineData("gpt-5.4-mini", "gpt-5.4-mini")]
    [InlineData("openai/gpt-5.4-mini", "gpt-5.4-mini")]
    [InlineData("openai/no-one-knows-it", "no-one-knows-it")]
    [InlineData("openai/ft:gpt-5.4-mini:acme/one", "ft:gpt-5.4-mini:acme/one")]
    [InlineData("openai/quote\\\"back\\\\slash", "quote\\\"back\\\\slash")]
    public async Task A_model_is_a_bare_id_or_a_provider_and_a_model(string asked, string sent)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.ChatPath, Named(asked));

        Assert.Equal(200, answer.Status);
        Assert.Equal(Named(sent), Assert.Single(await house.Simulator.RequestsAsync()).Text);
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Unescape(asked), Unescape(sent), "openai"), (record.ModelAsked, record.ModelSent, record.Provider));
    }

    [Theory]
    [InlineData("/v1beta/models/google/gemini-2.5-flash:generateContent", "/gemini/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", "/gemini/v1beta/models/gemini-2.5-flash:generateContent")]
    [InlineData("/v1beta/models/google%2Fgemini-2.5-flash:generateContent", null)]
    [InlineData("/v1beta/models/google/a?b=c&alt=json:generateContent", null)]
    [InlineData("/v1beta/models/google/a%3Fkey%3D1%23x:generateContent", "/gemini/v1beta/models/a%3Fkey%3D1%23x:generateContent")]
    [InlineData("/v1beta/models/google/..%2f..%2fadmin:generateContent", null)]
    [InlineData("/v1beta/models/google/@evil.example:generateContent", "/gemini/v1beta/models/%40evil.example:generateContent")]
    [InlineData("/v1beta/models/google/%2e%2e:generateContent", null)]
    public async Task A_model_in_a_path_stays_one_segment_of_the_path(string path, string? target)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(TwoAccounts);
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync(RawCaller.Request(Saying.Generate with { Path = path }, house.Secret, "connection: close\r\n"));
        await caller.ReadToEndAsync();

        foreach (Arrived arrived in (await house.Simulator.RequestsAsync()).Where(arrived => arrived.Body.Length > 0))
        {
            Assert.StartsWith("/gemini/v1beta/models/", arrived.Target, StringComparison.Ordinal);
            Assert.DoesNotContain('/', arrived.Target["/gemini/v1beta/models/".Length..]);
            Assert.Equal(target ?? arrived.Target, arrived.Target);
        }

        Assert.True(target is null || (await house.Simulator.RequestsAsync()).Any(arrived => arrived.Body.Length > 0));
    }

    [Fact]
    public async Task A_model_that_several_providers_serve_is_ambiguous_until_one_is_named()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(TwoAccounts);

        Answer bare = await house.AskAsync(Saying.Chat);
        Answer named = await house.AskAsync(Saying.ChatPath, Named("west/gpt-5.4-mini"));

        Assert.Equal((400, "model_ambiguous"), (bare.Status, bare.Error));
        Assert.Contains("east/gpt-5.4-mini, west/gpt-5.4-mini", bare.Text, StringComparison.Ordinal);
        Assert.Equal((200, "west/gpt-5.4-mini"), (named.Status, named.Header("x-causeway-served-by")));
    }

    [Fact]
    public async Task An_unknown_model_is_told_its_nearest_name()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer near = await house.AskAsync(Saying.ChatPath, Named("gpt-5.4-mnii"));
        Answer far = await house.AskAsync(Saying.ChatPath, Named("zzzzzzzzzzzzzzzzzzzz"));
        Answer half = await house.AskAsync(Saying.ChatPath, Named("openai/"));

        Assert.All([near, far, half], answer => Assert.Equal((404, "model_unknown", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry"))));
        Assert.Contains("Did you mean \\\"gpt-5.4-mini\\\"?", near.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Did you mean", far.Text, StringComparison.Ordinal);
        Assert.Contains("openai/MODEL", far.Text, StringComparison.Ordinal);
        UsageRecord record = await house.RecordOfAsync(far);
        Assert.Equal((Outcome.Denied, null, null, 0), (record.Outcome, record.Provider, record.ModelSent, record.Attempts));
    }

    [Fact]
    public async Task What_has_no_equivalent_at_the_models_provider_is_a_mismatch_in_the_callers_shape()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.EmbeddingsPath, """{"model":"gemini/gemini-embedding-001","input":"bridges"}""");

        Assert.Equal((400, "protocol_mismatch"), (answer.Status, answer.Error));
        Assert.Contains("speaks gemini", answer.Json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("protocol_mismatch", answer.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_model_that_only_the_providers_own_list_names_is_found_and_the_list_is_read_once()
    {
        FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(56));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Time = time, Providers = near => [near.OpenAI("openai")] });

        Answer[] found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.AskAsync(Saying.ChatPath, Named("sim-large"))));
        Answer[] unknown = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => house.AskAsync(Saying.ChatPath, Named($"nobody-{i}"))));

        Assert.All(found, answer => Assert.Equal(200, answer.Status));
        Assert.All(unknown, answer => Assert.Equal(404, answer.Status));
        Assert.Single(await house.Simulator.RequestsAsync(), arrived => arrived.Target == "/openai/v1/models");

        await house.UntilOpenAsync(0);
        time.Advance(TimeSpan.FromSeconds(31));
        await house.AskAsync(Saying.ChatPath, Named("nobody"));
        Assert.Equal(2, (await house.Simulator.RequestsAsync()).Count(arrived => arrived.Target == "/openai/v1/models"));
    }

    [Fact]
    public async Task A_destination_comes_from_the_configuration_alone()
    {
        int hits = 0;
        await using RawUpstream canary = RawUpstream.Start(connection => Task.FromResult(Interlocked.Increment(ref hits)));
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string body = Saying.Chat.Body.Insert(1, $"\"api_base\":\"{canary.Address}\",\"base_url\":\"{canary.Address}\",\"provider\":\"{canary.Address}\",\"extra_body\":{{\"model\":\"other\"}},");
        using HttpRequestMessage message = (Saying.Chat with { Body = body }).ToMessage(house.Secret);
        message.Headers.Host = canary.Address.Authority;
        message.Headers.TryAddWithoutValidation("x-forwarded-host", canary.Address.Authority);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((200, 0), (answer.Status, canary.Connections));
        Assert.Equal(body, Assert.Single(await house.Simulator.RequestsAsync()).Text);
    }

    [Theory]
    [InlineData("POST", "/v1/nothing")]
    [InlineData("POST", "/v1beta/models/gemini-2.5-flash:forget")]
    [InlineData("POST", "/v1beta/models/:generateContent")]
    public async Task A_path_that_is_not_served_is_refused(string method, string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage message = new(new HttpMethod(method), path);
        message.Headers.TryAddWithoutValidation("x-api-key", house.Secret);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((404, "route_unknown"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST")]
    [InlineData("PUT", "/v1/messages/count_tokens", "POST")]
    [InlineData("PATCH", "/v1beta/models/gemini-2.5-flash:generateContent", "POST")]
    [InlineData("DELETE", "/v1/models/gpt-5.4-mini", "GET, HEAD")]
    [InlineData("POST", "/v1/models", "GET, HEAD")]
    public async Task A_path_that_takes_another_method_names_it(string method, string path, string allowed)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage message = new(new HttpMethod(method), path);
        message.Headers.TryAddWithoutValidation("x-api-key", house.Secret);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((405, "method_not_allowed", allowed), (answer.Status, answer.Error, answer.Header("allow")));
    }

    private static string Named(string model) => Saying.Chat.Body.Replace("gpt-5.4-mini", model, StringComparison.Ordinal);

    private static string Unescape(string literal) => System.Text.Json.JsonElement.Parse($"\"{literal}\"").GetString()!;
}
