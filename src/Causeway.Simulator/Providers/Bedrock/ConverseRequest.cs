using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Bedrock;

internal static class ConverseRequest
{
    public static Reading Read(Incoming incoming)
    {
        Ask common = Common(incoming, incoming.Json);
        if ((ConverseRules.Check(incoming.Json) ?? OutputRules.Check(incoming.Json, common.Model) ?? ClaudeRules.Check(incoming.Json, common.Model)) is { } rejection)
        {
            return rejection;
        }

        JsonElement body = incoming.Json;
        JsonElement? choice = body.Member("toolConfig").Member("toolChoice");
        Dialect dialect = OutputRules.DialectOf(common.Model);
        string? thinking = body.Member("additionalModelRequestFields").Member("thinking").Member("type").Text();
        return common with
        {
            Operation = Operation.Converse,
            Stream = incoming.Route.Stream,
            MaxOutputTokens = body.Member("inferenceConfig").Member("maxTokens").Number(),
            Stops = body.Member("inferenceConfig").Member("stopSequences").Texts(),
            Tools = [.. body.Member("toolConfig").Member("tools").Items().Select(tool => tool.Member("toolSpec"))
                .Where(tool => tool.Member("name").Text() is not null)
                .Select(tool => new OfferedTool(tool.Member("name").Text()!, tool.Member("inputSchema").Member("json") is { } schema
                    ? new Shape(schema, tool.Member("strict").IsTrue() ? dialect : null)
                    : null))],
            Demand = choice.Member("any") is not null || choice.Member("tool") is not null ? ToolDemand.Must : ToolDemand.Auto,
            DemandedTool = choice.Member("tool").Member("name").Text(),
            Preamble = MessagesRequest.Preamble(choice.Member("tool").Member("name").Text()),
            Shape = OutputRules.Schema(body) is { } format ? new Shape(format, dialect) : null,
            Reasons = thinking is "enabled" or "adaptive" || ClaudeLines.Find(common.Model) is { AlwaysThinks: true },
        };
    }

    public static Reading ReadForCount(Incoming incoming) => incoming.Json.Member("input").Member("converse") is { } converse
        ? ConverseRules.Check(converse) is { } rejection ? rejection : Common(incoming, converse)
        : ConverseRules.Invalid("The input field must hold a converse request.");

    private static Ask Common(Incoming incoming, JsonElement body)
    {
        JsonElement[] messages = [.. body.Member("messages").Items()];
        return new Ask
        {
            Protocol = Protocol.Bedrock,
            Operation = Operation.CountTokens,
            Model = incoming.Route.Model!,
            Sse = false,
            Said = messages.LastOrDefault(m => m.Member("role").Text() == "user" && m.Member("content").ContentText().Length > 0).Member("content").ContentText(),
            HasToolResult = messages.LastOrDefault().Member("content").Items().Any(block => block.Member("toolResult") is not null),
            InputTokens = TokenRule.OfPrompt(body.Member("system"), body.Member("messages"), body.Member("toolConfig").Member("tools")),
            Body = incoming.Json,
            Fingerprint = incoming.Fingerprint,
        };
    }
}
