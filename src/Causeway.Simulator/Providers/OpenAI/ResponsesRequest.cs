using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

internal static class ResponsesRequest
{
    public static Reading Read(JsonElement body, string fingerprint)
    {
        if (body.Member("model").Text() is not { Length: > 0 } model)
        {
            return Missing.Parameter("model");
        }

        JsonElement? input = body.Member("input");
        if (input is null)
        {
            return Missing.Parameter("input");
        }

        if (input.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
        {
            return Missing.Type("input", "a string or an array of items");
        }

        JsonElement? format = body.Member("text").Member("format");
        (ToolDemand demand, string? demanded) = ChatRequest.Choice(body.Member("tool_choice"));
        return new Ask
        {
            Protocol = Protocol.Openai,
            Operation = Operation.Responses,
            Model = model,
            Stream = body.Member("stream").IsTrue(),
            Said = input.Text() ?? input.Items().LastOrDefault(item => item.Member("role").Text() == "user").Member("content").ContentText(),
            HasToolResult = input.Items().LastOrDefault().Member("type").Text() is "function_call_output" or "custom_tool_call_output",
            InputTokens = TokenRule.OfPrompt(body.Member("instructions"), input, body.Member("tools")),
            MaxOutputTokens = body.Member("max_output_tokens").Number(),
            Tools = [.. body.Member("tools").Items()
                .Where(tool => tool.Member("type").Text() == "function" && tool.Member("name").Text() is not null)
                .Select(tool => new OfferedTool(tool.Member("name").Text()!, tool.Member("parameters")))],
            Demand = demand,
            DemandedTool = demanded,
            Schema = format.Member("type").Text() == "json_schema" ? format.Member("schema") : null,
            JsonMode = format.Member("type").Text() == "json_object",
            Reasons = body.Member("reasoning").Member("effort").Text() is not (null or "none"),
            Body = body,
            Fingerprint = fingerprint,
        };
    }
}
