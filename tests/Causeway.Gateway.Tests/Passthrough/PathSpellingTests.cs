using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Passthrough;

/// <summary>A path of inference goes by the bounds of inference, however it is spelled, and names its model as its server reads it (S-04, S-36).</summary>
public sealed class PathSpellingTests
{
    private static HouseOptions All => new()
    {
        Providers = near => [near.OpenAI("openai"), near.Anthropic("anthropic"), near.Gemini("gemini"), near.At("bedrock", Protocol.Bedrock, new Uri(near.Simulator, "/bedrock"))],
    };

    private const string Nova = """{"messages":[{"role":"user","content":[{"text":"x"}]}]}""";
    private const string NovaLong = """{"messages":[{"role":"user","content":[{"text":"x"}]}],"inferenceConfig":{"maxTokens":5000}}""";

    [Theory]
    [InlineData("/passthrough/gemini/v1beta/models/gemini-2.5-pro:generateContent")]
    [InlineData("/passthrough/gemini/v1beta/mod%65ls/gemini-2.5-pro:generateContent")]
    [InlineData("/passthrough/gemini/v1beta/models/gemini-2.5-pro%3AgenerateContent")]
    [InlineData("/passthrough/gemini/v1beta/models/gemini-2.5-pro:generateContent/")]
    [InlineData("/passthrough/bedrock/mod%65l/amazon.nova-pro-v1%3A0/converse")]
    [InlineData("/passthrough/bedrock/model/amazon.nova-pro-v1%3A0/c%6Fnverse")]
    [InlineData("/passthrough/openai/openai/deployments/gpt-5.5/chat/completions")]
    public async Task A_model_of_the_body_does_not_pass_for_that_of_the_path(string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(All);
        Granted flash = house.Grant(grant => grant with { Scope = new Scope { Models = ["gemini-2.5-flash"] } });

        Answer answer = await flash.AskAsync(new Saying(path, """{"contents":[{"parts":[{"text":"x"}]}],"messages":[],"model":"gemini-2.5-flash"}"""));

        Assert.Equal((403, "scope_model"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData("GET", "/passthrough/openai/v1/files")]
    [InlineData("GET", "/v1/files")]
    [InlineData("DELETE", "/v1/files/file-1")]
    [InlineData("GET", "/passthrough/openai/v1/responses/resp_1")]
    [InlineData("POST", "/passthrough/openai/v1/vector_stores")]
    public async Task A_model_that_no_vendor_reads_opens_nothing(string method, string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted mini = house.Grant(grant => grant with { Scope = new Scope { Models = ["gpt-5.4-mini"] } });
        using HttpRequestMessage message = new Saying(path, """{"model":"gpt-5.4-mini"}""").ToMessage(mini.Secret);
        message.Method = new HttpMethod(method);

        Answer answer = await house.SendAsync(message);

        Assert.Equal((403, "scope_model"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData("/passthrough/bedrock/model/amazon.nova-pro-v1%3A0/converse", Nova)]
    [InlineData("/passthrough/bedrock/model/amazon.nova-pro-v1%3A0/converse", NovaLong)]
    [InlineData("/passthrough/bedrock/model/amazon.nova-pro-v1%3A0/converse-stream", NovaLong)]
    public async Task Converse_is_held_for_and_capped_as_any_other(string path, string body)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(All);

        Answer spent = await house.Grant("usd 0.005").AskAsync(new Saying(path, body));
        Granted wide = house.Grant("usd 100", "tokens_out 1000000");
        Answer held = await wide.AskAsync(new Saying(path, body));
        Answer capped = await house.Grant(grant => grant with { Scope = new Scope { MaxOutputTokens = 5 } }).AskAsync(new Saying(path, body));

        Assert.Equal((402, "request_exceeds_limit"), (spent.Status, spent.Header("x-causeway-error")));
        Assert.Equal((200, 200), (held.Status, capped.Status));
        Assert.Equal(body == Nova ? Grant.DefaultOutputTokens : 5000, (await wide.EventsOfAsync(held))[0].Held.TokensOut);
        Assert.Contains("\"maxTokens\":5", (await house.Simulator.RequestsAsync())[^1].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("5000", (await house.Simulator.RequestsAsync())[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_of_frames_is_metered_in_passing()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync(All);
        await house.Simulator.ScriptAsync("""{"usage":{"input_uncached":10,"output":500}}""");

        Answer answer = await house.AskAsync(new Saying("/passthrough/bedrock/model/amazon.nova-pro-v1%3A0/converse-stream", NovaLong));

        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((200, true, UsageSource.Provider, 10L, 500L), (answer.Status, record.Streamed, record.Source, record.Tokens.Input, record.Tokens.Output));
        Assert.True(record.CostNanoUsd > 0);
    }

    [Fact]
    public async Task A_path_that_names_the_model_needs_none_in_the_body()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.Grant("usd 100").AskAsync(new Saying("/passthrough/openai/openai/deployments/gpt-5.4-mini/chat/completions", """{"messages":[{"role":"user","content":"x"}]}"""));

        Assert.NotEqual("model_missing", answer.Header("x-causeway-error"));
        Assert.Contains("max_completion_tokens", Assert.Single(await house.Simulator.RequestsAsync()).Text, StringComparison.Ordinal); // Held for, and capped.
    }

    [Fact]
    public async Task A_path_with_a_parameter_of_a_segment_goes_nowhere()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Saying.Chat with { Path = "/passthrough/openai/v1/chat/completions;x=1" });

        Assert.Equal((400, "path_invalid"), (answer.Status, answer.Header("x-causeway-error")));
    }
}
