using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>The shape of an answer in a Messages request: <c>output_config.format</c>, or a tool that must be called. There is no JSON mode.</summary>
internal static class MessagesShape
{
    public static void Apply(JsonObject body, AnswerShape shape)
    {
        if (shape.Carrier != ShapeCarrier.CallersTool)
        {
            Set(body, shape);
        }

        if (shape.Instruction is { } instruction)
        {
            ShapedBody.AddText(body, "system", instruction, text => new JsonObject { ["type"] = "text", ["text"] = text });
        }

        if (shape.Corrections.Count > 0)
        {
            ShapedBody.AddCorrections(ShapedBody.ListAt(body, "messages"), shape.Corrections);
        }
    }

    private static void Set(JsonObject body, AnswerShape shape)
    {
        ShapedBody.Remove(body, "output_format");
        ShapedBody.RemoveWithin(body, "output_config", "format");
        if (shape.CallerTool is { } tool && shape.Carrier != ShapeCarrier.ForcedTool)
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
                SetTool(body, shape);
                break;
        }
    }

    // The caller's own tool keeps its place and whatever else it says, such as its mark of caching.
    private static void SetTool(JsonObject body, AnswerShape shape)
    {
        JsonObject? tool = shape.CallerTool is { } asked ? ShapedBody.FindTool(body["tools"], within: null, asked) : null;
        if (tool is null)
        {
            tool = [];
            if (shape.Description is not null)
            {
                tool["description"] = shape.Description;
            }

            ShapedBody.ListAt(body, "tools").Add((JsonNode)tool);
        }

        tool["name"] = shape.Name;
        tool["input_schema"] = ShapedBody.Parse(shape.Schema.Span);
        ShapedBody.SetFlag(tool, "strict", shape.Strict);

        // One call is one answer.
        body["tool_choice"] = new JsonObject { ["type"] = "tool", ["name"] = shape.Name, ["disable_parallel_tool_use"] = true };
    }

    private static void RemoveTool(JsonObject body, string name)
    {
        ShapedBody.Remove(body, "tool_choice");
        if (body["tools"] is JsonArray { Count: 1 } && ShapedBody.FindTool(body["tools"], within: null, name) is { } last && HasCalls(body))
        {
            // A conversation with calls in it is refused without any tool, so the last one stays, as one that must not be called.
            last.Remove("strict");
            body["tool_choice"] = new JsonObject { ["type"] = "none" };
        }
        else if (ShapedBody.RemoveTools(body["tools"], within: null, name))
        {
            ShapedBody.Remove(body, "tools");
        }
    }

    private static bool HasCalls(JsonObject body) =>
        body["messages"] is JsonArray messages
        && messages.OfType<JsonObject>().SelectMany(message => message["content"] as JsonArray ?? []).OfType<JsonObject>()
            .Any(block => ShapedBody.IsText(block["type"], "tool_use") || ShapedBody.IsText(block["type"], "tool_result"));
}
