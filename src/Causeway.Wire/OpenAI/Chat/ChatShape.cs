using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Servers;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>The shape of an answer in a chat request: <c>response_format</c>, or a function that must be called.</summary>
internal static class ChatShape
{
    public static void Apply(JsonObject body, AnswerShape shape, Target target)
    {
        if (shape.Carrier != ShapeCarrier.CallersTool)
        {
            Set(body, shape, target);
        }

        if (shape.Instruction is { } instruction)
        {
            AddInstruction(ShapedBody.ListAt(body, "messages"), instruction);
        }

        if (shape.Corrections.Count > 0)
        {
            ShapedBody.AddCorrections(ShapedBody.ListAt(body, "messages"), shape.Corrections);
        }
    }

    private static void Set(JsonObject body, AnswerShape shape, Target target)
    {
        ServerDeviations server = ServerList.Of(target.Server);
        ShapedBody.Remove(body, "response_format");
        if (shape.CallerTool is { } asked && shape.Carrier != ShapeCarrier.ForcedTool)
        {
            RemoveTool(body, asked);
        }

        switch (shape.Carrier)
        {
            case ShapeCarrier.Format:
                body["response_format"] = new JsonObject { ["type"] = "json_schema", ["json_schema"] = Schema(shape, server) };
                break;
            case ShapeCarrier.ForcedTool:
                if (!TrySetFirstForm(body, shape))
                {
                    SetTool(body, shape, target, server);
                }

                break;
            case ShapeCarrier.JsonMode:
                body["response_format"] = new JsonObject { ["type"] = "json_object" };
                break;
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

    // The caller's own tool keeps its place and whatever else it says.
    private static void SetTool(JsonObject body, AnswerShape shape, Target target, ServerDeviations server)
    {
        JsonObject? function = shape.CallerTool is { } asked ? ShapedBody.FindTool(body["tools"], "function", asked) : null;
        if (function is null)
        {
            function = [];
            if (shape.Description is not null)
            {
                function["description"] = shape.Description;
            }

            ShapedBody.ListAt(body, "tools").Add((JsonNode)new JsonObject { ["type"] = "function", ["function"] = function });
        }

        function["name"] = shape.Name;
        function["parameters"] = ShapedBody.Parse(shape.Schema.Span);
        ShapedBody.SetFlag(function, "strict", shape.Strict && server.StrictMember);
        body["tool_choice"] = new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = shape.Name } };
        if (OpenAIModelRules.TakesSingleCall(target))
        {
            body["parallel_tool_calls"] = false; // One call is one answer.
        }
    }

    // Functions from before there were tools; a body has the one form or the other.
    private static bool TrySetFirstForm(JsonObject body, AnswerShape shape)
    {
        if (shape.CallerTool is not { } asked || ShapedBody.FindTool(body["functions"], within: null, asked) is not { } function)
        {
            return false;
        }

        function["name"] = shape.Name;
        function["parameters"] = ShapedBody.Parse(shape.Schema.Span);
        body["function_call"] = new JsonObject { ["name"] = shape.Name };
        return true;
    }

    // Both forms of the protocol: tools, and functions from before there were any.
    private static void RemoveTool(JsonObject body, string name)
    {
        if (ShapedBody.RemoveTools(body["tools"], "function", name))
        {
            ShapedBody.Remove(body, "tools", "parallel_tool_calls");
        }

        if (ShapedBody.RemoveTools(body["functions"], within: null, name))
        {
            ShapedBody.Remove(body, "functions");
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
