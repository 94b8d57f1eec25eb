using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>Reads both spellings that the vendor accepts, camel case and snake case.</summary>
internal static class GenerateRequest
{
    public static Reading Read(Incoming incoming)
    {
        (Route route, JsonElement body) = (incoming.Route, incoming.Json);
        Reading common = ReadForCount(incoming);
        if (common.Ask is not { } ask)
        {
            return common;
        }

        JsonElement? config = body.Member("generationConfig", "generation_config");
        bool onVertex = route.Vendor == Vendor.Vertex;
        if ((ParameterRules.Check(body, ask.Model) ?? FormatRules.Check(body, ask.Model, onVertex) ?? TurnRules.Check(body, ask.Model, incoming.Account)) is { } refused)
        {
            return refused;
        }

        JsonElement? calling = body.Member("toolConfig", "tool_config").Member("functionCallingConfig", "function_calling_config");
        JsonElement? thinking = config.Member("thinkingConfig", "thinking_config");
        string? mode = calling.Member("mode").Text();
        Hand hand = FormatRules.Hand(ask.Model);
        return ask with
        {
            Operation = Operation.GenerateContent,
            Stream = route.Stream,
            Sse = route.Sse,
            MaxOutputTokens = config.Member("maxOutputTokens", "max_output_tokens").Number(),
            Stops = config.Member("stopSequences", "stop_sequences").Texts(),
            Tools = [.. body.Member("tools").Items()
                .SelectMany(tool => tool.Member("functionDeclarations", "function_declarations").Items())
                .Where(function => function.Member("name").Text() is not null)
                .Select(function => new OfferedTool(
                    function.Member("name").Text()!,
                    (function.Member("parametersJsonSchema", "parameters_json_schema") ?? function.Member("parameters")) is { } parameters
                        ? new Shape(parameters, FormatRules.Held(function, mode, onVertex))
                        : null))],
            Demand = mode switch
            {
                "ANY" => ToolDemand.Must,
                "NONE" => ToolDemand.Never,
                _ => ToolDemand.Auto,
            },
            DemandedTool = calling.Member("allowedFunctionNames", "allowed_function_names").Texts() is [string only, ..] ? only : null,
            Shape = Answered(config, onVertex, hand),
            Hand = hand,
            JsonMode = config.Member("responseMimeType", "response_mime_type").Text() == "application/json",
            Reasons = thinking.Member("includeThoughts", "include_thoughts").IsTrue(),
            TopLogprobs = config.Member("responseLogprobs", "response_logprobs").IsTrue() ? (int)Math.Clamp(config.Member("logprobs").Number() ?? 0, 0, 20) : null,
            Choices = (int)Math.Clamp(config.Member("candidateCount", "candidate_count").Number() ?? 1, 1, 8),
        };
    }

    public static Reading ReadForCount(Incoming incoming)
    {
        JsonElement body = incoming.Json;
        JsonElement[] contents = [.. body.Member("contents").Items()];
        if (contents.Length == 0)
        {
            return Invalid("* GenerateContentRequest.contents: contents is not specified\n");
        }

        return new Ask
        {
            Protocol = Protocol.Gemini,
            Operation = Operation.CountTokens,
            Model = incoming.Route.Model!,
            Said = contents.LastOrDefault(c => c.Member("role").Text() is null or "user" && c.Member("parts").ContentText().Length > 0)
                .Member("parts").ContentText(),
            HasToolResult = contents[^1].Member("parts").Items().Any(part => part.Member("functionResponse", "function_response") is not null),
            InputTokens = TokenRule.OfPrompt(body.Member("systemInstruction", "system_instruction"), body.Member("contents"), body.Member("tools")),
            Body = body,
            Fingerprint = incoming.Fingerprint,
        };
    }

    /// <summary>The schema of the answer in the dialect that it came in, which holds the model.</summary>
    private static Shape? Answered(JsonElement? config, bool onVertex, Hand hand) =>
        config.Member("responseJsonSchema", "response_json_schema") is { } json ? new Shape(json, Dialects.GeminiJsonSchema with { Hand = hand })
        : config.Member("responseSchema", "response_schema") is { } openApi ? new Shape(openApi, FormatRules.OpenApiDialect(onVertex) with { Hand = hand })
        : null;

    public static Rejection Invalid(string message) => new(400, "INVALID_ARGUMENT", message);
}
