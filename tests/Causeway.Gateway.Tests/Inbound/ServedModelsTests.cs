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

    [Theory]
    [InlineData("/v1/models/gpt-5.4-mini", 200)]
    [InlineData("/v1/models/openai/gpt-5.4-mini", 200)]
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
