using System.Text.Json.Nodes;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Shape;

/// <summary>A loop of calls with models that take no forced tool while they think, and bind what they thought to every byte before it: whichever turn forces the tool, the next one is taken.</summary>
public sealed class ForcedToolLoopTests
{
    private const string Tools = """[{"name":"get_weather","description":"Weather","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}]""";

    [Theory]
    [InlineData("auto", null)]
    [InlineData("any", null)]
    [InlineData("any", "auto")]
    [InlineData("tool", "auto")]
    [InlineData("auto", "any")]
    [InlineData("any", "any")]
    public async Task Every_turn_of_it_is_answered(string first, string? second)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        JsonObject asked = Ask(first, new JsonArray(Said("user", "Use the tool get_weather for Berlin")));

        Answer call = await house.AskAsync("/v1/messages", asked.ToJsonString());
        Assert.True(call.Status == 200, call.Text);
        JsonArray content = JsonNode.Parse(call.Text)!["content"]!.AsArray();
        JsonNode use = Assert.Single(content, block => (string?)block!["type"] == "tool_use")!;
        JsonObject result = new() { ["type"] = "tool_result", ["tool_use_id"] = (string)use["id"]!, ["content"] = "Sunny, 21 degrees" };
        JsonArray messages = asked["messages"]!.DeepClone().AsArray();
        messages.Add(Said("assistant", content.DeepClone()));
        messages.Add(Said("user", new JsonArray(result)));
        Answer next = await house.AskAsync("/v1/messages", Ask(second, messages).ToJsonString());

        Assert.True(next.Status == 200, next.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_thought_is_told_where_it_can_be_given_back(bool isForced)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        foreach (bool stream in (bool[])[false, true])
        {
            JsonObject asked = Ask(isForced ? "any" : "auto", new JsonArray(Said("user", "Use the tool get_weather for Berlin")));
            asked["stream"] = stream;
            Answer call = await house.AskAsync("/v1/messages", asked.ToJsonString());

            Assert.Equal((200, !isForced), (call.Status, call.Text.Contains("\"thinking\"", StringComparison.Ordinal)));
        }
    }

    private static JsonObject Ask(string? choice, JsonArray messages)
    {
        JsonObject asked = new() { ["model"] = "anthropic/claude-opus-5-5", ["max_tokens"] = 2000, ["tools"] = JsonNode.Parse(Tools), ["messages"] = messages };
        if (choice is not null)
        {
            asked["tool_choice"] = choice == "tool" ? new JsonObject { ["type"] = "tool", ["name"] = "get_weather" } : new JsonObject { ["type"] = choice };
        }

        return asked;
    }

    private static JsonObject Said(string role, JsonNode content) => new() { ["role"] = role, ["content"] = content };
}
