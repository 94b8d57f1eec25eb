using System.ClientModel;
using System.ClientModel.Primitives;
using Causeway.Acceptance.Processes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

#pragma warning disable OPENAI001 // The SDK marks its Responses client as one that may still change.

namespace Causeway.Acceptance.AnyProvider;

/// <summary>The <c>OpenAI</c> package for .NET asking any model for a word.</summary>
internal sealed class OpenAIDotNet : IDisposable
{
    private readonly HeardHeaders _heard = new();
    private readonly HttpClient _http;

    public OpenAIDotNet(RunningGateway gateway, string key)
    {
        _http = new HttpClient(_heard);
        Client = new OpenAIClient(new ApiKeyCredential(key), new OpenAIClientOptions
        {
            Endpoint = gateway.Welcome.OpenAI,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            Transport = new HttpClientPipelineTransport(_http),
        });
    }

    public OpenAIClient Client { get; }

    public void Dispose() => _http.Dispose();

    public async Task<Told> ChatAsync(string model, bool streamed)
    {
        ChatClient chat = Client.GetChatClient(model);
        ChatMessage[] messages = [new UserChatMessage("Hello")];
        if (!streamed)
        {
            ChatCompletion whole = await chat.CompleteChatAsync(messages, new ChatCompletionOptions(), Cancellation);
            return Tell(model, streamed: false, whole.Content[0].Text, whole.FinishReason, whole.Usage);
        }

        List<StreamingChatCompletionUpdate> updates = await chat.CompleteChatStreamingAsync(messages, new ChatCompletionOptions(), Cancellation).ToListAsync(Cancellation);
        return Tell(
            model,
            streamed: true,
            string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text)),
            updates.Last(update => update.FinishReason is not null).FinishReason!.Value,
            updates.Last(update => update.Usage is not null).Usage);
    }

    public async Task<Told> ResponsesAsync(string model, bool streamed)
    {
        ResponsesClient responses = Client.GetResponsesClient();
        if (!streamed)
        {
            ResponseResult whole = await responses.CreateResponseAsync(model, "Hello", cancellationToken: Cancellation);
            return Tell(model, streamed: false, whole.GetOutputText(), whole);
        }

        AsyncStreamingResult<StreamingResponseUpdate> stream = await responses.CreateResponseStreamingAsync(model, "Hello", cancellationToken: Cancellation);
        List<StreamingResponseUpdate> updates = await stream.ToListAsync(Cancellation);
        return Tell(
            model,
            streamed: true,
            string.Concat(updates.OfType<StreamingResponseOutputTextDeltaUpdate>().Select(update => update.Delta)),
            Assert.IsType<StreamingResponseCompletedUpdate>(updates[^1]).Response);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Told Tell(string model, bool streamed, string text, ChatFinishReason finish, ChatTokenUsage usage) => new(
        model,
        streamed,
        text,
        finish.ToString(),
        usage.InputTokenCount,
        usage.InputTokenDetails?.CachedTokenCount ?? 0,
        usage.TotalTokenCount - usage.InputTokenCount, // Some servers do not count reasoning as completion.
        usage.OutputTokenDetails?.ReasoningTokenCount ?? 0,
        _heard.Request,
        _heard.ServedBy);

    private Told Tell(string model, bool streamed, string text, ResponseResult response) => new(
        model,
        streamed,
        text,
        response.Status.ToString()!,
        response.Usage.InputTokenCount,
        response.Usage.InputTokenDetails.CachedTokenCount,
        response.Usage.OutputTokenCount,
        response.Usage.OutputTokenDetails.ReasoningTokenCount,
        _heard.Request,
        _heard.ServedBy);
}
