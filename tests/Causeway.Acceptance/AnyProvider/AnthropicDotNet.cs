using Anthropic;
using Anthropic.Models.Messages;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.AnyProvider;

/// <summary>The <c>Anthropic</c> package for .NET asking any model for a word.</summary>
internal sealed class AnthropicDotNet : IDisposable
{
    private readonly HeardHeaders _heard = new();
    private readonly HttpClient _http;

    public AnthropicDotNet(RunningGateway gateway, string key)
    {
        _http = new HttpClient(_heard);
        Client = new AnthropicClient { ApiKey = key, BaseUrl = gateway.Welcome.Anthropic.AbsoluteUri.TrimEnd('/'), MaxRetries = 0, HttpClient = _http };
    }

    public AnthropicClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    public async Task<Told> MessagesAsync(string model, bool streamed)
    {
        var request = new MessageCreateParams { Model = model, MaxTokens = 1024, Messages = [new UserMessageParam("Hello")] };
        if (!streamed)
        {
            Message whole = await Client.Messages.Create(request, Cancellation);
            Usage said = whole.Usage;
            string text = string.Concat(whole.Content.Select(block => block.TryPickText(out TextBlock? part) ? part.Text : ""));
            return Tell(model, streamed: false, text, whole.StopReason!.Raw(), said.InputTokens, said.CacheReadInputTokens, said.CacheCreationInputTokens, said.OutputTokens);
        }

        List<RawMessageStreamEvent> events = await Client.Messages.CreateStreaming(request, Cancellation).ToListAsync(Cancellation);
        RawMessageDeltaEvent last = events.Select(item => item.TryPickDelta(out RawMessageDeltaEvent? delta) ? delta : null).OfType<RawMessageDeltaEvent>().Single();
        MessageDeltaUsage usage = last.Usage;
        return Tell(model, streamed: true, string.Concat(events.Select(TextOf)), last.Delta.StopReason!.Raw(), usage.InputTokens ?? 0, usage.CacheReadInputTokens, usage.CacheCreationInputTokens, usage.OutputTokens);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string TextOf(RawMessageStreamEvent item) =>
        item.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? block) && block.Delta.TryPickText(out TextDelta? text) ? text.Text : "";

    // Input, what was read from the cache and what was written to it are apart here.
    private Told Tell(string model, bool streamed, string text, string finish, long input, long? read, long? written, long output) =>
        new(model, streamed, text, finish, input + (read ?? 0) + (written ?? 0), read ?? 0, output, Reasoning: null, _heard.Request, _heard.ServedBy);
}
