using System.Net.Http.Headers;
using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Residency;

/// <summary>What providers are told because of an agreement, whatever the caller wrote.</summary>
public sealed class UpstreamTermsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","input":"x"}""", false)]
    [InlineData(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","store":true,"input":"x","prompt_cache_retention":"24h"}""", false)]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","store":true,"messages":[{"role":"user","content":"x"}]}""", false)]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"x"}]}""", null)] // It is false there unless somebody says so.
    [InlineData("/passthrough/openai/v1/responses", """{"model":"gpt-5.4-mini","store":true,"input":"x"}""", false)]
    public async Task Where_nothing_may_be_kept_it_is_not_stored_whatever_the_caller_says(string path, string body, bool? store)
    {
        await using GatewayHouse house = await OpenAsync(Retention.None);

        Answer answer = await house.AskAsync(path, body);
        JsonElement sent = JsonElement.Parse((await house.Simulator.LastAsync()).Body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(store, sent.TryGetProperty("store", out JsonElement said) ? said.GetBoolean() : null);
        Assert.False(sent.TryGetProperty("prompt_cache_retention", out _));
    }

    [Fact]
    public async Task Without_such_an_agreement_the_callers_word_stands()
    {
        await using GatewayHouse house = await OpenAsync(Retention.Provider);

        await house.AskAsync(Saying.ResponsesPath, """{"model":"gpt-5.4-mini","store":true,"input":"x"}""");

        Assert.Equal("""{"model":"gpt-5.4-mini","store":true,"input":"x"}""", (await house.Simulator.LastAsync()).Text);
    }

    [Fact]
    public async Task Where_nothing_may_be_kept_what_is_kept_by_its_nature_is_refused_and_what_reads_is_not()
    {
        await using GatewayHouse house = await OpenAsync(Retention.None);

        Answer batch = await house.AskAsync("/passthrough/openai/v1/batches", """{"input_file_id":"file-1","endpoint":"/v1/chat/completions","completion_window":"24h"}""");
        using HttpRequestMessage list = new(HttpMethod.Get, "/passthrough/openai/v1/models");
        list.Headers.Authorization = new AuthenticationHeaderValue("Bearer", house.Secret);
        Answer read = await house.SendAsync(list);

        Assert.Equal((403, "retention_not_allowed"), (batch.Status, batch.Error));
        Assert.Equal(200, read.Status);
        Assert.Single(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData("us-east-1", null, "us")]
    [InlineData("us", "global", "us")]
    [InlineData("global", "us", "global")]
    [InlineData("global", null, null)]
    [InlineData(null, "us", "global")]
    [InlineData("eu", "us", null)] // Anthropic has no word for it.
    public async Task Anthropic_is_told_the_geography_of_the_provider_and_not_the_callers(string? region, string? said, string? sent)
    {
        await using GatewayHouse house = await OpenAsync(Retention.Provider, region);
        string member = said is null ? "" : $"\"inference_geo\":\"{said}\",";

        Answer answer = await house.AskAsync(Saying.MessagesPath, $$"""{"model":"claude-sonnet-4-6",{{member}}"max_tokens":100,"messages":[{"role":"user","content":"x"}]}""");
        JsonElement body = JsonElement.Parse((await house.Simulator.LastAsync()).Body);

        Assert.Equal(200, answer.Status);
        Assert.Equal(sent, body.TryGetProperty("inference_geo", out JsonElement geo) ? geo.GetString() : null);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", "eu", "eu.api.openai.com")]
    [InlineData("https://api.openai.com/v1", "eu-central-1", "eu.api.openai.com")]
    [InlineData("https://us.api.openai.com/v1", "eu", "eu.api.openai.com")]
    [InlineData("https://api.openai.com/v1", "global", null)]
    [InlineData("https://api.openai.com/v1", "my-cellar", null)]
    [InlineData("https://api.openai.com/v1", null, null)]
    [InlineData("https://proxy.example/v1", "eu", null)]
    [InlineData("https://api.openai.com.evil.example/v1", "eu", null)]
    public void OpenAI_is_called_at_the_host_of_the_region(string endpoint, string? region, string? host)
    {
        Provider provider = new() { Name = "openai", Protocol = Protocol.OpenAI, Endpoint = new Uri(endpoint), Region = region };
        using UpstreamClient client = new(provider);

        Assert.Equal(host, VendorTerms.Of(provider).Host);
        Assert.Equal($"{(host is null ? endpoint : "https://" + host + "/v1")}/responses?x=%2F", client.Create(HttpMethod.Post, "/responses?x=%2F", host).RequestUri!.AbsoluteUri);
    }

    private static async Task<GatewayHouse> OpenAsync(Retention retention, string? region = null)
    {
        GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Time = new FakeTimeProvider(s_now),
            Providers = near => [near.OpenAI("openai"), near.At("anthropic", Protocol.Anthropic, new Uri(near.Simulator, "/anthropic"), region)],
        });
        house.Policies.Publish(policy => policy.WithAgreements(((string[])["openai", "anthropic"]).Select(provider => new Agreement
        {
            Id = AgreementId.New(s_now),
            Provider = provider,
            Regions = ["global"],
            Data = ["internal"],
            Retention = retention,
            From = s_now,
            Until = s_now.AddYears(1),
            CreatedAt = s_now,
            CreatedBy = "mira",
        })));
        return house;
    }
}
