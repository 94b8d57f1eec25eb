using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.OpenAI.Kept;

namespace Causeway.Simulator.Providers.OpenAI;

internal static class ResponsesRequest
{
    /// <param name="schemas">What the server makes of schemas.</param>
    /// <param name="served">The model behind the one asked for, where they differ.</param>
    public static Reading Read(Incoming incoming, StoredResponses stored, SchemaPolicy schemas, Func<string, string>? served = null)
    {
        JsonElement body = incoming.Json;
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

        string answering = served?.Invoke(model) ?? model;
        if (ParameterRules.CheckResponses(body, answering) is { } refused)
        {
            return refused;
        }

        string? previous = body.Member("previous_response_id").Text();
        StoredResponse? before = previous is null ? null : stored.Find(incoming.Account, previous);
        if (previous is not null && before is null)
        {
            return new Rejection(400, "invalid_request_error", $"Previous response with id '{previous}' not found.")
            {
                Param = "previous_response_id",
                Code = "previous_response_not_found",
            };
        }

        (Rejection? broken, IReadOnlyList<Removed> removed) = ItemRules.Check(incoming, answering, before, stored);
        if (broken is not null)
        {
            return broken;
        }

        (ToolDemand demand, string? demanded) = ChatRequest.Choice(body.Member("tool_choice"));
        Ask ask = new()
        {
            Protocol = Protocol.Openai,
            Operation = incoming.Route.Operation!.Value,
            Model = model,
            ServedModel = answering,
            Stream = body.Member("stream").IsTrue(),
            Said = input.Text() ?? input.Items().LastOrDefault(item => item.Member("role").Text() == "user").Member("content").ContentText(),
            HasToolResult = input.Items().LastOrDefault().Member("type").Text() is "function_call_output" or "custom_tool_call_output",
            InputTokens = (before?.ContextTokens ?? 0) + TokenRule.OfPrompt(body.Member("instructions"), input, body.Member("tools")),
            MaxOutputTokens = body.Member("max_output_tokens").Number(),
            Demand = demand,
            DemandedTool = demanded,
            Reasons = ParameterRules.Reasons(answering, body.Member("reasoning").Member("effort").Text()),
            TopLogprobs = body.Member("include").Texts().Contains("message.output_text.logprobs")
                ? (int)Math.Clamp(body.Member("top_logprobs").Number() ?? 0, 0, 20)
                : null,
            Removed = removed,
            Body = body,
            Fingerprint = incoming.Fingerprint,
        };
        return Formats.Responses(incoming, ask, schemas);
    }
}
