using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>The shape of an answer in a Converse request: <c>outputConfig.textFormat</c>, where the schema is the text of a string, or a tool that must be called.</summary>
internal static class ConverseShape
{
    public static void Apply(JsonObject body, AnswerShape shape)
    {
        if (shape.Carrier != ShapeCarrier.CallersTool)
        {
            Set(body, shape);
        }

        if (shape.Instruction is { } instruction)
        {
            ShapedBody.ListAt(body, "system").Add((JsonNode)new JsonObject { ["text"] = instruction });
        }

        foreach (Correction correction in shape.Corrections)
        {
            JsonArray messages = ShapedBody.ListAt(body, "messages");
            if (correction.Answer.Length > 0)
            {
                messages.Add((JsonNode)Message("assistant", correction.Answer));
                messages.Add((JsonNode)Message("user", correction.Told));
            }
            else if (messages is [.., JsonObject last])
            {
                // Roles have to alternate here, so what is said to a model that said nothing joins what it was asked.
                ShapedBody.ListAt(last, "content").Add((JsonNode)new JsonObject { ["text"] = correction.Told });
            }
        }
    }

    private static void Set(JsonObject body, AnswerShape shape)
    {
        ShapedBody.RemoveWithin(body, "outputConfig", "textFormat");
        if (shape.CallerTool is { } tool && shape.Carrier != ShapeCarrier.ForcedTool)
        {
            RemoveTool(body, tool);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                ShapedBody.ObjectAt(body, "outputConfig")["textFormat"] =
                    new JsonObject { ["type"] = "json_schema", ["structure"] = new JsonObject { ["jsonSchema"] = Schema(shape) } };
                break;
            case ShapeCarrier.ForcedTool:
                SetTool(ShapedBody.ObjectAt(body, "toolConfig"), shape);
                break;
        }
    }

    private static JsonObject Schema(AnswerShape shape)
    {
        JsonObject schema = new() { ["schema"] = Encoding.UTF8.GetString(shape.Schema.Span), ["name"] = shape.Name };
        if (shape.Description is not null)
        {
            schema["description"] = shape.Description;
        }

        return schema;
    }

    private static JsonObject Message(string role, string text) =>
        new() { ["role"] = role, ["content"] = new JsonArray(new JsonObject { ["text"] = text }) };

    // The caller's own tool keeps its place and whatever else it says.
    private static void SetTool(JsonObject config, AnswerShape shape)
    {
        JsonObject? tool = shape.CallerTool is { } asked ? ShapedBody.FindTool(config["tools"], "toolSpec", asked) : null;
        if (tool is null)
        {
            tool = [];
            if (!string.IsNullOrWhiteSpace(shape.Description))
            {
                tool["description"] = shape.Description; // An empty one is refused.
            }

            ShapedBody.ListAt(config, "tools").Add((JsonNode)new JsonObject { ["toolSpec"] = tool });
        }

        tool["name"] = shape.Name;
        tool["inputSchema"] = new JsonObject { ["json"] = ShapedBody.Parse(shape.Schema.Span) };
        ShapedBody.SetFlag(tool, "strict", shape.Strict);
        config["toolChoice"] = new JsonObject { ["tool"] = new JsonObject { ["name"] = shape.Name } };
    }

    private static void RemoveTool(JsonObject body, string name)
    {
        if (body["toolConfig"] is not JsonObject config)
        {
            return;
        }

        config.Remove("toolChoice");
        if (IsLast(config["tools"], name) && ShapedBody.FindTool(config["tools"], "toolSpec", name) is { } last && HasCalls(body))
        {
            // A conversation with calls in it is refused without any tool, and no choice here says that none may be called: words do.
            last.Remove("strict");
            ShapedBody.ListAt(body, "system").Add((JsonNode)new JsonObject { ["text"] = ConverseTools.CallNone });
        }
        else if (ShapedBody.RemoveTools(config["tools"], "toolSpec", name) || IsLast(config["tools"], name: null))
        {
            body.Remove("toolConfig");
        }
    }

    // Points of caching stand among the tools and are none.
    private static bool IsLast(JsonNode? tools, string? name) =>
        tools is JsonArray list
        && list.OfType<JsonObject>().All(tool => tool["toolSpec"] is JsonObject spec ? ShapedBody.IsText(spec["name"], name ?? "") : tool["systemTool"] is null);

    private static bool HasCalls(JsonObject body) =>
        body["messages"] is JsonArray messages
        && messages.OfType<JsonObject>().SelectMany(message => message["content"] as JsonArray ?? []).OfType<JsonObject>()
            .Any(block => block["toolUse"] is not null || block["toolResult"] is not null);
}
