using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;

namespace Causeway.Wire.Tests.OpenAI;

public sealed class OpenAIEndpointTests
{
    [Theory]
    [InlineData("gpt-5.6-sol", "openai", false, null, Operation.ChatCompletions, Operation.ChatCompletions)]
    [InlineData("gpt-5.5-pro", "openai", false, null, Operation.ChatCompletions, Operation.Responses)]
    [InlineData("gpt-5-pro-2025-10-06", "openai", false, null, Operation.ChatCompletions, Operation.Responses)]
    [InlineData("o3-deep-research", "openai", false, null, Operation.ChatCompletions, Operation.Responses)]
    [InlineData("o3-pro", "openai", false, null, Operation.ChatCompletions, Operation.Responses)]
    [InlineData("gpt-5.3-codex", "openai", false, null, Operation.ChatCompletions, Operation.Responses)]
    [InlineData("gpt-6.1-sol", "openai", false, "max", Operation.ChatCompletions, Operation.Responses)]
    [InlineData("gpt-6.1-sol", "openai", false, "xhigh", Operation.ChatCompletions, Operation.ChatCompletions)]
    [InlineData("gpt-4o", "openai", true, null, Operation.Responses, Operation.Responses)]
    [InlineData("mistral-large-2512", "mistral", true, null, Operation.Responses, Operation.ChatCompletions)]
    [InlineData("grok-4.3", "xai", true, "high", Operation.Responses, Operation.Responses)]
    [InlineData("grok-4.3", "xai", true, "high", Operation.ChatCompletions, Operation.ChatCompletions)]
    [InlineData("grok-4.3", "xai", true, "high", Operation.Messages, Operation.ChatCompletions)]
    [InlineData("gpt-5.6-sol", "openai", false, null, Operation.Messages, Operation.Responses)]
    [InlineData("gpt-4.1", "openai", true, null, Operation.Messages, Operation.ChatCompletions)]
    [InlineData("o3", "openai", true, null, Operation.StreamGenerateContent, Operation.Responses)]
    [InlineData("openai.gpt-5.6-sol", "openai", false, null, Operation.GenerateContent, Operation.Responses)]
    [InlineData("openai.gpt-oss-120b-1:0", "openai", true, null, Operation.GenerateContent, Operation.ChatCompletions)]
    [InlineData("openai/gpt-5.6-sol", "openrouter", true, "high", Operation.ChatCompletions, Operation.ChatCompletions)]
    [InlineData("text-embedding-3-small", "openai", false, null, Operation.Embeddings, Operation.Embeddings)]
    [InlineData("claude", "openai", false, null, Operation.MessagesCountTokens, Operation.MessagesCountTokens)]
    public void The_operation_follows_from_model_server_and_request(
        string model, string server, bool hasTools, string? effort, Operation asked, Operation expected) =>
        Assert.Equal(expected, OpenAIEndpoint.For(model, server, hasTools, effort, asked));

    [Theory]
    [InlineData("gpt-5.6", true)]
    [InlineData("gpt-6-luna-2026-08-04", true)]
    [InlineData("gpt-7", true)]
    [InlineData("gpt-5.5-2026-04-23", false)]
    [InlineData("gpt-4.1", false)]
    [InlineData("gpt-oss-120b", false)]
    public void Cache_breakpoints_are_taken_from_gpt_5_6_on(string model, bool takes) =>
        Assert.Equal(takes, OpenAIModelRules.Of(model).CacheBreakpoints);

    [Theory]
    [InlineData("gpt-5", "none", "minimal")]
    [InlineData("gpt-5", "max", "high")]
    [InlineData("gpt-6-astra", "none", "low")]
    [InlineData("gpt-6.1-sol", "max", "xhigh")]
    [InlineData("gpt-5.6-sol", "max", "max")]
    [InlineData("gpt-4.1", "high", null)]
    [InlineData("our-deployment", "max", "max")]
    public void An_effort_becomes_the_nearest_that_the_model_takes(string model, string asked, string? sent)
    {
        NeutralRequest request = Chat.Chatting.Request(Operation.Messages, [], Concept.ReasoningEffort);
        request.Reasoning = new ReasoningAsk(Efforts.Parse(asked));

        Assert.Equal(sent, Chat.Chatting.Written(request, Chat.Chatting.Target(model))["reasoning_effort"]?.GetValue<string>());
    }
}
