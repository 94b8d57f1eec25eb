using System.Text.Json;
using Anthropic.Models.Messages;
using Causeway.Acceptance.Processes;
using OpenAI.Chat;
using OpenAI.Responses;

#pragma warning disable OPENAI001 // The SDK marks its Responses client as one that may still change.

namespace Causeway.Acceptance.AnyProvider;

/// <summary>Tools by the .NET SDKs: the call, the result sent back with the message that asked for it, the answer.</summary>
public sealed class DotNetToolTests(Continent house) : IClassFixture<Continent>
{
    private const string Question = "Use the tool get_weather";
    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}""";

    public static TheoryData<string> Models =>
    [
        "openai/gpt-5.4-mini",
        "openai/gpt-6.1-sol",
        "anthropic/claude-sonnet-5-5",
        "gemini/gemini-3.5-flash",
        "bedrock/global.anthropic.claude-opus-5-5",
        "mistral/mistral-large-2512",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Chat_completions_take_the_result_of_a_call(string model)
    {
        using var sdk = new OpenAIDotNet(house.Gateway, await house.Gateway.NewKeyAsync());
        ChatClient chat = sdk.Client.GetChatClient(model);
        ChatCompletionOptions options = new() { Tools = { ChatTool.CreateFunctionTool("get_weather", "The weather in a city", BinaryData.FromString(Schema)) } };
        List<ChatMessage> messages = [new UserChatMessage(Question)];

        ChatCompletion first = await chat.CompleteChatAsync(messages, options, Cancellation);
        messages.Add(new AssistantChatMessage(first));
        messages.AddRange(first.ToolCalls.Select(call => new ToolChatMessage(call.Id, "Sunny")));
        List<StreamingChatCompletionUpdate> second = await chat.CompleteChatStreamingAsync(messages, options, Cancellation).ToListAsync(Cancellation);

        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        AssertCalled(first.ToolCalls[0].FunctionName, JsonElement.Parse(first.ToolCalls[0].FunctionArguments));
        AssertAnswered(string.Concat(second.SelectMany(update => update.ContentUpdate).Select(part => part.Text)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Responses_take_the_result_of_a_call(string model)
    {
        using var sdk = new OpenAIDotNet(house.Gateway, await house.Gateway.NewKeyAsync());
        ResponsesClient responses = sdk.Client.GetResponsesClient();
        List<ResponseItem> items = [ResponseItem.CreateUserMessageItem(Question)];

        ResponseResult first = await responses.CreateResponseAsync(Options(model, items), Cancellation);
        FunctionCallResponseItem[] calls = [.. first.OutputItems.OfType<FunctionCallResponseItem>()];
        items.AddRange(first.OutputItems);
        items.AddRange(calls.Select(call => ResponseItem.CreateFunctionCallOutputItem(call.CallId, "Sunny")));
        ResponseResult second = await responses.CreateResponseAsync(Options(model, items), Cancellation);

        AssertCalled(calls[0].FunctionName, JsonElement.Parse(calls[0].FunctionArguments));
        AssertAnswered(second.GetOutputText());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Messages_take_the_result_of_a_call(string model)
    {
        using var sdk = new AnthropicDotNet(house.Gateway, await house.Gateway.NewKeyAsync());
        MessageParam question = new UserMessageParam(Question);

        Message first = await sdk.Client.Messages.Create(Request(model, question), Cancellation);
        ToolUseBlock[] calls = [.. first.Content.Select(block => block.TryPickToolUse(out ToolUseBlock? call) ? call : null).OfType<ToolUseBlock>()];
        MessageParam said = new AssistantMessageParam(new MessageContentParam([.. first.Content.Select(block => new ContentBlockParam(block.Json))]));
        MessageParam results = new UserMessageParam(new MessageContentParam([.. calls.Select(call => (ContentBlockParam)new ToolResultBlockParam(call.ID) { Content = "Sunny" })]));
        Message second = await sdk.Client.Messages.Create(Request(model, question, said, results), Cancellation);

        Assert.Equal("tool_use", first.StopReason!.Raw());
        AssertCalled(calls[0].Name, JsonSerializer.SerializeToElement(calls[0].Input));
        AssertAnswered(string.Concat(second.Content.Select(block => block.TryPickText(out TextBlock? text) ? text.Text : "")));
    }

    private static CreateResponseOptions Options(string model, IEnumerable<ResponseItem> items) => new(model, items)
    {
        Tools = { ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString(Schema), strictModeEnabled: false, "The weather in a city") },
    };

    private static MessageCreateParams Request(string model, params MessageParam[] messages) => new()
    {
        Model = model,
        MaxTokens = 4096,
        Messages = messages,
        Tools =
        [
            new Tool
            {
                Name = "get_weather",
                Description = "The weather in a city",
                InputSchema = new InputSchema { Properties = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("""{"type":"string"}""") }, Required = ["city"] },
            },
        ],
    };

    private static void AssertCalled(string name, JsonElement arguments)
    {
        Assert.Equal("get_weather", name);
        Assert.True(arguments.TryGetProperty("city", out _), arguments.GetRawText());
    }

    private static void AssertAnswered(string text) => Assert.StartsWith("Thank you, I have the tool's result.", text);
}
