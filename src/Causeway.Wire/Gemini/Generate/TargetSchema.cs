using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// JSON Schema as <c>parametersJsonSchema</c> takes it: no <c>$schema</c>; definitions in <c>$defs</c>; a
/// <c>$ref</c> without neighbours, which move into an <c>anyOf</c> around it; a <c>const</c> as an <c>enum</c> of one. What else the vendor
/// ignores is sent as it is. References stay references, so that a schema that refers to itself needs no end.
/// </summary>
internal static class TargetSchema
{
    private static readonly string[] Maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
    private static readonly string[] Lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
    private static readonly string[] Inner = ["items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"];

    /// <summary>Writes the schema of a function's parameters; nothing when it takes none.</summary>
    public static void WriteParameters(Utf8JsonWriter json, JsonSlice schema)
    {
        if (schema.IsAbsent)
        {
            return;
        }

        using JsonDocument parsed = JsonDocument.Parse(schema.Raw);
        if (!TakesNothing(parsed.RootElement))
        {
            json.WritePropertyName("parametersJsonSchema"u8);
            Write(json, parsed.RootElement);
        }
    }

    private static bool TakesNothing(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.EnumerateObject().All(member => member.Name switch
        {
            "type" => member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("object"u8),
            "properties" => member.Value.ValueKind == JsonValueKind.Object && member.Value.GetPropertyCount() == 0,
            "required" => member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0,
            "additionalProperties" => member.Value.ValueKind == JsonValueKind.False,
            "$schema" or "title" or "description" => true,
            _ => false,
        });

    private static void Write(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }

        bool wraps = schema.TryGetProperty("$ref"u8, out _) && schema.EnumerateObject().Any(member => !member.Name.StartsWith('$') && member.Name != "definitions");
        json.WriteStartObject();
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            WriteMember(json, schema, member, wraps);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, JsonElement schema, JsonProperty member, bool wraps)
    {
        string name = member.Name;
        switch (name)
        {
            case "$schema":
                return;
            case "$ref" when member.Value.ValueKind == JsonValueKind.String:
                WriteReference(json, schema, member.Value.GetString()!, wraps);
                return;
            case "const" when member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number:
                WriteConst(json, schema, member.Value);
                return;
            case "definitions" when schema.TryGetProperty("$defs"u8, out _):
                return; // Written with them.
        }

        json.WritePropertyName(name == "definitions" ? "$defs" : name);
        if (Array.IndexOf(Maps, name) >= 0 && member.Value.ValueKind == JsonValueKind.Object)
        {
            WriteMap(json, name == "$defs" && schema.TryGetProperty("definitions"u8, out JsonElement more) ? [member.Value, more] : [member.Value]);
        }
        else if (Array.IndexOf(Lists, name) >= 0 && member.Value.ValueKind == JsonValueKind.Array)
        {
            WriteList(json, member.Value);
        }
        else if (Array.IndexOf(Inner, name) >= 0)
        {
            Write(json, member.Value);
        }
        else
        {
            member.Value.WriteTo(json);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<JsonElement> maps)
    {
        json.WriteStartObject();
        foreach (JsonElement map in maps)
        {
            foreach (JsonProperty entry in map.EnumerateObject())
            {
                json.WritePropertyName(entry.Name);
                Write(json, entry.Value);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, JsonElement list)
    {
        json.WriteStartArray();
        foreach (JsonElement item in list.EnumerateArray())
        {
            Write(json, item);
        }

        json.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter json, JsonElement schema, string reference, bool wraps)
    {
        string target = reference.StartsWith("#/definitions/", StringComparison.Ordinal) ? "#/$defs/" + reference["#/definitions/".Length..] : reference;
        if (!wraps)
        {
            json.WriteString("$ref"u8, target);
            return;
        }

        json.WriteStartArray(schema.TryGetProperty("anyOf"u8, out _) ? "allOf"u8 : "anyOf"u8);
        json.WriteStartObject();
        json.WriteString("$ref"u8, target);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteConst(Utf8JsonWriter json, JsonElement schema, JsonElement value)
    {
        if (!schema.TryGetProperty("type"u8, out _))
        {
            json.WriteString("type"u8, value.ValueKind == JsonValueKind.String ? "string"u8 : "number"u8);
        }

        json.WriteStartArray("enum"u8);
        value.WriteTo(json);
        json.WriteEndArray();
    }
}
