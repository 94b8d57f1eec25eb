using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Anthropic;

internal static class MessagesRequest
{
    public static Reading Read(Incoming incoming)
    {
        JsonElement body = incoming.Json;
        Reading common = ReadForCount(incoming);
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

        ClaudeLine? line = ClaudeLines.Find(ask.Model);
        string version = incoming.Request.Headers["anthropic-version"].ToString();
        string beta = incoming.Request.Headers["anthropic-beta"].ToString();
        if ((ParameterRules.Check(body, line, version) ?? OutputRules.Check(body, ask.Model, beta) ?? TurnRules.Check(body, line, version)) is { } refused)
        {
            return refused;
        }

        (Rejection? broken, IReadOnlyList<Removed> removed) = ThinkingBlocks.Check(incoming, ask.Model, DropsOnPrefix(incoming));
        if (broken is not null)
        {
            return broken;
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
                .Select(tool => new OfferedTool(tool.Member("name").Text()!, new Shape(tool.Member("input_schema")!.Value, OutputRules.IsStrict(tool) ? Dialects.Anthropic : null)))],
            Demand = demand,
            DemandedTool = demanded,
            Preamble = Preamble(demanded),
            Shape = format.Member("schema") is { } schema ? new Shape(schema, Dialects.Anthropic) : null,
            Reasons = line is { AlwaysThinks: true } || thinking.Member("type").Text() is "enabled" or "adaptive",
            Removed = removed,
        };
    }

    public static Reading ReadForCount(Incoming incoming)
    {
        JsonElement body = incoming.Json;
        if ((incoming.Route.Model ?? body.Member("model").Text()) is not { Length: > 0 } model)
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
            Fingerprint = incoming.Fingerprint,
        };
    }

    /// <summary>A model that is made to call one tool says so first.</summary>
    /// <param name="demanded">The tool, null where none is named.</param>
    public static string? Preamble(string? demanded) => demanded is null ? null : $"I'll invoke the {demanded} tool.";

    private static bool DropsOnPrefix(Incoming incoming) =>
        incoming.Request.Headers["anthropic-beta"].ToString().Contains("thinking-binding-controls-2026-08-01", StringComparison.Ordinal)
        && incoming.Json.Member("thinking").Member("block_binding").Member("prefix_mismatch_behavior").Text() == "drop_block";

    private static Rejection Field(string message) => new(400, "invalid_request_error", message);
}
