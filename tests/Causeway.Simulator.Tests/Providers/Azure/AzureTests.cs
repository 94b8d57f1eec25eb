using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Azure;

public sealed class AzureTests
{
    private const string Dated = "/azure/openai/deployments/gpt-5.4-mini-prod/chat/completions";
    private const string Hello = """{"messages":[{"role":"user","content":"hi"}]}""";

    [Theory]
    [InlineData("?api-version=2024-10-21", HttpStatusCode.OK)]
    [InlineData("?api-version=2025-04-01-preview", HttpStatusCode.OK)]
    [InlineData("?api-version=latest", HttpStatusCode.NotFound)]
    [InlineData("", HttpStatusCode.NotFound)]
    public async Task A_dated_path_is_no_path_without_its_date(string query, HttpStatusCode status)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(Dated + query, Hello);

        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.NotFound)
        {
            JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token)).GetProperty("error");
            Assert.Equal(("404", "Resource not found"), (error.GetProperty("code").GetString(), error.GetProperty("message").GetString()));
        }
    }

    [Theory]
    [InlineData("?api-version=2024-10-21", HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.NotFound)]
    public async Task The_dated_list_of_models_wants_its_date_too(string query, HttpStatusCode status)
    {
        await using Sim sim = await Sim.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/azure/openai/models" + query);
        request.Headers.Add("api-key", "k");

        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task The_answer_names_the_model_and_the_filter_and_the_region()
    {
        await using Sim sim = await Sim.StartAsync();
        using HttpRequestMessage request = Sim.Request(Dated + "?api-version=2024-10-21", Hello);
        request.Headers.Authorization = null;
        request.Headers.Add("api-key", "k");

        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);
        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));

        Assert.Equal("gpt-5.4-mini-2026-03-17", answer.GetProperty("model").GetString());
        Assert.False(answer.GetProperty("choices")[0].GetProperty("content_filter_results").GetProperty("hate").GetProperty("filtered").GetBoolean());
        Assert.Equal(0, answer.GetProperty("prompt_filter_results")[0].GetProperty("prompt_index").GetInt32());
        Assert.True(response.Headers.Contains("x-ms-region"));
        JsonElement line = (await sim.GetAsync("/sim/bill")).GetProperty("lines")[0];
        Assert.Equal(("azure", "openai", "gpt-5.4-mini-prod"), (line.GetProperty("vendor").GetString(), line.GetProperty("protocol").GetString(), line.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task A_stream_begins_with_the_prompts_filter_and_no_choices()
    {
        await using Sim sim = await Sim.StartAsync();

        IReadOnlyList<string> events = await sim.EventsAsync("/azure/openai/v1/chat/completions", Sim.HelloStream);

        JsonElement first = JsonElement.Parse(events[0]);
        Assert.Equal((0, "", ""), (first.GetProperty("choices").GetArrayLength(), first.GetProperty("id").GetString(), first.GetProperty("model").GetString()));
        Assert.True(first.TryGetProperty("prompt_filter_results", out _));
        Assert.Equal("gpt-4o-mini-2024-07-18", JsonElement.Parse(events[1]).GetProperty("model").GetString());
        Assert.Equal("[DONE]", events[^1]);
    }

    [Theory]
    [InlineData("/azure/openai/v1/responses", """{"model":"chat","input":"hi"}""", "\"model\":\"gpt-4o-mini-2024-07-18\"")]
    [InlineData("/azure/openai/responses?api-version=2025-04-01-preview", """{"model":"chat","input":"hi"}""", "\"model\":\"gpt-4o-mini-2024-07-18\"")]
    [InlineData("/azure/openai/v1/embeddings", """{"model":"text-embedding-3-small","input":"hi"}""", "\"object\":\"embedding\"")]
    [InlineData("/azure/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21", """{"input":"hi"}""", "\"model\":\"text-embedding-3-small\"")]
    [InlineData("/azure/openai/v1/chat/completions", """{"model":"gpt-5.6-sol","temperature":0.1,"messages":[{"role":"user","content":"hi"}]}""", "unsupported_value")]
    public async Task Both_ways_in_lead_to_openais_endpoints(string path, string body, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.Contains(words, await sim.TextAsync(path, body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prompt_that_the_filter_stops_says_what_it_found()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"match":{"vendor":"azure"},"then":{"status":400,"error":{"code":"content_filter"}}}]}""");

        JsonElement error = (await sim.JsonAsync("/azure/openai/v1/chat/completions", Sim.Hello)).GetProperty("error");

        Assert.Equal("content_filter", error.GetProperty("code").GetString());
        Assert.True(error.GetProperty("innererror").GetProperty("content_filter_result").GetProperty("violence").GetProperty("filtered").GetBoolean());
    }

    [Fact]
    public async Task No_key_is_401_with_the_status_as_code()
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.Http.PostAsync("/azure/openai/v1/chat/completions", new StringContent(Sim.Hello), Sim.Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("\"code\":\"401\"", await response.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
    }
}
