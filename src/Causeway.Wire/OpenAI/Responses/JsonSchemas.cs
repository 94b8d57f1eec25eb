using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Schemas for a target that reads JSON Schema only.</summary>
internal static class JsonSchemas
{
    /// <summary>Writes a schema as it is, Gemini's OpenAPI subset as the JSON Schema that means the same, and none as "no arguments".</summary>
    public static void Write(JsonSlice schema, bool isOpenApi, Utf8JsonWriter json)
    {
        if (schema.IsAbsent)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "object"u8);
            json.WriteStartObject("properties"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else if (!isOpenApi)
        {
            schema.WriteTo(json);
        }
        else
        {
            using JsonDocument document = JsonDocument.Parse(schema.Raw);
            WriteSchema(document.RootElement, json);
        }
    }

    private static void WriteSchema(JsonElement schema, Utf8JsonWriter json)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            schema.WriteTo(json);
            return;
        }

        bool isNullable = schema.TryGetProperty("nullable"u8, out JsonElement nullable) && nullable.ValueKind == JsonValueKind.True;
        json.WriteStartObject();
        foreach (JsonProperty member in schema.EnumerateObject())
        {
            WriteMember(member, isNullable, json);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(JsonProperty member, bool isNullable, Utf8JsonWriter json)
    {
        switch (member.Name)
        {
            case "nullable" or "propertyOrdering":
                break;
            case "type" when member.Value.ValueKind == JsonValueKind.String:
                WriteType(member.Value.GetString()!, isNullable, json);
                break;
            case "properties":
                json.WriteStartObject("properties"u8);
                foreach (JsonProperty property in member.Value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    WriteSchema(property.Value, json);
                }

                json.WriteEndObject();
                break;
            case "items":
                json.WritePropertyName("items"u8);
                WriteSchema(member.Value, json);
                break;
            case "anyOf":
                json.WriteStartArray("anyOf"u8);
                foreach (JsonElement branch in member.Value.EnumerateArray())
                {
                    WriteSchema(branch, json);
                }

                json.WriteEndArray();
                break;
            default:
                WriteKeyword(member, json);
                break;
        }
    }

    private static void WriteType(string type, bool isNullable, Utf8JsonWriter json)
    {
        string lower = type.ToLowerInvariant();
        if (!isNullable)
        {
            json.WriteString("type"u8, lower);
            return;
        }

        json.WriteStartArray("type"u8);
        json.WriteStringValue(lower);
        json.WriteStringValue("null"u8);
        json.WriteEndArray();
    }

    // The 64-bit bounds of the OpenAPI subset are spelled as strings.
    private static void WriteKeyword(JsonProperty member, Utf8JsonWriter json)
    {
        json.WritePropertyName(member.Name);
        bool isBound = member.Name.StartsWith("min", StringComparison.Ordinal) || member.Name.StartsWith("max", StringComparison.Ordinal);
        if (isBound && member.Value.ValueKind == JsonValueKind.String
            && Utf8Parser.TryParse(Encoding.UTF8.GetBytes(member.Value.GetString()!), out long bound, out _))
        {
            json.WriteNumberValue(bound);
        }
        else
        {
            member.Value.WriteTo(json);
        }
    }
}
