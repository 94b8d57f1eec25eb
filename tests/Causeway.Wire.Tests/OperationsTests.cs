namespace Causeway.Wire.Tests;

public sealed class OperationsTests
{
    [Theory]
    [InlineData(Operation.ChatCompletions, Protocol.OpenAI, "chat", "chat.completions", "/chat/completions")]
    [InlineData(Operation.Responses, Protocol.OpenAI, "chat", "responses", "/responses")]
    [InlineData(Operation.Embeddings, Protocol.OpenAI, "embeddings", "embeddings", "/embeddings")]
    [InlineData(Operation.Messages, Protocol.Anthropic, "chat", "messages", "/v1/messages")]
    [InlineData(Operation.MessagesCountTokens, Protocol.Anthropic, "count_tokens", "messages.count_tokens", "/v1/messages/count_tokens")]
    [InlineData(Operation.GenerateContent, Protocol.Gemini, "generate_content", "generateContent", "/v1beta/models/m-1:generateContent")]
    [InlineData(Operation.StreamGenerateContent, Protocol.Gemini, "generate_content", "streamGenerateContent", "/v1beta/models/m-1:streamGenerateContent?alt=sse")]
    [InlineData(Operation.GeminiCountTokens, Protocol.Gemini, "count_tokens", "countTokens", "/v1beta/models/m-1:countTokens")]
    [InlineData(Operation.EmbedContent, Protocol.Gemini, "embeddings", "embedContent", "/v1beta/models/m-1:embedContent")]
    [InlineData(Operation.BatchEmbedContents, Protocol.Gemini, "embeddings", "batchEmbedContents", "/v1beta/models/m-1:batchEmbedContents")]
    [InlineData(Operation.Converse, Protocol.Bedrock, "chat", "converse", "/model/m-1/converse")]
    [InlineData(Operation.ConverseStream, Protocol.Bedrock, "chat", "converse_stream", "/model/m-1/converse-stream")]
    [InlineData(Operation.ConverseCountTokens, Protocol.Bedrock, "count_tokens", "converse.count_tokens", "/model/m-1/count-tokens")]
    public void Every_operation_has_its_names(Operation operation, Protocol protocol, string genAi, string route, string path)
    {
        Assert.Equal(protocol, Operations.ProtocolOf(operation));
        Assert.Equal(genAi, Operations.GenAiName(operation));
        Assert.Equal(route, Operations.RouteName(operation));
        Assert.Equal(path, UpstreamPath.For(operation, "m-1", sse: true));
        Assert.Equal(path.Replace("?alt=sse", ""), UpstreamPath.For(operation, "m-1", sse: false));
        Assert.Equal(protocol == Protocol.Gemini, Operations.TryParseGemini(route, out Operation parsed));
        Assert.True(protocol != Protocol.Gemini || parsed == operation);
    }

    [Theory]
    [InlineData("GenerateContent")]
    [InlineData("generateContent ")]
    [InlineData("")]
    [InlineData("predict")]
    public void An_unknown_verb_is_none(string verb) => Assert.False(Operations.TryParseGemini(verb, out _));

    [Theory]
    [InlineData("models/m", "m")]
    [InlineData("../../v1/files", "..%2F..%2Fv1%2Ffiles")]
    [InlineData("m?key=x", "m%3Fkey%3Dx")]
    [InlineData("m#f", "m%23f")]
    [InlineData("%2e%2e", "%252e%252e")]
    [InlineData("a@host:b", "a%40host%3Ab")]
    public void A_model_stays_one_segment_of_the_path(string model, string segment) =>
        Assert.Equal($"/v1beta/models/{segment}:generateContent", UpstreamPath.For(Operation.GenerateContent, model, sse: false));
}
