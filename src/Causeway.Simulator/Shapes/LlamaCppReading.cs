using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>What llama.cpp's converter makes of a schema where it reads it otherwise than it is written; its source, 2026.</summary>
internal static class LlamaCppReading
{
    /// <summary><c>allOf</c>: the properties of every member, all of them required but those within an <c>anyOf</c>, and the object closed.</summary>
    public static JsonObject Merged(JsonElement schema, JsonElement root, Func<JsonElement, JsonNode?> inner)
    {
        JsonObject properties = [];
        JsonArray required = [];
        JsonArray others = [];
        Add(schema, properties, required, inner);
        foreach (JsonElement part in schema.Member("allOf").Items())
        {
            JsonElement member = part.Member("$ref").Text() is { } pointer && SchemaReading.Target(root, pointer) is { } target ? target : part;
            Add(member, properties, required, inner);
            foreach (JsonElement option in member.Member("anyOf").Items())
            {
                Add(option, properties, required: null, inner);
            }

            if (member.Member("properties") is null && member.Member("anyOf") is null)
            {
                others.Add(inner(member));
            }
        }

        return properties.Count == 0 ? new JsonObject { ["allOf"] = others } : new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }

    /// <summary>Bounds only of integers; a pattern and a format hide lengths; a tuple is exact, and one schema for all items wins over it.</summary>
    public static void Adjust(JsonObject kept)
    {
        bool isInteger = kept["type"] is JsonValue type && type.GetValueKind() == JsonValueKind.String && type.GetValue<string>() == "integer";
        if (!isInteger)
        {
            EnforcedSchema.Drop(kept, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
        }

        if (kept.ContainsKey("pattern") || kept.ContainsKey("format"))
        {
            EnforcedSchema.Drop(kept, "minLength", "maxLength");
        }

        if (kept.ContainsKey("items"))
        {
            EnforcedSchema.Drop(kept, "prefixItems");
        }
        else if (kept["prefixItems"] is JsonArray tuple)
        {
            kept["items"] = false;
            kept["minItems"] = tuple.Count;
        }
    }

    private static void Add(JsonElement member, JsonObject properties, JsonArray? required, Func<JsonElement, JsonNode?> inner)
    {
        foreach (JsonProperty property in SchemaReading.Properties(member))
        {
            if (!properties.ContainsKey(property.Name))
            {
                properties[property.Name] = inner(property.Value);
                required?.Add((JsonNode)property.Name);
            }
        }
    }
}
