using System.ClientModel;
using System.Text.Json;
using Anthropic.Exceptions;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>A provider's error is thrown as the class that the caller's SDK has for it, with the provider's own message.</summary>
public sealed class ErrorTests(Continent house) : IClassFixture<Continent>
{
    private static readonly string[] s_providers = ["openai", "anthropic", "gemini", "bedrock", "azure", "vertex", "mistral"];

    // The model's name says what becomes of it.
    private static readonly Dictionary<string, (int Status, string Message)> s_faults = new()
    {
        ["busy"] = (429, "You are sending requests too quickly."),
        ["overloaded"] = (503, "There is no capacity at the moment."),
        ["locked"] = (401, "That key is not known."),
        ["retired"] = (404, "That model is no longer here."),
        ["short"] = (400, "The prompt is too long: 250000 tokens > 200000 maximum context length."),
        ["filtered"] = (400, "The prompt was stopped by the content management policy."),
    };

    public static TheoryData<string, string, string> Sdks => new()
    {
        { "openai-any", "chatErrors", "OpenAI" },
        { "openai-any", "responsesErrors", "OpenAI" },
        { "anthropic-any", "errors", "Anthropic" },
        { "google-any", "errors", "Google" },
    };

    [Theory]
    [MemberData(nameof(Sdks))]
    public async Task The_Node_SDKs_throw_the_class_that_they_have_for_it(string script, string name, string vendor)
    {
        await ScriptAsync();
        string[] models = [.. Models()];

        JsonElement printed = await NodeSdk.RunAsync(script, name, Vendors.BaseUrl(house.Gateway, script), await house.Gateway.NewKeyAsync(), input: new { models });

        Assert.All(printed.EnumerateArray(), thrown =>
        {
            string[] model = thrown.GetProperty("model").GetString()!.Split('/');
            (string type, int status) = Expected(vendor, model[1]);
            Assert.Equal((type, status), (thrown.GetProperty("type").GetString(), thrown.GetProperty("status").GetInt32()));
            string told = thrown.GetProperty("message").GetString()!;
            Assert.Contains(model[1] == "locked" ? $"{model[0]} refused the key" : s_faults[model[1]].Message, told, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task The_DotNet_SDK_of_OpenAI_throws_the_status_that_it_means()
    {
        await ScriptAsync();
        using var sdk = new OpenAIDotNet(house.Gateway, await house.Gateway.NewKeyAsync());

        foreach (string model in Models())
        {
            string fault = model.Split('/')[1];
            ClientResultException thrown = await Assert.ThrowsAsync<ClientResultException>(() => sdk.ChatAsync(model, streamed: false));
            Assert.Equal(Expected("OpenAI", fault).Status, thrown.Status);
        }
    }

    [Fact]
    public async Task The_DotNet_SDK_of_Anthropic_throws_the_class_that_it_has_for_it()
    {
        await ScriptAsync();
        using var sdk = new AnthropicDotNet(house.Gateway, await house.Gateway.NewKeyAsync());

        foreach (string provider in s_providers)
        {
            await Assert.ThrowsAsync<AnthropicRateLimitException>(() => sdk.MessagesAsync($"{provider}/busy", streamed: false));
            await Assert.ThrowsAsync<AnthropicOverloadedException>(() => sdk.MessagesAsync($"{provider}/overloaded", streamed: false));
            await Assert.ThrowsAsync<Anthropic5xxException>(() => sdk.MessagesAsync($"{provider}/locked", streamed: true));
            await Assert.ThrowsAsync<AnthropicNotFoundException>(() => sdk.MessagesAsync($"{provider}/retired", streamed: true));
            await Assert.ThrowsAsync<AnthropicBadRequestException>(() => sdk.MessagesAsync($"{provider}/short", streamed: false));
            await Assert.ThrowsAsync<AnthropicBadRequestException>(() => sdk.MessagesAsync($"{provider}/filtered", streamed: true));
        }
    }

    [Fact]
    public async Task What_is_too_long_or_filtered_has_the_code_that_OpenAIs_callers_look_at()
    {
        await ScriptAsync();
        string[] models = ["anthropic/short", "gemini/short", "bedrock/short", "vertex/filtered", "anthropic/busy", "anthropic/retired", "anthropic/locked"];

        JsonElement printed = await NodeSdk.RunAsync("openai-any", "chatErrors", house.Gateway.Welcome.OpenAI, await house.Gateway.NewKeyAsync(), input: new { models });

        Assert.Equal(
            ["context_length_exceeded", "context_length_exceeded", "context_length_exceeded", "content_filter", "rate_limit_exceeded", "model_not_found", "upstream_key_refused"],
            printed.EnumerateArray().Select(thrown => thrown.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("openai-any", "anthropic/claude-sonnet-4-6", """{"n":2}""", "n", "BadRequestError")]
    [InlineData("openai-any", "gemini/gemini-3.5-flash", """{"logit_bias":{"50256":-100}}""", "logit_bias", "BadRequestError")]
    [InlineData("anthropic-any", "openai/gpt-4o", """{"top_k":5}""", "top_k", "BadRequestError")]
    [InlineData("google-any", "anthropic/claude-sonnet-4-6", """{"candidateCount":2}""", "candidateCount", "ApiError")]
    public async Task A_field_that_the_provider_cannot_be_told_is_named_with_the_provider(string script, string model, string fields, string field, string type)
    {
        JsonElement printed = await NodeSdk.RunAsync(
            script, "field", Vendors.BaseUrl(house.Gateway, script), await house.Gateway.NewKeyAsync(), input: new { models = new[] { model }, fields = JsonElement.Parse(fields) });

        JsonElement thrown = Assert.Single(printed.EnumerateArray());
        string message = thrown.GetProperty("message").GetString()!;
        Assert.Equal((type, 400), (thrown.GetProperty("type").GetString(), thrown.GetProperty("status").GetInt32()));
        Assert.Contains("cannot_translate", thrown.GetRawText(), StringComparison.Ordinal);
        Assert.Contains(field, message, StringComparison.Ordinal);
        Assert.Contains(model.Split('/')[0], message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Models() => s_providers.SelectMany(provider => s_faults.Keys.Select(fault => $"{provider}/{fault}"));

    private static (string Type, int Status) Expected(string vendor, string fault) => (vendor, fault) switch
    {
        ("Google", "busy") => ("ApiError", 429),
        ("Google", "overloaded") => ("ApiError", 503),
        ("Google", "locked") => ("ApiError", 502),
        ("Google", "retired") => ("ApiError", 404),
        ("Google", _) => ("ApiError", 400),
        (_, "busy") => ("RateLimitError", 429),
        ("Anthropic", "overloaded") => ("OverloadedError", 529),
        (_, "overloaded") => ("InternalServerError", 503),
        (_, "locked") => ("InternalServerError", 502),
        (_, "retired") => ("NotFoundError", 404),
        _ => ("BadRequestError", 400),
    };

    // Anthropic says 529 where others say 503. Nothing is tried again: what comes of that is tested elsewhere.
    private Task ScriptAsync() => house.Providers.ScriptAsync(new
    {
        rules = s_faults.SelectMany(fault => (IEnumerable<object>)
        [
            Rule(new { vendor = "anthropic", model = fault.Key }, fault.Value.Status == 503 ? 529 : fault.Value.Status, fault.Value.Message),
            Rule(new { model = fault.Key }, fault.Value.Status, fault.Value.Message),
        ]),
    });

    private static object Rule(object match, int status, string message) =>
        new { match, then = new { status, error = new { message }, headers = new Dictionary<string, string> { ["x-should-retry"] = "false" } } };
}
