using System.Text.Json;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>Parameters that a model or an API version refuses.</summary>
internal static class ParameterRules
{
    private const int MaxBreakpoints = 4;
    private const long LeastBudget = 1_024;

    /// <summary>The version that takes no sampling parameters at all.</summary>
    public const string StrictVersion = "2026-10-21";

    /// <param name="line">Null for a model that nothing is known of.</param>
    public static Rejection? Check(JsonElement body, ClaudeLine? line, string version) =>
        Sampling(body, line, version) ?? Thinking(body, line) ?? ForcedTool(body, line) ?? Others(body, line);

    private static Rejection? Sampling(JsonElement body, ClaudeLine? line, string version)
    {
        foreach (string name in new[] { "temperature", "top_p", "top_k" })
        {
            if (body.Member(name) is not { ValueKind: JsonValueKind.Number } value)
            {
                continue;
            }

            if (version == StrictVersion)
            {
                return Invalid($"{name}: Extra inputs are not permitted");
            }

            bool isDefault = name switch { "temperature" => value.GetDouble() == 1, "top_p" => value.GetDouble() >= 0.99, _ => false };
            if (line is { TakesSampling: false } && !isDefault)
            {
                return Invalid($"`{name}` is deprecated for this model.");
            }

            if (name == "temperature" && value.GetDouble() is < 0 or > 1)
            {
                return Invalid("temperature: Input should be between 0 and 1");
            }

            if (name == "temperature" && value.GetDouble() != 1 && Type(body) is "enabled" or "adaptive")
            {
                return Invalid("`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.");
            }
        }

        return null;
    }

    private static Rejection? Thinking(JsonElement body, ClaudeLine? line)
    {
        bool above = body.Member("output_config").Member("effort").Text() is "xhigh" or "max";
        bool refused = line is not null && Type(body) switch
        {
            "enabled" => !line.TakesBudget,
            "adaptive" => !line.TakesAdaptive,
            "between_tools" => !line.TakesBetweenTools,
            "disabled" => line.AlwaysThinks || (line.Disabling == Disabling.UpToHighEffort && above),
            _ => false,
        };
        if (refused)
        {
            return Invalid($"\"thinking.type.{Type(body)}\" is not supported for this model. Use \"{(line!.TakesAdaptive ? "thinking.type.adaptive" : "thinking.type.enabled")}\" instead.");
        }

        if (Type(body) != "enabled")
        {
            return null;
        }

        long? budget = body.Member("thinking").Member("budget_tokens").Number();
        return budget is null ? Invalid("thinking.enabled.budget_tokens: Field required")
            : budget < LeastBudget ? Invalid("thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
            : budget >= body.Member("max_tokens").Number() ? Invalid("`max_tokens` must be greater than `thinking.budget_tokens`.")
            : null;
    }

    private static Rejection? ForcedTool(JsonElement body, ClaudeLine? line)
    {
        if (line is null || body.Member("tool_choice").Member("type").Text() is not ("any" or "tool"))
        {
            return null;
        }

        return !line.TakesForcedTool ? Invalid("tool_choice: type \"tool\" and \"any\" are not supported for this model.")
            : !line.TakesForcedToolThinking && Type(body) is "enabled" or "adaptive" ? Invalid("Thinking may not be enabled when tool_choice forces tool use.")
            : null;
    }

    private static Rejection? Others(JsonElement body, ClaudeLine? line)
    {
        if (body.Member("inference_geo") is not null && line is { TakesInferenceGeo: false })
        {
            return Invalid("inference_geo: not supported for this model.");
        }

        if (body.Member("stop_sequences").Texts().Any(string.IsNullOrWhiteSpace))
        {
            return Invalid("stop_sequences: each stop sequence must contain non-whitespace");
        }

        int marks = Breakpoints(body);
        return marks > MaxBreakpoints ? Invalid($"A maximum of {MaxBreakpoints} blocks with cache_control may be provided. Found {marks}.") : null;
    }

    private static int Breakpoints(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Sum(Breakpoints),
        JsonValueKind.Object => value.EnumerateObject().Sum(member =>
            member.Name is "input" or "input_schema" ? 0 : member.Name == "cache_control" && member.Value.ValueKind == JsonValueKind.Object ? 1 : Breakpoints(member.Value)),
        _ => 0,
    };

    private static string? Type(JsonElement body) => body.Member("thinking").Member("type").Text();

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message);
}
