using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Anthropic.Models.Models;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Sdks;

/// <summary>The <c>Anthropic</c> package for .NET.</summary>
public sealed class AnthropicDotNetTests(Quickstart house)
{
    private const string Sonnet = "claude-sonnet-4-6";
    private const string Answer = "Hello from the simulator! You said: Hello";

    [Fact]
    public async Task Messages_answer_with_usage()
    {
        using AnthropicClient client = Client();

        Message message = await client.Messages.Create(Ask(Sonnet), Cancellation);

        Assert.True(message.Content[0].TryPickText(out TextBlock? text));
        Assert.Equal(Answer, text.Text);
        Assert.Equal((2, 11), (message.Usage.InputTokens, message.Usage.OutputTokens));
    }

    [Fact]
    public async Task Messages_stream_from_start_to_stop()
    {
        using AnthropicClient client = Client();

        List<RawMessageStreamEvent> events = await client.Messages.CreateStreaming(Ask(Sonnet), Cancellation).ToListAsync(Cancellation);

        Assert.True(events[0].TryPickStart(out _));
        Assert.Equal(Answer, string.Concat(events.Select(TextOf)));
        Assert.True(events[^2].TryPickDelta(out RawMessageDeltaEvent? delta));
        Assert.Equal(11, delta.Usage.OutputTokens);
        Assert.True(events[^1].TryPickStop(out _));
    }

    [Fact]
    public async Task Tokens_are_counted()
    {
        using AnthropicClient client = Client();

        MessageTokensCount count = await client.Messages.CountTokens(
            new MessageCountTokensParams { Model = Sonnet, Messages = [new UserMessageParam("Hello")] }, Cancellation);

        Assert.Equal(2, count.InputTokens);
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        using AnthropicClient client = Client();

        ModelListPage list = await client.Models.List(cancellationToken: Cancellation);
        ModelInfo one = await client.Models.Retrieve(Sonnet, cancellationToken: Cancellation);

        Assert.Contains(Sonnet, list.Items.Select(model => model.ID));
        Assert.Equal(Sonnet, one.ID);
    }

    [Fact]
    public Task An_unknown_key_is_thrown_as_unauthorized() => RefusedAsync<AnthropicUnauthorizedException>("cw0_unknown", Sonnet, "key_unknown");

    [Fact]
    public Task An_unknown_model_is_thrown_as_not_found() => RefusedAsync<AnthropicNotFoundException>(null, "no-such-model", "model_unknown");

    [Fact]
    public async Task A_model_of_another_protocol_answers()
    {
        using AnthropicClient client = Client();

        Message message = await client.Messages.Create(Ask("gpt-5.4-mini"), Cancellation);

        Assert.True(message.Content[0].TryPickText(out TextBlock? text));
        Assert.Equal(Answer, text.Text);
        Assert.Equal((2, 11), (message.Usage.InputTokens, message.Usage.OutputTokens));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static MessageCreateParams Ask(string model) =>
        new() { Model = model, MaxTokens = 256, Messages = [new UserMessageParam("Hello")] };

    private static string TextOf(RawMessageStreamEvent item) =>
        item.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? block) && block.Delta.TryPickText(out TextDelta? text) ? text.Text : "";

    private async Task RefusedAsync<TException>(string? key, string model, string code)
        where TException : AnthropicApiException
    {
        using AnthropicClient client = Client(key);

        TException refusal = await Assert.ThrowsAsync<TException>(() => client.Messages.Create(Ask(model), Cancellation));

        Assert.Contains(code, refusal.ResponseBody, StringComparison.Ordinal);
    }

    private AnthropicClient Client(string? key = null) =>
        new() { ApiKey = key ?? house.Key, BaseUrl = house.Gateway.Welcome.Anthropic.AbsoluteUri.TrimEnd('/'), MaxRetries = 0 };
}
