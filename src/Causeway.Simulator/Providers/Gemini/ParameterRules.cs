using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>Parameters that a generation of models or the API refuses.</summary>
internal static partial class ParameterRules
{
    private const int MaxStops = 5;

    // Names of other vendors. Names that no API knows are let pass.
    private static readonly string[] s_foreign =
        ["messages", "input", "instructions", "max_tokens", "max_output_tokens", "max_completion_tokens", "stop", "stop_sequences", "tool_choice", "response_format", "thinking", "stream"];

    public static Rejection? Check(JsonElement body, string model)
    {
        if (s_foreign.FirstOrDefault(name => body.Member(name) is not null) is { } foreign)
        {
            return GenerateRequest.Invalid($"Invalid JSON payload received. Unknown name \"{foreign}\": Cannot find field.");
        }

        JsonElement? config = body.Member("generationConfig", "generation_config");
        return config.Member("stopSequences", "stop_sequences").Texts().Count > MaxStops
            ? GenerateRequest.Invalid($"The number of stop sequences must be at most {MaxStops}.")
            : Thinking(config.Member("thinkingConfig", "thinking_config"), model) ?? Functions(body);
    }

    private static Rejection? Thinking(JsonElement? thinking, string model)
    {
        int generation = Generation.Of(model);
        long? budget = thinking.Member("thinkingBudget", "thinking_budget").Number();
        bool level = thinking.Member("thinkingLevel", "thinking_level") is not null;
        return budget is not null && level ? GenerateRequest.Invalid("You can only set only one of thinking budget and thinking level.")
            : budget is not null && generation >= 4 ? GenerateRequest.Invalid("Thinking budget is not supported for this model. Use thinking level instead.")
            : level && generation is 1 or 2 ? GenerateRequest.Invalid("Thinking level is not supported for this model.")
            : budget == 0 && model.StartsWith("gemini-2.5-pro", StringComparison.Ordinal) ? GenerateRequest.Invalid("Budget 0 is invalid. This model only works in thinking mode.")
            : null;
    }

    private static Rejection? Functions(JsonElement body)
    {
        foreach (JsonElement function in body.Member("tools").Items().SelectMany(tool => tool.Member("functionDeclarations", "function_declarations").Items()))
        {
            if (!Name().IsMatch(function.Member("name").Text() ?? ""))
            {
                return GenerateRequest.Invalid("Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.");
            }

            if (function.Member("parameters") is not null && function.Member("parametersJsonSchema", "parameters_json_schema") is not null)
            {
                return GenerateRequest.Invalid("Only one of parameters and parameters_json_schema can be set.");
            }
        }

        JsonElement? calling = body.Member("toolConfig", "tool_config").Member("functionCallingConfig", "function_calling_config");
        return calling.Member("allowedFunctionNames", "allowed_function_names").Items().Any() && calling.Member("mode").Text() is not ("ANY" or "VALIDATED")
            ? GenerateRequest.Invalid("Allowed function names can only be set when function calling mode is ANY or VALIDATED.")
            : null;
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Name();
}
