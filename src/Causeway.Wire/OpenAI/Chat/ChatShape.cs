using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The shape of an answer in a chat request: <c>response_format</c>, or a function that must be called.</summary>
internal static class ChatShape
{
    public static void Apply(JsonObject body, AnswerShape shape, ServerDeviations server)
    {
        ShapedBody.Remove(body, "response_format");
        if (shape.CallerTool is { } asked)
        {
            RemoveTool(body, asked);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                body["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = Schema(shape, server) };
                break;
            case ShapeCarrier.ForcedTool:
                AddTool(body, shape, server);
                break;
            case ShapeCarrier.JsonMode:
                body["response_format"] = new JsonObject { ["type"] = "json_object" };
                break;
        }

        if (shape.Instruction is { } instruction)
        {
            AddInstruction(ShapedBody.ListAt(body, "messages"), instruction);
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

    private static JsonObject Schema(AnswerShape shape, ServerDeviations server)
    {
        JsonObject schema = new() { ["name"] = shape.Name };
        if (shape.Description is not null)
        {
            schema["description"] = shape.Description;
        }

        schema["schema"] = ShapedBody.Parse(shape.Schema.Span);
        if (shape.Strict && server.StrictMember)
        {
            schema["strict"] = true;
        }

        return schema;
    }

    private static void AddTool(JsonObject body, AnswerShape shape, ServerDeviations server)
    {
        JsonObject function = new() { ["name"] = shape.Name };
        if (shape.Description is not null)
        {
            function["description"] = shape.Description;
        }

        function["parameters"] = ShapedBody.Parse(shape.Schema.Span);
        if (shape.Strict && server.StrictMember)
        {
            function["strict"] = true;
        }

        ShapedBody.ListAt(body, "tools").Add((JsonNode)new JsonObject { ["type"] = "function", ["function"] = function });
        body["tool_choice"] = new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = shape.Name } };
    }

    // Both forms of the protocol: tools, and functions from before there were any.
    private static void RemoveTool(JsonObject body, string name)
    {
        if (body["tools"] is JsonArray tools)
        {
            tools.RemoveAll(tool => ShapedBody.IsText(tool?["function"]?["name"], name));
            if (tools.Count == 0)
            {
                ShapedBody.Remove(body, "tools", "parallel_tool_calls");
            }
        }

        if (body["functions"] is JsonArray functions)
        {
            functions.RemoveAll(function => ShapedBody.IsText(function?["name"], name));
            if (functions.Count == 0)
            {
                ShapedBody.Remove(body, "functions");
            }
        }

        ShapedBody.Remove(body, "tool_choice", "function_call");
    }

    private static void AddInstruction(JsonArray messages, string instruction)
    {
        if (messages is [JsonObject first, ..] && (ShapedBody.IsText(first["role"], "system") || ShapedBody.IsText(first["role"], "developer")))
        {
            ShapedBody.AddText(first, "content", instruction, text => new JsonObject { ["type"] = "text", ["text"] = text });
        }
        else
        {
            messages.Insert(0, new JsonObject { ["role"] = "system", ["content"] = instruction });
        }
    }
}
