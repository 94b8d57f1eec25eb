using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>The shape of an answer in a Responses request: <c>text.format</c>, or a function that must be called.</summary>
internal static class ResponsesShape
{
    public static void Apply(JsonObject body, AnswerShape shape, Target target)
    {
        if (shape.Carrier != ShapeCarrier.CallersTool)
        {
            Set(body, shape, target);
        }

        if (shape.Instruction is { } instruction)
        {
            ShapedBody.AddText(body, "instructions", instruction, text => text);
        }

        if (shape.Corrections.Count > 0)
        {
            ShapedBody.AddCorrections(Input(body), shape.Corrections);
        }
    }

    private static void Set(JsonObject body, AnswerShape shape, Target target)
    {
        ShapedBody.RemoveWithin(body, "text", "format");
        if (shape.CallerTool is { } tool && shape.Carrier != ShapeCarrier.ForcedTool)
        {
            RemoveTool(body, tool);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                ShapedBody.ObjectAt(body, "text")["format"] = Named(shape, "json_schema", "schema");
                break;
            case ShapeCarrier.ForcedTool:
                SetTool(body, shape, target);
                break;
            case ShapeCarrier.JsonMode:
                ShapedBody.ObjectAt(body, "text")["format"] = new JsonObject { ["type"] = "json_object" };
                break;
        }
    }

    // The flat form that formats and functions share. What is not strict is said, since leaving it out means "if the schema allows it".
    private static JsonObject Named(AnswerShape shape, string type, string schema)
    {
        JsonObject named = new() { ["type"] = type, ["name"] = shape.Name };
        if (shape.Description is not null)
        {
            named["description"] = shape.Description;
        }

        named[schema] = ShapedBody.Parse(shape.Schema.Span);
        named["strict"] = shape.Strict;
        return named;
    }

    // The caller's own tool keeps its place and whatever else it says.
    private static void SetTool(JsonObject body, AnswerShape shape, Target target)
    {
        if (shape.CallerTool is { } asked && ShapedBody.FindTool(body["tools"], within: null, asked) is { } tool)
        {
            tool["name"] = shape.Name;
            tool["parameters"] = ShapedBody.Parse(shape.Schema.Span);
            tool["strict"] = shape.Strict;
        }
        else
        {
            ShapedBody.ListAt(body, "tools").Add((JsonNode)Named(shape, "function", "parameters"));
        }

        body["tool_choice"] = new JsonObject { ["type"] = "function", ["name"] = shape.Name };
        if (OpenAIModelRules.TakesSingleCall(target))
        {
            body["parallel_tool_calls"] = false; // One call is one answer.
        }
    }

    private static void RemoveTool(JsonObject body, string name)
    {
        if (ShapedBody.RemoveTools(body["tools"], within: null, name))
        {
            ShapedBody.Remove(body, "tools", "parallel_tool_calls", "max_tool_calls");
        }

        ShapedBody.Remove(body, "tool_choice");
    }

    private static JsonArray Input(JsonObject body)
    {
        if (body["input"] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            body["input"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = value.GetValue<string>() });
        }

        return ShapedBody.ListAt(body, "input");
    }
}
