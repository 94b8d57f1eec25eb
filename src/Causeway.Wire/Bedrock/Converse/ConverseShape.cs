using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>The shape of an answer in a Converse request: <c>outputConfig.textFormat</c>, where the schema is the text of a string, or a tool that must be called.</summary>
internal static class ConverseShape
{
    public static void Apply(JsonObject body, AnswerShape shape)
    {
        if (body["outputConfig"] is JsonObject config)
        {
            config.Remove("textFormat");
            if (config.Count == 0)
            {
                body.Remove("outputConfig");
            }
        }

        if (shape.CallerTool is { } tool)
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
                AddTool(ShapedBody.ObjectAt(body, "toolConfig"), shape);
                break;
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

    private static void AddTool(JsonObject config, AnswerShape shape)
    {
        JsonObject tool = new() { ["name"] = shape.Name };
        if (!string.IsNullOrWhiteSpace(shape.Description))
        {
            tool["description"] = shape.Description; // An empty one is refused.
        }

        tool["inputSchema"] = new JsonObject { ["json"] = ShapedBody.Parse(shape.Schema.Span) };
        if (shape.Strict)
        {
            tool["strict"] = true;
        }

        ShapedBody.ListAt(config, "tools").Add((JsonNode)new JsonObject { ["toolSpec"] = tool });
        config["toolChoice"] = new JsonObject { ["tool"] = new JsonObject { ["name"] = shape.Name } };
    }

    private static void RemoveTool(JsonObject body, string name)
    {
        if (body["toolConfig"] is not JsonObject config)
        {
            return;
        }

        config.Remove("toolChoice");
        if (config["tools"] is JsonArray tools)
        {
            tools.RemoveAll(tool => ShapedBody.IsText(tool?["toolSpec"]?["name"], name));
            if (tools.Count == 0)
            {
                body.Remove("toolConfig");
            }
        }
    }
}
