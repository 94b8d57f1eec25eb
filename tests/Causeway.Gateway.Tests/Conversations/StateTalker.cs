using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>A caller of responses that leaves its history with the provider.</summary>
internal sealed class StateTalker(ConversationHouse house, string session, bool streams = false, string? secret = null)
{
    private JsonElement _response;

    /// <summary>The id that its next request goes on from.</summary>
    public string? Last { get; set; }

    public Task<Answer> SayAsync(string text, string? dataClass = null) => SendAsync(text, dataClass);

    /// <summary>Says items.</summary>
    public Task<Answer> SayAsync(JsonArray items) => SendAsync(items, null);

    /// <summary>Gives the result that the last answer asked for.</summary>
    public Task<Answer> ReturnAsync(string result) => SendAsync(
        new JsonArray(new JsonObject
        {
            ["type"] = "function_call_output",
            ["call_id"] = _response.GetProperty("output").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "function_call").GetProperty("call_id").GetString(),
            ["output"] = result,
        }),
        null);

    /// <summary>Sends its history in place of the id, as it is told to.</summary>
    public Task<Answer> BeginAnewAsync(string text)
    {
        Last = null;
        return SayAsync(text);
    }

    private async Task<Answer> SendAsync(JsonNode input, string? dataClass)
    {
        var body = new JsonObject
        {
            ["model"] = "support",
            ["stream"] = streams,
            ["input"] = input,
            ["previous_response_id"] = Last,
            ["tools"] = JsonNode.Parse("""[{"type":"function","name":"look","parameters":{"type":"object","properties":{}}}]"""),
        };
        Answer answer = await house.SendAsync(new Saying(Saying.ResponsesPath, body.ToJsonString()), session, secret, dataClass);
        if (answer.Status == 200)
        {
            _response = streams ? EndOf(answer.Text) : answer.Json.Clone();
            Last = _response.GetProperty("id").GetString();
        }

        return answer;
    }

    private static JsonElement EndOf(string stream) =>
        JsonElement.Parse(stream.Split('\n').Last(line => line.StartsWith("data: {", StringComparison.Ordinal) && line.Contains("\"response.completed\"", StringComparison.Ordinal))[6..]).GetProperty("response");
}
