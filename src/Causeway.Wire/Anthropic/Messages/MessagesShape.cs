using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The shape of an answer in a Messages request: <c>output_config.format</c>, or a tool that must be called. There is no JSON mode.</summary>
internal static class MessagesShape
{
    public static void Apply(JsonObject body, AnswerShape shape)
    {
        ShapedBody.Remove(body, "output_format");
        if (body["output_config"] is JsonObject config)
        {
            config.Remove("format");
            if (config.Count == 0)
            {
                body.Remove("output_config");
            }
        }

        if (shape.CallerTool is { } tool)
        {
            RemoveTool(body, tool);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                ShapedBody.ObjectAt(body, "output_config")["format"] =
                    new JsonObject { ["type"] = "json_schema", ["schema"] = ShapedBody.Parse(shape.Schema.Span) };
                break;
            case ShapeCarrier.ForcedTool:
                AddTool(body, shape);
                break;
        }

        if (shape.Instruction is { } instruction)
        {
            ShapedBody.AddText(body, "system", instruction, text => new JsonObject { ["type"] = "text", ["text"] = text });
        }

        foreach (Correction correction in shape.Corrections)
        {
            JsonArray messages = ShapedBody.ListAt(body, "messages");
            if (correction.Answer.Length > 0)
            {
                messages.Add((JsonNode)new JsonObject { ["role"] = "assistant", ["content"] = correction.Answer });
            }

            messages.Add((JsonNode)new JsonObject { ["role"] = "user", ["content"] = correction.Told });
        }
    }

    private static void AddTool(JsonObject body, AnswerShape shape)
    {
        JsonObject tool = new() { ["name"] = shape.Name };
        if (shape.Description is not null)
        {
            tool["description"] = shape.Description;
        }

        tool["input_schema"] = ShapedBody.Parse(shape.Schema.Span);
        if (shape.Strict)
        {
            tool["strict"] = true;
        }

        ShapedBody.ListAt(body, "tools").Add((JsonNode)tool);
        body["tool_choice"] = new JsonObject { ["type"] = "tool", ["name"] = shape.Name };
    }

    private static void RemoveTool(JsonObject body, string name)
    {
        if (body["tools"] is JsonArray tools)
        {
            tools.RemoveAll(tool => ShapedBody.IsText(tool?["name"], name));
            if (tools.Count == 0)
            {
                ShapedBody.Remove(body, "tools");
            }
        }

        ShapedBody.Remove(body, "tool_choice");
    }
}
