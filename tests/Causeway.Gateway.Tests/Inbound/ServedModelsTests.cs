using System.Text.Json;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Inbound;

public sealed class ServedModelsTests
{
    [Fact]
    public async Task The_list_is_what_all_providers_serve_by_the_names_that_work()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [near.OpenAI("openai"), near.Anthropic("anthropic"), near.Gemini("gemini")] });

        Answer openAI = await GetAsync(house, "/v1/models");
        Answer anthropic = await GetAsync(house, "/v1/models", ("anthropic-version", "2023-06-01"));
        Answer gemini = await GetAsync(house, "/v1beta/models");

        string[] names = [.. openAI.Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];
        Assert.Contains("gpt-5.4-mini", names);
        Assert.Contains("openai/sim-small", names); // Two providers list it, so the bare id would be ambiguous.
        Assert.DoesNotContain("sim-small", names);
        Assert.Contains("claude-sonnet-4-6", names); // Another protocol's model answers in the caller's own.
        Assert.Contains("claude-sonnet-4-6", anthropic.Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Contains("models/gemini-2.5-flash", gemini.Json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_list_comes_in_pages_as_its_protocol_has_them()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        (string, string) version = ("anthropic-version", "2023-06-01");
        string[] all = Ids(await GetAsync(house, "/v1/models", version));
        List<string> forward = [];
        List<string> back = [];
        List<string> tokens = [];
        for (string? after = null; forward.Count == 0 || after is not null;)
        {
            Answer page = await GetAsync(house, $"/v1/models?limit=20{(after is null ? "" : $"&after_id={after}")}", version);
            forward.AddRange(Ids(page));
            after = page.Json.GetProperty("has_more").GetBoolean() ? page.Json.GetProperty("last_id").GetString() : null;
        }

        for (string? before = all[^1]; before is not null;)
        {
            Answer page = await GetAsync(house, $"/v1/models?limit=20&before_id={before}", version);
            back.InsertRange(0, Ids(page));
            before = page.Json.GetProperty("has_more").GetBoolean() ? page.Json.GetProperty("first_id").GetString() : null;
        }

        for (string? token = ""; token is not null;)
        {
            Answer page = await GetAsync(house, $"/v1beta/models?pageSize=20{(token.Length == 0 ? "" : $"&pageToken={token}")}");
            tokens.AddRange(page.Json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!["models/".Length..]));
            token = page.Json.TryGetProperty("nextPageToken", out JsonElement next) ? next.GetString() : null;
        }

        Assert.True(all.Length > 40);
        Assert.Equal(all, forward);
        Assert.Equal(all[..^1], back);
        Assert.Equal(all, tokens);
        Assert.All(
            [await GetAsync(house, "/v1/models?limit=0", version), await GetAsync(house, "/v1/models?after_id=nobody", version), await GetAsync(house, "/v1/models?before_id=nobody", version), await GetAsync(house, "/v1beta/models?pageSize=x")],
            wrong => Assert.Equal((400, "field_invalid"), (wrong.Status, wrong.Error)));
    }

    private static string[] Ids(Answer page) => [.. page.Json.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()!)];

    [Theory]
    [InlineData("/v1/models/gpt-5.4-mini", 200)]
    [InlineData("/v1/models/openai/gpt-5.4-mini", 200)]
    [InlineData("/v1/models/openai%2Fgpt-5.4-mini", 200)]
    [InlineData("/v1/models/openai/sim-small", 200)]
    [InlineData("/v1/models/claude-sonnet-4-6", 200)]
    [InlineData("/v1/models/nobody", 404)]
    [InlineData("/v1beta/models/gemini-2.5-flash", 200)]
    public async Task One_model_is_found_by_any_name_that_a_request_may_use(string path, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await GetAsync(house, path);

        Assert.Equal((status, status == 200 ? null : "model_unknown"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_stranger_is_told_nothing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage message = new(HttpMethod.Get, "/v1/models");

        Answer answer = await house.SendAsync(message);

        Assert.Equal((401, "key_missing"), (answer.Status, answer.Error));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    private static async Task<Answer> GetAsync(GatewayHouse house, string path, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage message = new(HttpMethod.Get, path);
        message.Headers.TryAddWithoutValidation("x-api-key", house.Secret);
        foreach ((string name, string value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return await house.SendAsync(message);
    }
}
