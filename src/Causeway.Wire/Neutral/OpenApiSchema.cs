using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Neutral;

/// <summary>Gemini's subset of OpenAPI schemas, as JSON Schema: types in lower case, <c>nullable</c> as a type, counts as numbers.</summary>
internal static class OpenApiSchema
{
    // Members that hold one schema, a list of schemas, and schemas by name.
    private static readonly string[] Single = ["items", "additionalProperties"];
    private static readonly string[] Several = ["anyOf", "prefixItems"];
    private static readonly string[] Named = ["properties", "defs"];

    // Protobuf spells 64-bit counts as strings.
    private static readonly string[] Counts = ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"];

    public static void Write(Utf8JsonWriter json, JsonSlice schema)
    {
        using JsonBody body = new(schema.Raw);
        Write(json, body.Root);
    }

    public static JsonSlice ToJsonSchema(JsonSlice schema)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = JsonOutput.To(output))
        {
            Write(json, schema);
        }

        return new JsonSlice(output.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }

        bool nullable = schema.TryGetProperty("nullable", out JsonElement flag) && flag.ValueKind == JsonValueKind.True;
        json.WriteStartObject();
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            // The order of properties is that of the members themselves in JSON Schema.
            if (member.Name is not ("nullable" or "propertyOrdering"))
            {
                Member(json, member, nullable);
            }
        }

        json.WriteEndObject();
    }

    private static void Member(Utf8JsonWriter json, JsonProperty member, bool nullable)
    {
        json.WritePropertyName(member.Name);
        switch (member.Name)
        {
            case "type" when member.Value.ValueKind == JsonValueKind.String:
                Type(json, member.Value.GetString()!.ToLowerInvariant(), nullable);
                break;
            case var name when Array.IndexOf(Single, name) >= 0:
                Write(json, member.Value);
                break;
            case var name when Array.IndexOf(Several, name) >= 0:
                json.WriteStartArray();
                foreach (JsonElement item in member.Value.EnumerateArray())
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case var name when Array.IndexOf(Named, name) >= 0:
                json.WriteStartObject();
                foreach (JsonProperty item in member.Value.EnumerateObject())
                {
                    json.WritePropertyName(item.Name);
                    Write(json, item.Value);
                }

                json.WriteEndObject();
                break;
            case var name when Array.IndexOf(Counts, name) >= 0
                && member.Value.ValueKind == JsonValueKind.String
                && long.TryParse(member.Value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out long count):
                json.WriteNumberValue(count);
                break;
            default:
                member.Value.WriteTo(json);
                break;
        }
    }

    private static void Type(Utf8JsonWriter json, string type, bool nullable)
    {
        if (!nullable)
        {
            json.WriteStringValue(type);
            return;
        }

        json.WriteStartArray();
        json.WriteStringValue(type);
        json.WriteStringValue("null"u8);
        json.WriteEndArray();
    }
}
