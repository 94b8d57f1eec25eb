using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>What Claude's vendor holds against schemas: the format of the answer and strict tools, each alone and all of a request together.</summary>
internal static partial class OutputRules
{
    private const string Beta = "structured-outputs-2025-11-13";
    private static readonly string[] s_unions = ["oneOf", "allOf", "anyOf"];
    private const int MaxStrictTools = 20;
    private const int MaxOptional = 24;
    private const int MaxUnions = 16;

    /// <summary>Claude 4.5 and newer and Opus 4.1 know structured outputs; so does an id of which nothing is known.</summary>
    public static bool Knows(string model) => !Older().IsMatch(ClaudeLines.Bare(model));

    /// <param name="beta">The header that lets the superseded top-level <c>output_format</c> in.</param>
    public static Rejection? Check(JsonElement body, string model, string beta)
    {
        if (body.Member("output_format") is not null && !beta.Contains(Beta, StringComparison.Ordinal))
        {
            return Invalid("output_format: Extra inputs are not permitted");
        }

        JsonElement? format = body.Member("output_config").Member("format");
        string place = format is null ? "output_format" : "output_config.format";
        format ??= body.Member("output_format");
        JsonElement[] tools = [.. body.Member("tools").Items()];
        return Format(format, place, body, model) ?? Tools(tools, model) ?? Together(format.Member("schema"), [.. tools.Where(IsStrict).Select(tool => tool.Member("input_schema")).OfType<JsonElement>()]);
    }

    public static bool IsStrict(JsonElement tool) => tool.Member("strict").IsTrue();

    /// <summary>The fault of one schema as the vendor words it.</summary>
    public static string Words(SchemaFault fault, string place)
    {
        string said = fault.Kind switch
        {
            FaultKind.Keywords when fault.Words is [var one] => $"For '{Type(fault)}' type, property '{one}' is not supported",
            FaultKind.Keywords => $"For '{Type(fault)}' type, properties {string.Join(", ", fault.Words.Order(StringComparer.Ordinal))} are not supported",
            FaultKind.NotClosed => "For 'object' type, 'additionalProperties' must be explicitly set to false",
            FaultKind.Recursion => $"Circular reference detected in schema definitions: {fault.Words[0]}",
            FaultKind.RefNotFound when fault.Words[0].StartsWith('#') => $"Reference '{fault.Words[0]}' cannot be resolved",
            FaultKind.RefNotFound => "External schema references are not supported",
            FaultKind.Format => $"For 'string' type, format '{fault.Words[0]}' is not supported",
            FaultKind.Pattern => $"Invalid regex in pattern field: {fault.Words[0]}",
            FaultKind.EnumMember => "Enum values must be strings, numbers, booleans or null",
            FaultKind.Levels => "Schema is too complex for compilation",
            FaultKind.NoSchema => "Input should be an object",
            _ => "Invalid schema",
        };
        return $"{place}: {said}";
    }

    private static Rejection? Format(JsonElement? format, string place, JsonElement body, string model)
    {
        if (format is null)
        {
            return null;
        }

        if (!Knows(model))
        {
            return Invalid($"{place}: Extra inputs are not permitted");
        }

        if (format.Member("type").Text() != "json_schema")
        {
            return Invalid($"{place}.type: Input should be 'json_schema'");
        }

        if (format.Member("schema") is not { } schema)
        {
            return Invalid($"{place}.schema: Field required");
        }

        if (format.Value.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => name is not ("type" or "schema")) is { } extra)
        {
            return Invalid($"{place}.{extra}: Extra inputs are not permitted");
        }

        JsonElement[] messages = [.. body.Member("messages").Items()];
        if (messages.LastOrDefault().Member("role").Text() == "assistant")
        {
            return Invalid("Prefilling assistant messages is not supported when an output format is set.");
        }

        if (messages.SelectMany(message => message.Member("content").Items()).Any(block => block.Member("citations").Member("enabled").IsTrue()))
        {
            return Invalid("Citations are not supported when an output format is set.");
        }

        return SchemaRules.Check(schema, Dialects.Anthropic) is { } fault ? Invalid(Words(fault, place + ".schema")) : null;
    }

    private static Rejection? Tools(JsonElement[] tools, string model)
    {
        for (int i = 0; i < tools.Length; i++)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"tools.{i}.custom");
            if (IsStrict(tools[i]) && !Knows(model))
            {
                return Invalid(place + ".strict: Extra inputs are not permitted");
            }

            if (tools[i].Member("input_schema") is not { } schema)
            {
                continue;
            }

            if (schema.Member("type") is null)
            {
                return Invalid(place + ".input_schema.type: Field required");
            }

            if (SchemaReading.Types(schema) is not ["object"])
            {
                return Invalid(place + ".input_schema.type: Input should be 'object'");
            }

            if (s_unions.Any(word => schema.Member(word) is not null))
            {
                return Invalid(place + ".input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level");
            }

            if (IsStrict(tools[i]) && SchemaRules.Check(schema, Dialects.Anthropic) is { } fault)
            {
                return Invalid(Words(fault, place + ".input_schema"));
            }
        }

        return null;
    }

    /// <summary>Sizes are summed over all schemas that are compiled for a request.</summary>
    private static Rejection? Together(JsonElement? format, JsonElement[] strict)
    {
        JsonElement[] all = [.. strict, .. format is { } schema ? [schema] : Array.Empty<JsonElement>()];
        int optional = all.Sum(schema => Optional(schema, 0));
        int unions = all.Sum(schema => Unions(schema, 0));
        return strict.Length > MaxStrictTools ? Invalid($"Too many strict tools ({strict.Length}). The maximum number of strict tools supported is {MaxStrictTools}.")
            : optional > MaxOptional ? Invalid($"Schemas contains too many optional parameters ({optional}), which would make grammar compilation inefficient. Reduce the number of optional parameters in your tool schemas (limit: {MaxOptional}).")
            : unions > MaxUnions ? Invalid($"Schemas contains too many parameters with union types ({unions} parameters with type arrays or anyOf). This causes exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: {MaxUnions} parameters with unions).")
            : null;
    }

    private static int Optional(JsonElement schema, int depth)
    {
        IReadOnlyList<string> required = ((JsonElement?)schema).Member("required").Texts();
        int own = SchemaReading.Properties(schema).Count(member => !required.Contains(member.Name));
        return own + (depth > SchemaReading.MaxDepth ? 0 : SchemaReading.Inside(schema).Sum(part => Optional(part.Schema, depth + 1)));
    }

    private static int Unions(JsonElement schema, int depth)
    {
        int own = SchemaReading.Properties(schema).Count(member => member.Value.Member("anyOf") is not null || member.Value.Member("type") is { ValueKind: JsonValueKind.Array });
        return own + (depth > SchemaReading.MaxDepth ? 0 : SchemaReading.Inside(schema).Sum(part => Unions(part.Schema, depth + 1)));
    }

    private static string Type(SchemaFault fault) => fault.Type.Length == 0 ? "any" : fault.Type;

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message);

    [GeneratedRegex(@"^claude-(?:instant|1|2|3|(?:sonnet|opus)-4(?:-0|-\d{6,}|@|$))", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Older();
}
