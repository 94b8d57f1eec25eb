using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Sdks;

/// <summary>The <c>openai</c> package for Node, with another base URL and another key and nothing else.</summary>
public sealed class OpenAINodeTests(Quickstart house)
{
    private const string Answer = "Hello from the simulator! You said: Hello";

    [Fact]
    public async Task Chat_completes_and_names_the_request_and_who_served_it()
    {
        JsonElement chat = await RunAsync("chat");

        Assert.Equal(Answer, chat.GetProperty("text").GetString());
        Assert.Equal("stop", chat.GetProperty("finish").GetString());
        Assert.True(chat.GetProperty("usage").GetProperty("completion_tokens").GetInt32() > 0);
        Assert.StartsWith("req_", chat.GetProperty("request").GetString());
        Assert.Equal("sim-openai/gpt-5.4-mini", chat.GetProperty("servedBy").GetString());
    }

    [Fact]
    public async Task A_stream_that_did_not_ask_for_usage_does_not_see_the_chunk_that_the_gateway_asked_for()
    {
        JsonElement stream = await RunAsync("stream");

        Assert.Equal(Answer, stream.GetProperty("text").GetString());
        Assert.True(stream.GetProperty("chunks").GetInt32() > 3);
        Assert.Equal(0, stream.GetProperty("withoutChoices").GetInt32());
        Assert.Equal(0, stream.GetProperty("withUsage").GetInt32());
    }

    [Fact]
    public async Task A_stream_that_asked_for_usage_gets_it()
    {
        JsonElement stream = await RunAsync("streamWithUsage");

        Assert.Equal(1, stream.GetProperty("withoutChoices").GetInt32());
        Assert.Equal(13, stream.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_is_taken()
    {
        JsonElement tools = await RunAsync("tools");

        Assert.Equal("get_weather", tools.GetProperty("name").GetString());
        Assert.True(tools.GetProperty("arguments").TryGetProperty("city", out _));
        Assert.StartsWith("Thank you, I have the tool's result.", tools.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Responses_answer()
    {
        JsonElement response = await RunAsync("responses");

        Assert.Equal(Answer, response.GetProperty("text").GetString());
        Assert.Equal("completed", response.GetProperty("status").GetString());
        Assert.True(response.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task Responses_stream_from_created_to_completed()
    {
        JsonElement stream = await RunAsync("responsesStream");
        string?[] types = [.. stream.GetProperty("types").EnumerateArray().Select(type => type.GetString())];

        Assert.Equal(Answer, stream.GetProperty("text").GetString());
        Assert.Equal("response.created", types[0]);
        Assert.Equal("response.completed", types[^1]);
        Assert.True(stream.GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task Embeddings_come_back_one_for_each_input()
    {
        JsonElement embeddings = await RunAsync("embeddings");

        Assert.Equal([1536, 1536], embeddings.GetProperty("vectors").EnumerateArray().Select(length => length.GetInt32()));
        Assert.Equal(2, embeddings.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        JsonElement models = await RunAsync("models");

        Assert.Contains("gpt-5.4-mini", models.GetProperty("ids").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("gpt-5.4-mini", models.GetProperty("one").GetString());
    }

    [Theory]
    [InlineData("unknownKey", "AuthenticationError", 401, "key_unknown")]
    [InlineData("unknownModel", "NotFoundError", 404, "model_unknown")]
    [InlineData("otherEmbeddings", "BadRequestError", 400, "protocol_mismatch")]
    public async Task A_refusal_is_thrown_as_the_SDKs_own_error_with_our_code(string name, string type, int status, string code)
    {
        JsonElement error = await RunAsync(name);

        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.Equal(status, error.GetProperty("status").GetInt32());
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Equal(code, error.GetProperty("causeway").GetString());
    }

    private Task<JsonElement> RunAsync(string name) => NodeSdk.RunAsync("openai", name, house.Gateway.Welcome.OpenAI, house.Key);
}
