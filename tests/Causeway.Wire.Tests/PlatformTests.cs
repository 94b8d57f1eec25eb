namespace Causeway.Wire.Tests;

public sealed class PlatformTests
{
    private static readonly PlatformAddress AzureDated = new(Platform.AzureOpenAI, ApiVersion: "2025-04-01-preview");
    private static readonly PlatformAddress AzureV1 = new(Platform.AzureOpenAI);
    private static readonly PlatformAddress Vertex = new(Platform.Vertex, Project: "p-1", Location: "europe-west4");

    [Theory]
    [InlineData(Platform.OpenAI, "claude-x", Protocol.OpenAI)]
    [InlineData(Platform.Anthropic, "gpt-x", Protocol.Anthropic)]
    [InlineData(Platform.Gemini, "m", Protocol.Gemini)]
    [InlineData(Platform.Bedrock, "anthropic.claude-opus-5", Protocol.Bedrock)]
    [InlineData(Platform.AzureOpenAI, "my-deployment", Protocol.OpenAI)]
    [InlineData(Platform.Vertex, "gemini-4-argon", Protocol.Gemini)]
    [InlineData(Platform.Vertex, "claude-haiku-4-5@20251001", Protocol.Anthropic)]
    public void A_platform_speaks_one_protocol_for_each_model(Platform platform, string model, Protocol protocol) =>
        Assert.Equal(protocol, Platforms.ProtocolOf(platform, model));

    [Fact]
    public void Every_protocol_is_at_home_somewhere() => Assert.All(
        Enum.GetValues<Protocol>(), protocol => Assert.Equal(protocol, Platforms.ProtocolOf(PlatformAddress.HomeOf(protocol).Platform, "m")));

    [Theory]
    [InlineData(Operation.ChatCompletions, "/openai/deployments/gpt%2F1/chat/completions?api-version=2025-04-01-preview", "/openai/v1/chat/completions")]
    [InlineData(Operation.Embeddings, "/openai/deployments/gpt%2F1/embeddings?api-version=2025-04-01-preview", "/openai/v1/embeddings")]
    [InlineData(Operation.Responses, "/openai/responses?api-version=2025-04-01-preview", "/openai/v1/responses")]
    public void Azure_names_the_deployment_in_the_path_where_the_API_is_dated(Operation operation, string dated, string v1)
    {
        Assert.Equal(dated, UpstreamPath.For(AzureDated, operation, "gpt/1", stream: true));
        Assert.Equal(v1, UpstreamPath.For(AzureV1, operation, "gpt/1", stream: true));
    }

    [Theory]
    [InlineData(Operation.GenerateContent, "gemini-x", true, "publishers/google/models/gemini-x:generateContent")]
    [InlineData(Operation.StreamGenerateContent, "gemini-x", true, "publishers/google/models/gemini-x:streamGenerateContent?alt=sse")]
    [InlineData(Operation.StreamGenerateContent, "gemini-x", false, "publishers/google/models/gemini-x:streamGenerateContent")]
    [InlineData(Operation.GeminiCountTokens, "gemini-x", false, "publishers/google/models/gemini-x:countTokens")]
    [InlineData(Operation.Messages, "claude-haiku-4-5@20251001", false, "publishers/anthropic/models/claude-haiku-4-5@20251001:rawPredict")]
    [InlineData(Operation.Messages, "claude-opus-5", true, "publishers/anthropic/models/claude-opus-5:streamRawPredict")]
    [InlineData(Operation.Messages, "claude/../x?y", false, "publishers/anthropic/models/claude%2F..%2Fx%3Fy:rawPredict")]
    [InlineData(Operation.MessagesCountTokens, "claude-opus-5", false, "publishers/anthropic/models/count-tokens:rawPredict")]
    public void Vertex_has_a_publisher_and_a_verb(Operation operation, string model, bool stream, string path) =>
        Assert.Equal("/v1/projects/p-1/locations/europe-west4/" + path, UpstreamPath.For(Vertex, operation, model, stream));

    [Theory]
    [InlineData("anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-haiku-4-5-20251001-v1%3A0")]
    [InlineData("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.x", "arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.x")]
    public void Bedrock_has_the_model_as_one_segment(string model, string segment) => Assert.Equal(
        $"/model/{segment}/converse-stream", UpstreamPath.For(PlatformAddress.HomeOf(Protocol.Bedrock), Operation.ConverseStream, model, stream: true));

    [Theory]
    [InlineData(Operation.ChatCompletions)]
    [InlineData(Operation.Messages)]
    [InlineData(Operation.StreamGenerateContent)]
    public void At_home_a_path_is_the_protocols_own(Operation operation)
    {
        var home = PlatformAddress.HomeOf(Operations.ProtocolOf(operation));

        Assert.Equal(UpstreamPath.For(operation, "m", sse: true), UpstreamPath.For(home, operation, "m", stream: true));
        Assert.Equal(UpstreamPath.Models(Operations.ProtocolOf(operation)), UpstreamPath.Models(home));
        Assert.True(UpstreamPath.KeepsQuery(home, "claude-x"));
    }

    [Fact]
    public void A_list_of_models_is_where_there_is_one()
    {
        Assert.Equal("/openai/models?api-version=2025-04-01-preview", UpstreamPath.Models(AzureDated));
        Assert.Equal("/openai/v1/models", UpstreamPath.Models(AzureV1));
        Assert.Null(UpstreamPath.Models(Vertex));
        Assert.Null(UpstreamPath.Models(PlatformAddress.HomeOf(Protocol.Bedrock)));
        Assert.Equal([Platform.OpenAI, Platform.Anthropic, Platform.Gemini], Enum.GetValues<Platform>().Where(Platforms.ListsWhatItServes));
    }

    [Fact]
    public void A_callers_query_goes_only_where_the_path_is_the_callers_too()
    {
        Assert.False(UpstreamPath.KeepsQuery(AzureDated, "m"));
        Assert.False(UpstreamPath.KeepsQuery(Vertex, "claude-opus-5"));
        Assert.True(UpstreamPath.KeepsQuery(Vertex, "gemini-x"));
    }

    [Theory]
    [InlineData(Platform.OpenAI, "authorization", "Bearer AQ.s")]
    [InlineData(Platform.Anthropic, "x-api-key", "AQ.s")]
    [InlineData(Platform.Gemini, "x-goog-api-key", "AQ.s")]
    [InlineData(Platform.Bedrock, "authorization", "Bearer AQ.s")]
    [InlineData(Platform.AzureOpenAI, "api-key", "AQ.s")]
    [InlineData(Platform.Vertex, "x-goog-api-key", "AQ.s")]
    public void A_key_travels_in_one_header_only(Platform platform, string name, string value) =>
        Assert.Equal((name, value), Platforms.KeyHeader(platform, "AQ.s"));

    [Fact]
    public void Only_Anthropic_itself_must_see_a_version_header() => Assert.Equal(
        [Platform.Anthropic], Enum.GetValues<Platform>().Where(platform => Platforms.RequiredDefaults(platform).Length > 0));

    [Fact]
    public void Telemetry_knows_each_platform_by_its_own_name() =>
        Assert.Equal(
            ["openai", "anthropic", "gcp.gemini", "aws.bedrock", "azure.ai.openai", "gcp.vertex_ai"], Enum.GetValues<Platform>().Select(Platforms.GenAiName));
}
