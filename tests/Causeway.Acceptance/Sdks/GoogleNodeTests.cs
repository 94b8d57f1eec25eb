using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Sdks;

/// <summary>The <c>@google/genai</c> package for Node, which calls <c>/v1</c> unless it is told otherwise, and <c>/v1beta</c> in its earlier releases.</summary>
public sealed class GoogleNodeTests(Quickstart house)
{
    private const string Answer = "Hello from the simulator! You said: Hello";
    private const string ItsDefault = "";
    private const string Beta = "v1beta";

    [Theory]
    [InlineData(ItsDefault)]
    [InlineData(Beta)]
    public async Task GenerateContent_answers_and_names_the_request_and_who_served_it(string version)
    {
        JsonElement content = await RunAsync("generateContent", version);

        Assert.Equal(Answer, content.GetProperty("text").GetString());
        Assert.Equal("STOP", content.GetProperty("finish").GetString());
        Assert.True(content.GetProperty("usage").GetProperty("candidatesTokenCount").GetInt32() > 0);
        Assert.StartsWith("req_", content.GetProperty("request").GetString());
        Assert.Equal("sim-gemini/gemini-2.5-flash", content.GetProperty("servedBy").GetString());
    }

    [Theory]
    [InlineData(ItsDefault)]
    [InlineData(Beta)]
    public async Task GenerateContentStream_streams(string version)
    {
        JsonElement stream = await RunAsync("generateContentStream", version);

        Assert.Equal(Answer, stream.GetProperty("text").GetString());
        Assert.True(stream.GetProperty("chunks").GetInt32() > 3);
        Assert.True(stream.GetProperty("usage").GetProperty("candidatesTokenCount").GetInt32() > 0);
    }

    [Theory]
    [InlineData(ItsDefault)]
    [InlineData(Beta)]
    public async Task A_function_is_called(string version)
    {
        JsonElement tools = await RunAsync("tools", version);

        Assert.Equal("get_weather", tools.GetProperty("name").GetString());
        Assert.True(tools.GetProperty("args").TryGetProperty("city", out _));
    }

    [Theory]
    [InlineData(ItsDefault)]
    [InlineData(Beta)]
    public async Task Tokens_are_counted(string version) =>
        Assert.Equal(2, (await RunAsync("countTokens", version)).GetProperty("totalTokens").GetInt32());

    [Theory]
    [InlineData(ItsDefault)]
    [InlineData(Beta)]
    public async Task EmbedContent_gives_one_vector_for_each_content(string version) =>
        Assert.Equal([3072, 3072], (await RunAsync("embedContent", version)).GetProperty("vectors").EnumerateArray().Select(length => length.GetInt32()));

    [Theory]
    [InlineData(ItsDefault)]
    [InlineData(Beta)]
    public async Task Models_are_listed(string version) =>
        Assert.Contains("models/gemini-2.5-flash", (await RunAsync("models", version)).GetProperty("names").EnumerateArray().Select(name => name.GetString()));

    [Theory]
    [InlineData("unknownKey", 401, "key_unknown", ItsDefault)]
    [InlineData("unknownModel", 404, "model_unknown", ItsDefault)]
    [InlineData("otherEmbeddings", 400, "protocol_mismatch", ItsDefault)]
    [InlineData("unknownKey", 401, "key_unknown", Beta)]
    [InlineData("unknownModel", 404, "model_unknown", Beta)]
    [InlineData("otherEmbeddings", 400, "protocol_mismatch", Beta)]
    public async Task A_refusal_is_thrown_as_the_SDKs_own_error_with_our_code(string name, int status, string code, string version)
    {
        JsonElement error = await RunAsync(name, version);

        Assert.Equal("ApiError", error.GetProperty("type").GetString());
        Assert.Equal(status, error.GetProperty("status").GetInt32());
        Assert.Contains($"\"reason\":\"{code}\"", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private Task<JsonElement> RunAsync(string name, string version) => NodeSdk.RunAsync("google", name, house.Gateway.Welcome.Gemini, house.Key, version);
}
