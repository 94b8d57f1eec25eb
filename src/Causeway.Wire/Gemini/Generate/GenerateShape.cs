using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The shape of an answer in a generateContent request: <c>responseJsonSchema</c> with its media type, or a function that must be called.</summary>
/// <remarks>A caller's own body may spell members in snake case; what is set here takes their place whichever way they were spelled.</remarks>
internal static class GenerateShape
{
    public static void Apply(JsonObject body, AnswerShape shape)
    {
        JsonObject config = ShapedBody.ObjectAt(body, "generationConfig", "generation_config");
        ShapedBody.Remove(config, "responseMimeType", "response_mime_type", "responseSchema", "response_schema", "responseJsonSchema", "response_json_schema");
        if (shape.CallerTool is { } tool)
        {
            RemoveTool(body, ToolNames.ToTarget(tool) ?? tool, tool);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                config["responseMimeType"] = "application/json";
                config["responseJsonSchema"] = ShapedBody.Parse(shape.Schema.Span);
                break;
            case ShapeCarrier.ForcedTool:
                AddTool(body, shape);
                break;
            case ShapeCarrier.JsonMode:
                config["responseMimeType"] = "application/json";
                break;
        }

        if (config.Count == 0)
        {
            ShapedBody.Remove(body, "generationConfig", "generation_config");
        }

        if (shape.Instruction is { } instruction)
        {
            ShapedBody.ListAt(ShapedBody.ObjectAt(body, "systemInstruction", "system_instruction"), "parts").Add((JsonNode)new JsonObject { ["text"] = instruction });
        }

        foreach (Correction correction in shape.Corrections)
        {
            JsonArray contents = Contents(body);
            if (correction.Answer.Length > 0)
            {
                contents.Add((JsonNode)Content("model", correction.Answer));
            }

            contents.Add((JsonNode)Content("user", correction.Told));
        }
    }

    private static JsonObject Content(string role, string text) =>
        new() { ["role"] = role, ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) };

    // Protobuf takes one value for a list of one.
    private static JsonArray Contents(JsonObject body)
    {
        if (body["contents"] is JsonObject single)
        {
            body.Remove("contents");
            body["contents"] = new JsonArray(single);
        }

        return ShapedBody.ListAt(body, "contents");
    }

    private static void AddTool(JsonObject body, AnswerShape shape)
    {
        string name = ToolNames.ToTarget(shape.Name) ?? shape.Name;
        JsonObject function = new() { ["name"] = name };
        if (shape.Description is not null)
        {
            function["description"] = shape.Description;
        }

        function["parametersJsonSchema"] = ShapedBody.Parse(shape.Schema.Span);
        ShapedBody.ListAt(body, "tools").Add((JsonNode)new JsonObject { ["functionDeclarations"] = new JsonArray(function) });
        JsonObject calling = ShapedBody.ObjectAt(ShapedBody.ObjectAt(body, "toolConfig", "tool_config"), "functionCallingConfig", "function_calling_config");
        ShapedBody.Remove(calling, "allowed_function_names");
        calling["mode"] = "ANY";
        calling["allowedFunctionNames"] = new JsonArray((JsonNode)name);
    }

    private static void RemoveTool(JsonObject body, string mapped, string name)
    {
        if (body["toolConfig"] as JsonObject is { } camel)
        {
            ShapedBody.Remove(camel, "functionCallingConfig", "function_calling_config");
        }

        if (body["tool_config"] as JsonObject is { } snake)
        {
            ShapedBody.Remove(snake, "functionCallingConfig", "function_calling_config");
        }

        if (body["tools"] is not JsonArray tools)
        {
            return;
        }

        foreach (JsonArray functions in tools.Select(tool => tool?["functionDeclarations"] ?? tool?["function_declarations"]).OfType<JsonArray>())
        {
            functions.RemoveAll(function => ShapedBody.IsText(function?["name"], mapped) || ShapedBody.IsText(function?["name"], name));
        }

        tools.RemoveAll(tool => (tool?["functionDeclarations"] ?? tool?["function_declarations"]) is JsonArray { Count: 0 }
            && tool is JsonObject { Count: 1 });
        if (tools.Count == 0)
        {
            body.Remove("tools");
        }
    }
}
