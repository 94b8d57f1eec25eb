using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Shapes;
using ClaudeOutput = Causeway.Simulator.Providers.Anthropic.OutputRules;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>Structured output behind Converse: which models have it, and the rules on schemas that travel as text.</summary>
internal static partial class OutputRules
{
    public const string Place = "outputConfig.textFormat.structure.jsonSchema";

    /// <summary>The list goes by model: Claude up to 4.6, and open-weight families. An id of no known maker behaves like the newest on it.</summary>
    public static bool Knows(string model) =>
        IsClaude(model) ? ListedClaude().IsMatch(ClaudeLines.Bare(model)) : OpenWeight().IsMatch(model) || !Maker().IsMatch(model);

    public static Dialect DialectOf(string model) => IsOpenWeight(model) ? Dialects.BedrockOpenWeight : IsClaude(model) ? Dialects.BedrockClaude : Dialects.BedrockClaude with { Hand = Hand.Plain };

    public static bool IsOpenWeight(string model) => !IsClaude(model) && OpenWeight().IsMatch(model);

    public static Rejection? Check(JsonElement body, string model)
    {
        JsonElement? format = body.Member("outputConfig").Member("textFormat");
        JsonElement? inner = body.Member("additionalModelRequestFields").Member("output_config").Member("format");
        return Format(format, model) ?? Passed(inner, model) ?? Tools(body, model);
    }

    /// <summary>The schema of the answer, from either place.</summary>
    public static JsonElement? Schema(JsonElement body) =>
        body.Member("outputConfig").Member("textFormat").Member("structure").Member("jsonSchema").Member("schema").Text() is { } text ? Parsed(text)
        : body.Member("additionalModelRequestFields").Member("output_config").Member("format").Member("schema");

    private static Rejection? Format(JsonElement? format, string model)
    {
        if (format is null)
        {
            return null;
        }

        if (!Knows(model))
        {
            return IsClaude(model)
                ? Said("output_config.format: Extra inputs are not permitted")
                : ConverseRules.Invalid("This model doesn't support the outputConfig.textFormat field. Remove outputConfig.textFormat and try again.");
        }

        JsonElement? carried = format.Member("structure").Member("jsonSchema");
        return format.Member("type").Text() != "json_schema" ? ConverseRules.Invalid("The value at outputConfig.textFormat.type must be one of the following: json_schema.")
            : carried.Member("schema").Text() is not { } text ? ConverseRules.Invalid($"The value at {Place}.schema must be a string.")
            : Parsed(text) is not { ValueKind: JsonValueKind.Object } schema ? ConverseRules.Invalid($"The value at {Place}.schema is not a valid JSON schema.")
            : Faulty(schema, model, "output_config.format.schema");
    }

    /// <summary>Claude's own field, handed on to the model.</summary>
    private static Rejection? Passed(JsonElement? format, string model) =>
        format is null || !IsClaude(model) ? null
        : !Knows(model) ? Said("output_config.format: Extra inputs are not permitted")
        : format.Member("schema") is { } schema ? Faulty(schema, model, "output_config.format.schema")
        : Said("output_config.format.schema: Field required");

    private static Rejection? Tools(JsonElement body, string model)
    {
        int index = 0;
        foreach (JsonElement spec in body.Member("toolConfig").Member("tools").Items().Select(tool => tool.Member("toolSpec")).OfType<JsonElement>())
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"tools.{index++}.custom");
            if (spec.Member("description") is { ValueKind: JsonValueKind.String } description && description.ValueEquals(""))
            {
                return ConverseRules.Invalid($"1 validation error detected: Value at 'toolConfig.tools.{index}.member.toolSpec.description' failed to satisfy constraint: Member must have length greater than or equal to 1");
            }

            if (!spec.Member("strict").IsTrue())
            {
                continue;
            }

            Rejection? refused = !Knows(model) ? Said(place + ".strict: Extra inputs are not permitted")
                : spec.Member("inputSchema").Member("json") is { } schema ? Faulty(schema, model, place + ".input_schema")
                : null;
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private static Rejection? Faulty(JsonElement schema, string model, string place) =>
        SchemaRules.Check(schema, DialectOf(model)) is { } fault ? Said(ClaudeOutput.Words(fault, place)) : null;

    private static JsonElement? Parsed(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsClaude(string model) => model.Contains("anthropic.", StringComparison.Ordinal);

    /// <summary>The inner text is the model vendor's.</summary>
    private static Rejection Said(string message) => ConverseRules.Invalid("The model returned the following errors: " + message);

    [GeneratedRegex(@"^claude-(?:(?:haiku|sonnet|opus)-4-5|(?:sonnet|opus)-4-6)(?:$|[-@:])", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ListedClaude();

    [GeneratedRegex(@"(?:^|\.)(?:qwen\.|deepseek\.|mistral\.|google\.gemma|nvidia\.nemotron|minimax\.|moonshot(?:ai)?\.|zai\.)", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex OpenWeight();

    [GeneratedRegex(@"(?:^|\.)(?:amazon|meta|cohere|ai21|openai|writer|stability|luma|google|nvidia)\.", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Maker();
}
