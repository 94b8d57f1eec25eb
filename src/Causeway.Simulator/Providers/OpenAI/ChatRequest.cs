using System.Text.Json;
using Causeway.Simulator.Answers;

namespace Causeway.Simulator.Providers.OpenAI;

internal static class ChatRequest
{
    /// <param name="rules">What the server holds against a body whose outline is right, given the model that answers.</param>
    /// <param name="schemas">What the server makes of schemas.</param>
    /// <param name="served">The model behind the one asked for, where they differ.</param>
    public static Reading Read(Incoming incoming, Func<JsonElement, string, Rejection?> rules, SchemaPolicy schemas, Func<string, string>? served = null)
    {
        JsonElement body = incoming.Json;
        if ((incoming.Route.Model ?? body.Member("model").Text()) is not { Length: > 0 } model)
        {
            return Missing.Model;
        }

        if (body.Member("messages") is not { } messages)
        {
            return Missing.Parameter("messages");
        }

        if (messages.ValueKind != JsonValueKind.Array)
        {
            return Missing.Type("messages", "an array of objects");
        }

        if (messages.GetArrayLength() == 0)
        {
            return Missing.Value("messages", "Invalid 'messages': empty array. Expected an array with minimum length 1.");
        }

        string answering = served?.Invoke(model) ?? model;
        if (rules(body, answering) is { } rejection)
        {
            return rejection;
        }

        JsonElement last = messages[messages.GetArrayLength() - 1];
        (ToolDemand demand, string? demanded) = Choice(body.Member("tool_choice"));
        Ask ask = new()
        {
            Protocol = Protocol.Openai,
            Operation = Operation.ChatCompletions,
            Model = model,
            ServedModel = answering,
            Stream = body.Member("stream").IsTrue(),
            Said = messages.EnumerateArray().LastOrDefault(m => m.Member("role").Text() == "user").Member("content").ContentText(),
            HasToolResult = last.Member("role").Text() is "tool" or "function",
            InputTokens = TokenRule.OfPrompt(messages, body.Member("tools")),
            MaxOutputTokens = body.Member("max_completion_tokens").Number() ?? body.Member("max_tokens").Number(),
            Stops = body.Member("stop").Texts(),
            Demand = demand,
            DemandedTool = demanded,
            Reasons = ParameterRules.Reasons(answering, body.Member("reasoning_effort").Text()),
            TopLogprobs = body.Member("logprobs").IsTrue() ? (int)Math.Clamp(body.Member("top_logprobs").Number() ?? 0, 0, 20) : null,
            Choices = (int)Math.Clamp(body.Member("n").Number() ?? 1, 1, 128),
            Body = body,
            Fingerprint = incoming.Fingerprint,
        };
        return Formats.Chat(incoming, ask, schemas);
    }

    /// <summary>The choice in chat form (<c>function.name</c> inside) and in Responses form (flat).</summary>
    public static (ToolDemand Demand, string? Tool) Choice(JsonElement? choice) => choice switch
    {
        { ValueKind: JsonValueKind.String } word => word.GetString() switch
        {
            // The second is Mistral's word; OpenAI refuses it before this is asked.
            "required" or "any" => (ToolDemand.Must, null),
            "none" => (ToolDemand.Never, null),
            _ => (ToolDemand.Auto, null),
        },
        { ValueKind: JsonValueKind.Object } named => named.Member("type").Text() == "allowed_tools"
            ? (named.Member("mode").Text() ?? named.Member("allowed_tools").Member("mode").Text()) == "required" ? (ToolDemand.Must, null) : (ToolDemand.Auto, null)
            : (ToolDemand.Must, named.Member("function").Member("name").Text() ?? named.Member("name").Text()),
        _ => (ToolDemand.Auto, null),
    };
}
