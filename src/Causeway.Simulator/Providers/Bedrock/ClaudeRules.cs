using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.Anthropic;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>What Claude models refuse behind Converse: their vendor's rules on Bedrock's fields.</summary>
internal static class ClaudeRules
{
    public static Rejection? Check(JsonElement body, string model)
    {
        if (!model.Contains("anthropic.", StringComparison.Ordinal))
        {
            return null;
        }

        Rejection? refused = ParameterRules.Check(AsMessages(body), ClaudeLines.Find(model), version: "") is { } rule ? Said(rule.Message) : null;
        return refused ?? Signatures(body);
    }

    /// <summary>The fields that the rules are about, under the names that they have at the vendor.</summary>
    private static JsonElement AsMessages(JsonElement body) => JsonElement.Parse(JsonWriting.Bytes(w =>
    {
        JsonElement? config = body.Member("inferenceConfig");
        JsonElement? more = body.Member("additionalModelRequestFields");
        JsonElement? choice = body.Member("toolConfig").Member("toolChoice");
        w.WriteStartObject();
        foreach ((string name, JsonElement? value) in new[]
        {
            ("temperature", config.Member("temperature")),
            ("top_p", config.Member("topP")),
            ("max_tokens", config.Member("maxTokens")),
            ("stop_sequences", config.Member("stopSequences")),
            ("top_k", more.Member("top_k")),
            ("thinking", more.Member("thinking")),
            ("output_config", body.Member("outputConfig")),
        })
        {
            if (value is { } given)
            {
                w.WritePropertyName(name);
                given.WriteTo(w);
            }
        }

        if (choice.Member("any") is not null || choice.Member("tool") is not null)
        {
            w.WriteStartObject("tool_choice");
            w.WriteString("type", choice.Member("any") is not null ? "any" : "tool");
            w.WriteEndObject();
        }

        w.WriteEndObject();
    }));

    private static Rejection? Signatures(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement message in body.Member("messages").Items())
        {
            foreach (JsonElement reasoning in message.Member("content").Items().Select(block => block.Member("reasoningContent")).OfType<JsonElement>())
            {
                JsonElement? text = reasoning.Member("reasoningText");
                Seal? seal = text is not null
                    ? Seal.Read(ThinkingBlocks.Thinking, text.Member("signature").Text() ?? "", text.Member("text").Text() ?? "")
                    : Seal.Read(ThinkingBlocks.Redacted, reasoning.Member("redactedContent").Text() ?? "", "");
                if (seal is null)
                {
                    return Said($"messages.{index}.content: Invalid `signature` in `thinking` block");
                }
            }

            index++;
        }

        return null;
    }

    private static Rejection Said(string message) => ConverseRules.Invalid("The model returned the following errors: " + message);
}
