using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>What Google holds against schemas: two dialects for the answer and two for functions, and what may not go together.</summary>
internal static class FormatRules
{
    private const int FirstWithTools = 3;
    private const string Json = "application/json";

    public static Rejection? Check(JsonElement body, string model, bool onVertex)
    {
        JsonElement? config = body.Member("generationConfig", "generation_config");
        JsonElement? openApi = config.Member("responseSchema", "response_schema");
        JsonElement? json = config.Member("responseJsonSchema", "response_json_schema");
        string? mime = config.Member("responseMimeType", "response_mime_type").Text();
        if (openApi is not null && json is not null)
        {
            return GenerateRequest.Invalid("Only one of response_schema and response_json_schema can be set.");
        }

        if ((openApi ?? json) is not null && mime is not (Json or "text/x.enum"))
        {
            return GenerateRequest.Invalid("* GenerateContentRequest.generation_config.response_schema: response_mime_type must be 'application/json' when a schema is set.\n");
        }

        JsonElement[] functions = [.. body.Member("tools").Items().SelectMany(tool => tool.Member("functionDeclarations", "function_declarations").Items())];
        return Together(body, model, mime, functions.Length > 0)
            ?? (openApi is { } first ? OpenApi(first, "generation_config.response_schema", onVertex) : null)
            ?? (json is { } second ? JsonSchema(second, "generation_config.response_json_schema") : null)
            ?? Functions(functions, onVertex);
    }

    /// <summary>The dialect that holds a call's arguments: only VALIDATED does.</summary>
    public static Dialect? Held(JsonElement function, string? mode, bool onVertex) =>
        mode != "VALIDATED" ? null
        : function.Member("parametersJsonSchema", "parameters_json_schema") is not null ? Dialects.GeminiJsonSchema
        : OpenApiDialect(onVertex);

    public static Dialect OpenApiDialect(bool onVertex) => onVertex ? Dialects.VertexSchema : Dialects.GeminiSchema;

    /// <summary>JSON of generation 3 and later ends with a space.</summary>
    public static Hand Hand(string model) => new() { TrailingSpace = IsNew(model) };

    /// <summary>An id of no known generation is of the newest.</summary>
    private static bool IsNew(string model) => Generation.Of(model) is 0 or >= FirstWithTools;

    private static Rejection? Together(JsonElement body, string model, string? mime, bool hasFunctions)
    {
        bool isForced = body.Member("toolConfig", "tool_config").Member("functionCallingConfig", "function_calling_config").Member("mode").Text() == "ANY";
        return mime == Json && hasFunctions && (isForced || !IsNew(model))
            ? GenerateRequest.Invalid("Function calling with a response mime type: 'application/json' is unsupported")
            : null;
    }

    private static Rejection? Functions(JsonElement[] functions, bool onVertex)
    {
        for (int i = 0; i < functions.Length; i++)
        {
            Rejection? refused = functions[i].Member("parameters") is { } parameters
                ? OpenApi(parameters, string.Create(CultureInfo.InvariantCulture, $"tools[0].function_declarations[{i}].parameters"), onVertex)
                : functions[i].Member("parametersJsonSchema", "parameters_json_schema") is { } json
                    ? JsonSchema(json, string.Create(CultureInfo.InvariantCulture, $"tools[0].function_declarations[{i}].parameters_json_schema"))
                    : null;
            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private static Rejection? OpenApi(JsonElement schema, string place, bool onVertex) =>
        SchemaRules.Check(schema, OpenApiDialect(onVertex)) is { } fault ? GenerateRequest.Invalid(Words(fault, place)) : null;

    private static Rejection? JsonSchema(JsonElement schema, string place) =>
        SchemaRules.Check(schema, Dialects.GeminiJsonSchema) is { } fault ? GenerateRequest.Invalid(Words(fault, place)) : null;

    private static string Words(SchemaFault fault, string place) => fault.Kind switch
    {
        // The parser knows fields; the semantic checks come after it.
        FaultKind.Keywords => $"Invalid JSON payload received. Unknown name \"{fault.Words[0]}\" at '{Fields(place, fault.Path, "properties[{0}].value")}': Cannot find field.",
        FaultKind.TypeList => $"Invalid JSON payload received. Unknown name \"type\" at '{Fields(place, fault.Path, "properties[{0}].value")}': Proto field is not repeating, cannot start list.",
        FaultKind.ListItems => $"Invalid JSON payload received. Unknown name \"items\" at '{Fields(place, fault.Path, "properties[{0}].value")}': Proto field is not repeating, cannot start list.",
        FaultKind.BooleanSchema or FaultKind.NoSchema => $"Invalid value at '{Fields(place, fault.Path, "properties[{0}].value")}' (type.googleapis.com/google.ai.generativelanguage.v1beta.Schema)",
        FaultKind.UntypedArray => Semantic(place, fault, ".items: missing field"),
        FaultKind.EmptyObject => Semantic(place, fault, ".properties: should be non-empty for OBJECT type"),
        FaultKind.EnumMember when fault.Type is "string" or "" => Semantic(place, fault, ".enum[0]: cannot be empty"),
        FaultKind.EnumMember => Semantic(place, fault, ".enum: only allowed for STRING type"),
        FaultKind.UnknownRequired => Semantic(place, fault, $".required[{fault.Words[0]}]: property is not defined"),
        FaultKind.Format => Semantic(place, fault, ".format: only 'enum' and 'date-time' are supported for STRING type"),
        FaultKind.Levels => "A schema in GenerationConfig in the request exceeds the maximum allowed nesting depth.",
        FaultKind.RefSiblings => Semantic(place, fault, ".$ref: may have no siblings"),
        FaultKind.Recursion => Semantic(place, fault, $": reference {fault.Words[0]} is recursive through required properties"),
        FaultKind.RefNotFound => Semantic(place, fault, $".$ref: {fault.Words[0]} is not defined"),
        _ => "Request contains an invalid argument.",
    };

    private static string Semantic(string place, SchemaFault fault, string said) => $"* GenerateContentRequest.{Fields(place, fault.Path, "properties[{0}]")}{said}\n";

    /// <summary>The path as the vendor writes it, by names or places of a repeated field.</summary>
    private static string Fields(string place, IReadOnlyList<string> path, string property)
    {
        StringBuilder text = new(place);
        for (int i = 0; i < path.Count; i++)
        {
            text.Append('.').Append(path[i] switch
            {
                "properties" when i + 1 < path.Count => property.Replace("{0}", path[++i], StringComparison.Ordinal),
                "anyOf" when i + 1 < path.Count => $"any_of[{path[++i]}]",
                _ => path[i],
            });
        }

        return text.ToString();
    }
}
