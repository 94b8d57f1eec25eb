using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.Anthropic;

internal static class MessagesRequest
{
    public static Reading Read(JsonElement body, string fingerprint)
    {
        Reading common = ReadForCount(body, fingerprint);
        if (common.Ask is not { } ask)
        {
            return common;
        }

        if (body.Member("max_tokens").Number() is not { } maxTokens)
        {
            return Field("max_tokens: Field required");
        }

        if (maxTokens < 0)
        {
            return Field("max_tokens: Input should be greater than or equal to 0");
        }

        JsonElement? thinking = body.Member("thinking");
        JsonElement? format = body.Member("output_config").Member("format") ?? body.Member("output_format");
        (ToolDemand demand, string? demanded) = body.Member("tool_choice").Member("type").Text() switch
        {
            "any" => (ToolDemand.Must, null),
            "tool" => (ToolDemand.Must, body.Member("tool_choice").Member("name").Text()),
            "none" => (ToolDemand.Never, null),
            _ => (ToolDemand.Auto, (string?)null),
        };
        return ask with
        {
            Operation = Operation.Messages,
            Stream = body.Member("stream").IsTrue(),
            MaxOutputTokens = maxTokens,
            Stops = body.Member("stop_sequences").Texts(),
            Tools = [.. body.Member("tools").Items()
                .Where(tool => tool.Member("name").Text() is not null && tool.Member("input_schema") is not null)
                .Select(tool => new OfferedTool(tool.Member("name").Text()!, tool.Member("input_schema")))],
            Demand = demand,
            DemandedTool = demanded,
            Schema = format.Member("type").Text() == "json_schema" ? format.Member("schema") : null,
            Reasons = thinking.Member("type").Text() is "enabled" or "adaptive",
        };
    }

    public static Reading ReadForCount(JsonElement body, string fingerprint)
    {
        if (body.Member("model").Text() is not { Length: > 0 } model)
        {
            return Field("model: Field required");
        }

        if (body.Member("messages") is not { } messages)
        {
            return Field("messages: Field required");
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return Field("messages: Input should be a valid list");
        }

        if (messages.GetArrayLength() == 0)
        {
            return Field("messages: at least one message is required");
        }

        JsonElement? lastContent = messages[messages.GetArrayLength() - 1].Member("content");
        return new Ask
        {
            Protocol = Protocol.Anthropic,
            Operation = Operation.CountTokens,
            Model = model,
            Said = messages.EnumerateArray().LastOrDefault(m => m.Member("role").Text() == "user" && m.Member("content").ContentText().Length > 0)
                .Member("content").ContentText(),
            HasToolResult = lastContent.Items().Any(block => block.Member("type").Text() == "tool_result"),
            InputTokens = TokenRule.OfPrompt(body.Member("system"), messages, body.Member("tools")),
            Body = body,
            Fingerprint = fingerprint,
        };
    }

    private static Rejection Field(string message) => new(400, "invalid_request_error", message);
}
