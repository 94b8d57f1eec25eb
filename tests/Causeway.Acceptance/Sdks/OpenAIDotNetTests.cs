using System.ClientModel;
using System.ClientModel.Primitives;
using Causeway.Acceptance.Processes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;
using OpenAI.Responses;

#pragma warning disable OPENAI001 // The SDK marks its Responses client as one that may still change.

namespace Causeway.Acceptance.Sdks;

/// <summary>The <c>OpenAI</c> package for .NET, with another endpoint and another key and nothing else.</summary>
public sealed class OpenAIDotNetTests(Quickstart house)
{
    private const string Model = "gpt-5.4-mini";
    private const string Answer = "Hello from the simulator! You said: Hello";

    private static readonly ChatTool s_weather = ChatTool.CreateFunctionTool(
        "get_weather",
        "The weather in a city",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    [Fact]
    public async Task Chat_completes_with_usage()
    {
        ClientResult<ChatCompletion> result = await Client().GetChatClient(Model).CompleteChatAsync([new UserChatMessage("Hello")], new ChatCompletionOptions(), Cancellation);

        Assert.Equal(Answer, result.Value.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, result.Value.FinishReason);
        Assert.Equal((2, 11), (result.Value.Usage.InputTokenCount, result.Value.Usage.OutputTokenCount));
        Assert.True(result.GetRawResponse().Headers.TryGetValue("x-causeway-served-by", out string? servedBy));
        Assert.Equal("sim-openai/gpt-5.4-mini", servedBy);
    }

    [Fact]
    public async Task Chat_streams_and_ends_with_the_usage_that_this_SDK_asks_for()
    {
        List<StreamingChatCompletionUpdate> updates =
            await Client().GetChatClient(Model).CompleteChatStreamingAsync([new UserChatMessage("Hello")], new ChatCompletionOptions(), Cancellation).ToListAsync(Cancellation);

        Assert.Equal(Answer, string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text)));
        Assert.Equal(11, Assert.Single(updates, update => update.Usage is not null).Usage.OutputTokenCount);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_is_taken()
    {
        ChatClient chat = Client().GetChatClient(Model);
        ChatCompletionOptions options = new() { Tools = { s_weather } };
        List<ChatMessage> messages = [new UserChatMessage("Use the tool get_weather")];

        ChatCompletion first = await chat.CompleteChatAsync(messages, options, Cancellation);
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new ToolChatMessage(first.ToolCalls[0].Id, "Sunny"));
        ChatCompletion second = await chat.CompleteChatAsync(messages, options, Cancellation);

        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal("get_weather", first.ToolCalls[0].FunctionName);
        Assert.StartsWith("Thank you, I have the tool's result.", second.Content[0].Text);
    }

    [Fact]
    public async Task Responses_answer_with_usage()
    {
        ResponseResult response = await Client().GetResponsesClient().CreateResponseAsync(Model, "Hello", cancellationToken: Cancellation);

        Assert.Equal(Answer, response.GetOutputText());
        Assert.Equal((2, 11), (response.Usage.InputTokenCount, response.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Responses_stream_from_created_to_completed()
    {
        AsyncStreamingResult<StreamingResponseUpdate> stream = await Client().GetResponsesClient().CreateResponseStreamingAsync(Model, "Hello", cancellationToken: Cancellation);
        List<StreamingResponseUpdate> updates = await stream.ToListAsync(Cancellation);

        Assert.IsType<StreamingResponseCreatedUpdate>(updates[0]);
        Assert.Equal(Answer, string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta)));
        Assert.Equal(11, Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]).Response.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Embeddings_come_back_one_for_each_input()
    {
        OpenAIEmbeddingCollection embeddings =
            await Client().GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingsAsync(["one", "two"], cancellationToken: Cancellation);

        Assert.Equal([1536, 1536], embeddings.Select(embedding => embedding.ToFloats().Length));
        Assert.Equal(2, embeddings.Usage.InputTokenCount);
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        OpenAIModelClient models = Client().GetOpenAIModelClient();

        OpenAIModelCollection list = await models.GetModelsAsync(Cancellation);
        OpenAIModel one = await models.GetModelAsync(Model, Cancellation);

        Assert.Contains(Model, list.Select(model => model.Id));
        Assert.Equal(Model, one.Id);
    }

    [Theory]
    [InlineData("cw0_unknown", Model, 401, "key_unknown")]
    [InlineData(null, "no-such-model", 404, "model_unknown")]
    public async Task A_refusal_is_thrown_as_the_SDKs_own_exception_with_our_code(string? key, string model, int status, string code)
    {
        ClientResultException refusal = await Assert.ThrowsAsync<ClientResultException>(
            () => Client(key).GetChatClient(model).CompleteChatAsync([new UserChatMessage("Hello")], new ChatCompletionOptions(), Cancellation));

        Assert.Equal(status, refusal.Status);
        Assert.Contains(code, refusal.Message, StringComparison.Ordinal);
        Assert.True(refusal.GetRawResponse()!.Headers.TryGetValue("x-causeway-error", out string? header));
        Assert.Equal(code, header);
    }

    [Fact]
    public async Task Embeddings_of_another_protocol_are_refused_because_vectors_are_not_interchangeable()
    {
        ClientResultException refusal = await Assert.ThrowsAsync<ClientResultException>(
            () => Client().GetEmbeddingClient("gemini-embedding-001").GenerateEmbeddingsAsync(["one"], cancellationToken: Cancellation));

        Assert.Equal(400, refusal.Status);
        Assert.Contains("protocol_mismatch", refusal.Message, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private OpenAIClient Client(string? key = null) => new(
        new ApiKeyCredential(key ?? house.Key),
        new OpenAIClientOptions { Endpoint = house.Gateway.Welcome.OpenAI, RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
}
