using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Sdks;

/// <summary>The <c>@anthropic-ai/sdk</c> package for Node.</summary>
public sealed class AnthropicNodeTests(Quickstart house)
{
    private const string Answer = "Hello from the simulator! You said: Hello";

    [Fact]
    public async Task Messages_answer_and_name_the_request_and_who_served_it()
    {
        JsonElement message = await RunAsync("messages");

        Assert.Equal(Answer, message.GetProperty("text").GetString());
        Assert.Equal("end_turn", message.GetProperty("stop").GetString());
        Assert.True(message.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
        Assert.StartsWith("req_", message.GetProperty("request").GetString());
        Assert.Equal("sim-anthropic/claude-sonnet-4-6", message.GetProperty("servedBy").GetString());
    }

    [Fact]
    public async Task Messages_stream_from_start_to_stop()
    {
        JsonElement stream = await RunAsync("stream");
        string?[] types = [.. stream.GetProperty("types").EnumerateArray().Select(type => type.GetString())];

        Assert.Equal(Answer, stream.GetProperty("text").GetString());
        Assert.Equal("message_start", types[0]);
        Assert.Equal("message_stop", types[^1]);
        Assert.True(stream.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_is_taken()
    {
        JsonElement tools = await RunAsync("tools");

        Assert.Equal("tool_use", tools.GetProperty("stop").GetString());
        Assert.Equal("get_weather", tools.GetProperty("name").GetString());
        Assert.True(tools.GetProperty("input").TryGetProperty("city", out _));
        Assert.StartsWith("Thank you, I have the tool's result.", tools.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Tokens_are_counted() => Assert.Equal(2, (await RunAsync("countTokens")).GetProperty("input_tokens").GetInt32());

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        JsonElement models = await RunAsync("models");

        Assert.Contains("claude-sonnet-4-6", models.GetProperty("ids").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal("claude-sonnet-4-6", models.GetProperty("one").GetString());
    }

    [Theory]
    [InlineData("unknownKey", "AuthenticationError", 401, "key_unknown")]
    [InlineData("unknownModel", "NotFoundError", 404, "model_unknown")]
    public async Task A_refusal_is_thrown_as_the_SDKs_own_error_with_our_code(string name, string type, int status, string code)
    {
        JsonElement error = await RunAsync(name);

        Assert.Equal(type, error.GetProperty("type").GetString());
        Assert.Equal(status, error.GetProperty("status").GetInt32());
        Assert.Equal(code, error.GetProperty("causeway").GetString());
    }

    private Task<JsonElement> RunAsync(string name) => NodeSdk.RunAsync("anthropic", name, house.Gateway.Welcome.Anthropic, house.Key);
}
