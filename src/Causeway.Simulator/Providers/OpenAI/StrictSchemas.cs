using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>Schemas at OpenAI and Azure: held where <c>strict</c> says so, read where it does not.</summary>
internal static partial class StrictSchemas
{
    private static readonly string[] s_notAtTop = ["oneOf", "anyOf", "allOf", "enum", "not"];

    public static SchemaPolicy OpenAI { get; } = new()
    {
        Format = asked => Format(asked, asked.Model.StartsWith("ft:", StringComparison.Ordinal) ? Dialects.OpenAIFineTuned : Dialects.OpenAI),
        JsonObject = WordJson,
        Tool = asked => Tool(asked, asked.Model.StartsWith("ft:", StringComparison.Ordinal) ? Dialects.OpenAIFineTuned : Dialects.OpenAI),
    };

    public static SchemaPolicy Azure { get; } = new()
    {
        Format = asked => Format(asked, Dialects.Azure),
        JsonObject = WordJson,
        Tool = asked => Tool(asked, Dialects.Azure),
    };

    private static Verdict Format(AskedFormat asked, Dialect dialect)
    {
        string fields = asked.Place == "response_format" ? "response_format.json_schema" : asked.Place;
        if (asked.Name.Length == 0)
        {
            return Missing.Parameter(fields + ".name");
        }

        if (!Name().IsMatch(asked.Name))
        {
            return Missing.Value(fields + ".name", $"Invalid '{fields}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.");
        }

        if (asked.Schema is not { } schema)
        {
            // Chat's description lets it be absent, and Responses' does not.
            return asked.Place == "text.format" || asked.IsStrict ? Missing.Parameter(fields + ".schema") : default(Verdict);
        }

        return !asked.IsStrict ? default
            : SchemaRules.Check(schema, dialect) is { } fault
                ? Refused(StrictWords.Of(fault, $"response_format '{asked.Name}'"), "invalid_json_schema", asked.Place == "text.format" ? "text.format.schema" : "response_format")
            : dialect;
    }

    private static Verdict Tool(AskedTool asked, Dialect dialect)
    {
        Rejection No(SchemaFault fault) => Refused(StrictWords.Of(fault, $"function '{asked.Name}'"), "invalid_function_parameters", asked.Place);

        if (asked.Strict is true)
        {
            return SchemaRules.Check(asked.Parameters, dialect) is { } fault ? No(fault) : dialect;
        }

        if (Top(asked.Parameters) is { } top)
        {
            return No(top);
        }

        // Responses makes a schema strict where nothing is said of it, and lets it be where it cannot.
        return asked.Strict is null && asked.Place.IndexOf("function", StringComparison.Ordinal) < 0 && Normalised(asked.Parameters, 0) is { } strict
            && JsonElement.Parse(strict.ToJsonString()) is var normal && SchemaRules.Check(normal, dialect) is null
            ? new Verdict(null, dialect) { Instead = normal }
            : default;
    }

    /// <summary>What holds for the parameters of every function, strict or not.</summary>
    private static SchemaFault? Top(JsonElement schema)
    {
        string[] unions = [.. s_notAtTop.Where(word => schema.Member(word) is not null)];
        bool isEmpty = schema.ValueKind == JsonValueKind.Object && !schema.EnumerateObject().Any();
        return unions.Length > 0 ? new(FaultKind.RootUnion, [], unions)
            : isEmpty || SchemaReading.Types(schema) is ["object"] ? null
            : new(FaultKind.Root, [], []) { Type = ((JsonElement?)schema).Member("type").Text() ?? "None" };
    }

    /// <summary>Every object closed, every property required.</summary>
    private static JsonNode? Normalised(JsonElement schema, int depth)
    {
        JsonNode? copy = Validity.Node(schema);
        Strict(copy, depth);
        return copy;
    }

    private static void Strict(JsonNode? node, int depth)
    {
        if (node is not JsonObject schema || depth > SchemaReading.MaxDepth)
        {
            return;
        }

        if (schema["properties"] is JsonObject properties)
        {
            schema["required"] = new JsonArray([.. properties.Select(member => (JsonNode)member.Key)]);
            schema["additionalProperties"] = false;
        }

        foreach (JsonNode? inner in new[] { schema["properties"], schema["$defs"] }.OfType<JsonObject>().SelectMany(map => map.Select(member => member.Value))
            .Concat((schema["anyOf"] as JsonArray) ?? []).Append(schema["items"]))
        {
            Strict(inner, depth + 1);
        }
    }

    private static Rejection? WordJson(AskedFormat asked) => asked.SaysJson ? null
        : asked.Place == "text.format"
            ? new(400, "invalid_request_error", "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.") { Param = "input" }
            : new(400, "invalid_request_error", "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.") { Param = "messages" };

    private static Rejection Refused(string message, string code, string place) => new(400, "invalid_request_error", message) { Code = code, Param = place };

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Name();
}
