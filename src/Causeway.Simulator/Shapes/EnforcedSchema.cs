using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>What is left of a schema when a dialect's decoder reads it: the grammar that it holds the model to, written as a schema again.</summary>
internal static class EnforcedSchema
{
    // One keyword decides a node; what stands beside it is not read. Sources of the engines, 2026.
    private static readonly string[] s_xgrammar = ["$ref", "const", "enum", "anyOf", "oneOf", "allOf"];
    private static readonly string[] s_outlines = ["properties", "allOf", "anyOf", "oneOf", "prefixItems", "enum", "const", "$ref"];
    private static readonly string[] s_llamaCpp = ["$ref", "oneOf", "anyOf", "const", "enum"];

    private const int XaiMaxLength = 2_048;
    private const int XaiMaxItems = 256;
    private const int XaiMaxProperties = 64;

    public static JsonElement Of(JsonElement schema, Dialect dialect) =>
        JsonElement.Parse((Rewrite(schema, schema, dialect, 0) ?? new JsonObject()).ToJsonString());

    private static JsonNode? Rewrite(JsonElement schema, JsonElement root, Dialect dialect, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > SchemaReading.MaxDepth * 2)
        {
            return schema.ValueKind == JsonValueKind.False ? JsonValue.Create(value: false) : new JsonObject();
        }

        if (dialect.Engine == Engine.LlamaCpp && schema.Member("allOf").Items().Any() && !s_llamaCpp.Any(word => schema.Member(word) is not null))
        {
            return Definitions(LlamaCppReading.Merged(schema, root, part => Rewrite(part, root, dialect, depth + 1)), schema, root, dialect, depth);
        }

        JsonObject kept = [];
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            if (IsRead(schema, member.Name, dialect))
            {
                Keep(kept, member, root, dialect, depth);
            }
        }

        Close(kept, schema, dialect);
        Adjust(kept, dialect.Engine);
        return Definitions(kept, schema, root, dialect, depth);
    }

    private static bool IsRead(JsonElement schema, string keyword, Dialect dialect)
    {
        if (!dialect.Enforced(keyword) || keyword is "$defs" or "definitions" or "defs")
        {
            return false;
        }

        bool isRef = schema.Member("$ref") is not null && dialect.RefSiblings != Siblings.Together;
        string? winner = dialect.Engine switch
        {
            Engine.Xgrammar => s_xgrammar.FirstOrDefault(word => schema.Member(word) is not null),
            Engine.Outlines => s_outlines.FirstOrDefault(word => schema.Member(word) is not null),
            Engine.LlamaCpp => s_llamaCpp.FirstOrDefault(word => schema.Member(word) is not null),
            _ => isRef ? "$ref" : null,
        };
        return winner switch
        {
            null => true,
            "properties" => keyword is "properties" or "required" or "type",
            "prefixItems" => keyword is "prefixItems" or "items" or "type",
            _ => keyword == winner,
        };
    }

    private static void Keep(JsonObject kept, JsonProperty member, JsonElement root, Dialect dialect, int depth)
    {
        JsonElement value = member.Value;
        JsonNode? Inner(JsonElement part) => Rewrite(part, root, dialect, depth + 1);

        switch (member.Name)
        {
            case "type":
                kept["type"] = value.ValueKind == JsonValueKind.String ? value.GetString()!.ToLowerInvariant() : Validity.Node(value);
                break;
            case "format" when !dialect.Formats.Contains(value.ToString()):
                break;
            case "allOf" when dialect.Engine is Engine.Xgrammar or Engine.Xai or Engine.Outlines && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 1:
                // Two members and more are any value to these.
                break;
            case "oneOf" when dialect.OneOfIsAnyOf:
                kept["anyOf"] = List(value, Inner);
                break;
            case string word when SchemaReading.HoldsList(word) && value.ValueKind == JsonValueKind.Array:
                kept[word] = List(value, Inner);
                break;
            case string word when SchemaReading.HoldsMap(word) && value.ValueKind == JsonValueKind.Object:
                kept[word] = Map(value, Inner);
                break;
            case string word when SchemaReading.HoldsOne(word):
                kept[word] = value.ValueKind == JsonValueKind.True ? JsonValue.Create(value: true) : Inner(value);
                break;
            default:
                kept[member.Name] = Validity.Node(value);
                break;
        }
    }

    private static JsonArray List(JsonElement value, Func<JsonElement, JsonNode?> inner) => [.. value.EnumerateArray().Select(inner)];

    private static JsonObject Map(JsonElement value, Func<JsonElement, JsonNode?> inner)
    {
        JsonObject map = [];
        foreach (JsonProperty member in value.EnumerateObject())
        {
            map[member.Name] = inner(member.Value);
        }

        return map;
    }

    /// <summary>Definitions stay where they are, since pointers lead there.</summary>
    private static JsonObject Definitions(JsonObject kept, JsonElement schema, JsonElement root, Dialect dialect, int depth)
    {
        foreach (string word in new[] { "$defs", "definitions", "defs" })
        {
            if (schema.Member(word) is { ValueKind: JsonValueKind.Object } definitions)
            {
                kept[word] = Map(definitions, part => Rewrite(part, root, dialect, depth + 1));
            }
        }

        return kept;
    }

    private static void Close(JsonObject kept, JsonElement schema, Dialect dialect)
    {
        bool names = kept.ContainsKey("properties");
        bool isBare = kept["type"] is JsonValue type && type.GetValueKind() == JsonValueKind.String && type.GetValue<string>() == "object" && dialect.Engine is Engine.Xgrammar or Engine.Xai;
        bool closes = dialect.Engine == Engine.Outlines ? names : dialect.Closing == Closing.Closed && schema.Member("additionalProperties") is null;
        if (closes && (names || isBare) && !kept.ContainsKey("patternProperties"))
        {
            kept["additionalProperties"] = false;
        }
    }

    private static void Adjust(JsonObject kept, Engine engine)
    {
        switch (engine)
        {
            case Engine.Xgrammar:
                if (kept.ContainsKey("pattern") || kept.ContainsKey("format"))
                {
                    Drop(kept, "minLength", "maxLength");
                }

                if (kept.ContainsKey("prefixItems") && !kept.ContainsKey("items"))
                {
                    kept["items"] = false;
                }

                if (!kept.ContainsKey("type") && !kept.ContainsKey("properties") && !kept.ContainsKey("items"))
                {
                    Drop(kept, "minLength", "maxLength", "pattern", "format");
                }

                break;
            case Engine.Outlines:
                if (kept.ContainsKey("minLength") || kept.ContainsKey("maxLength"))
                {
                    Drop(kept, "pattern");
                }

                break;
            case Engine.LlamaCpp:
                LlamaCppReading.Adjust(kept);
                break;
            case Engine.Xai:
                if (kept["pattern"] is JsonValue pattern)
                {
                    // Anchored, and a dot is any character.
                    kept["pattern"] = $"^(?s:{pattern.GetValue<string>()})$";
                }

                Ceiling(kept, XaiMaxLength, "minLength", "maxLength");
                Ceiling(kept, XaiMaxItems, "minItems", "maxItems");
                Ceiling(kept, XaiMaxProperties, "minProperties", "maxProperties");
                break;
        }
    }

    private static void Ceiling(JsonObject kept, int most, params ReadOnlySpan<string> keywords)
    {
        foreach (string keyword in keywords)
        {
            if (kept[keyword] is JsonValue bound && bound.GetValueKind() == JsonValueKind.Number && Validity.Number(bound) > most)
            {
                kept.Remove(keyword);
            }
        }
    }

    internal static void Drop(JsonObject kept, params ReadOnlySpan<string> keywords)
    {
        foreach (string keyword in keywords)
        {
            kept.Remove(keyword);
        }
    }
}
