using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The shape of an answer in a generateContent request: <c>responseJsonSchema</c> with its media type, or a function that must be called.</summary>
/// <remarks>A caller's own body may spell members in snake case; what is set here takes their place whichever way they were spelled.</remarks>
internal static class GenerateShape
{
    public static void Apply(JsonObject body, AnswerShape shape)
    {
        if (shape.Carrier != ShapeCarrier.CallersTool)
        {
            Set(body, shape);
        }

        if (shape.Instruction is { } instruction)
        {
            ShapedBody.RepeatedAt(ShapedBody.ObjectAt(body, "systemInstruction", "system_instruction"), "parts").Add((JsonNode)new JsonObject { ["text"] = instruction });
        }

        foreach (Correction correction in shape.Corrections)
        {
            JsonArray contents = ShapedBody.RepeatedAt(body, "contents");
            if (correction.Answer.Length > 0)
            {
                contents.Add((JsonNode)Content("model", correction.Answer));
            }

            contents.Add((JsonNode)Content("user", correction.Told));
        }
    }

    private static void Set(JsonObject body, AnswerShape shape)
    {
        JsonObject config = ShapedBody.ObjectAt(body, "generationConfig", "generation_config");
        ShapedBody.Remove(config, "responseMimeType", "response_mime_type", "responseSchema", "response_schema", "responseJsonSchema", "response_json_schema");
        if (shape.CallerTool is { } tool && shape.Carrier != ShapeCarrier.ForcedTool)
        {
            RemoveTool(body, tool);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                config["responseMimeType"] = "application/json";
                config["responseJsonSchema"] = ShapedBody.Parse(shape.Schema.Span);
                break;
            case ShapeCarrier.ForcedTool:
                SetTool(body, shape);
                break;
            case ShapeCarrier.JsonMode:
                config["responseMimeType"] = "application/json";
                break;
        }

        if (config.Count == 0)
        {
            ShapedBody.Remove(body, "generationConfig", "generation_config");
        }
    }

    private static JsonObject Content(string role, string text) =>
        new() { ["role"] = role, ["parts"] = new JsonArray(new JsonObject { ["text"] = text }) };

    // The caller's own tool keeps its place and whatever else it says.
    private static void SetTool(JsonObject body, AnswerShape shape)
    {
        string name = ToolNames.ToTarget(shape.Name) ?? shape.Name;
        JsonObject? function = shape.CallerTool is { } asked
            ? Functions(body).SelectMany(functions => functions).OfType<JsonObject>().FirstOrDefault(function => IsNamed(function, asked))
            : null;
        if (function is null)
        {
            function = [];
            if (shape.Description is not null)
            {
                function["description"] = shape.Description;
            }

            ShapedBody.RepeatedAt(body, "tools").Add((JsonNode)new JsonObject { ["functionDeclarations"] = new JsonArray(function) });
        }

        function["name"] = name;
        ShapedBody.Remove(function, "parameters", "parameters_json_schema");
        function["parametersJsonSchema"] = ShapedBody.Parse(shape.Schema.Span);
        JsonObject calling = ShapedBody.ObjectAt(ShapedBody.ObjectAt(body, "toolConfig", "tool_config"), "functionCallingConfig", "function_calling_config");
        ShapedBody.Remove(calling, "allowed_function_names");
        calling["mode"] = "ANY";
        calling["allowedFunctionNames"] = new JsonArray((JsonNode)name);
    }

    private static void RemoveTool(JsonObject body, string name)
    {
        foreach (JsonObject config in new[] { body["toolConfig"], body["tool_config"] }.OfType<JsonObject>())
        {
            ShapedBody.Remove(config, "functionCallingConfig", "function_calling_config");
        }

        foreach (JsonArray functions in Functions(body))
        {
            functions.RemoveAll(function => IsNamed(function, name));
        }

        if (body["tools"] is not JsonArray tools)
        {
            return;
        }

        tools.RemoveAll(tool => tool is JsonObject { Count: 1 } only && (only["functionDeclarations"] ?? only["function_declarations"]) is JsonArray { Count: 0 });
        if (tools.Count == 0)
        {
            body.Remove("tools");
        }
    }

    private static List<JsonArray> Functions(JsonObject body) =>
        body["tools"] is null
            ? []
            : [.. ShapedBody.RepeatedAt(body, "tools").OfType<JsonObject>()
                .Where(tool => (tool["functionDeclarations"] ?? tool["function_declarations"]) is not null)
                .Select(tool => ShapedBody.RepeatedAt(tool, "functionDeclarations", "function_declarations"))];

    // As the caller of this protocol wrote it, or as the name was written for it.
    private static bool IsNamed(JsonNode? function, string name) =>
        function is JsonObject named && (ShapedBody.IsText(named["name"], name) || ShapedBody.IsText(named["name"], ToolNames.ToTarget(name) ?? name));
}
