using System.Text.Json;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Parameters that a model or an endpoint refuses.</summary>
internal static class ParameterRules
{
    // Names of other vendors and of the other endpoint. Names that no API knows are let pass, as extensions are.
    private static readonly string[] s_foreignToChat =
    [
        "input", "instructions", "max_output_tokens", "previous_response_id", "text", "reasoning", "include",
        "system", "thinking", "stop_sequences", "top_k", "contents", "generationConfig", "inferenceConfig", "toolConfig",
    ];

    private static readonly string[] s_foreignToResponses =
    [
        "messages", "max_tokens", "max_completion_tokens", "response_format", "reasoning_effort", "n", "stop", "logit_bias", "logprobs",
        "frequency_penalty", "presence_penalty", "functions", "system", "thinking", "stop_sequences", "top_k",
    ];

    public static Rejection? CheckChat(JsonElement body, string model)
    {
        if (ReasoningLine.AnswersResponsesOnly(model))
        {
            return new(404, "invalid_request_error", "This model is only supported in v1/responses and not in v1/chat/completions.") { Param = "model" };
        }

        if (s_foreignToChat.FirstOrDefault(name => body.Member(name) is not null) is { } foreign)
        {
            return new(400, "invalid_request_error", $"Unrecognized request argument supplied: {foreign}");
        }

        string? asked = body.Member("reasoning_effort").Text();
        if (ReasoningLine.Find(model) is not { } line)
        {
            return asked is not null && IsPlain(model) ? new(400, "invalid_request_error", "Unrecognized request argument supplied: reasoning_effort") : null;
        }

        string effort = asked ?? line.DefaultEffort;
        if (Effort(line, asked, onChat: true, "reasoning_effort") is { } refused)
        {
            return refused;
        }

        bool hasFunctions = body.Member("tools").Items().Any(tool => tool.Member("type").Text() == "function");
        if (hasFunctions && effort != "none" && !line.TakesToolsOnChat)
        {
            return new(400, "invalid_request_error",
                $"Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort to 'none'.")
            {
                Param = "reasoning_effort",
            };
        }

        return body.Member("max_tokens") is not null
            ? Unsupported("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")
            : body.Member("stop") is not null ? Unsupported("stop")
            : Sampling(body, effort) ?? (body.Member("logprobs").IsTrue() && effort != "none" ? Unsupported("logprobs") : null);
    }

    public static Rejection? CheckResponses(JsonElement body, string model)
    {
        if (s_foreignToResponses.FirstOrDefault(name => body.Member(name) is not null) is { } foreign)
        {
            return new(400, "invalid_request_error", $"Unsupported parameter: '{foreign}'.") { Param = foreign, Code = "unsupported_parameter" };
        }

        string? asked = body.Member("reasoning").Member("effort").Text();
        if (ReasoningLine.Find(model) is not { } line)
        {
            return asked is not null && IsPlain(model) ? Unsupported("reasoning.effort") : null;
        }

        bool wantsLogprobs = body.Member("include").Texts().Contains("message.output_text.logprobs") || body.Member("top_logprobs").Number() > 0;
        string effort = asked ?? line.DefaultEffort;
        return Effort(line, asked, onChat: false, "reasoning.effort")
            ?? Sampling(body, effort)
            ?? (wantsLogprobs && effort != "none" ? Unsupported("top_logprobs") : null);
    }

    /// <summary>What the model does where the request says nothing of effort.</summary>
    public static bool Reasons(string model, string? asked) => (asked ?? ReasoningLine.Find(model)?.DefaultEffort) is not (null or "none");

    private static Rejection? Effort(ReasoningLine line, string? asked, bool onChat, string name) =>
        (asked == "none" && !line.TakesNone) || (asked == "max" && onChat && !line.TakesMaxOnChat)
            ? new(400, "invalid_request_error", $"Unsupported value: '{name}' does not support '{asked}' with this model.") { Param = name, Code = "unsupported_value" }
            : null;

    private static Rejection? Sampling(JsonElement body, string effort)
    {
        if (effort == "none")
        {
            return null;
        }

        if (body.Member("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() != 1)
        {
            return new(400, "invalid_request_error",
                $"Unsupported value: 'temperature' does not support {temperature.GetRawText()} with this model. Only the default (1) value is supported.")
            {
                Param = "temperature",
                Code = "unsupported_value",
            };
        }

        return body.Member("top_p") is { ValueKind: JsonValueKind.Number } topP && topP.GetDouble() != 1 ? Unsupported("top_p") : null;
    }

    private static Rejection Unsupported(string name, string? message = null) =>
        new(400, "invalid_request_error", message ?? $"Unsupported parameter: '{name}' is not supported with this model.") { Param = name, Code = "unsupported_parameter" };

    /// <summary>Known not to reason, as against unknown.</summary>
    private static bool IsPlain(string model) => model.StartsWith("gpt-4", StringComparison.Ordinal);
}
