using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// Gemini's own schema dialect, a subset of OpenAPI 3.0 with types in capitals, as JSON Schema. <c>nullable</c> becomes a type,
/// <c>propertyOrdering</c> the order of the properties, counts that protobuf spells as strings become numbers.
/// </summary>
internal static class OpenApiSchema
{
    /// <summary>Formats that only say how a number is stored, and the mark of an enumeration: some dialects refuse formats they do not know.</summary>
    private static readonly string[] StorageFormats = ["int32", "int64", "float", "double", "enum"];

    public static JsonSlice ToJsonSchema(JsonElement schema)
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
            schema.WriteTo(json); // true and false are schemas.
            return;
        }

        Known known = Known.Of(schema);
        json.WriteStartObject();
        foreach (JsonProperty member in Spelling.Members(schema))
        {
            WriteMember(json, Spelling.Camel(member.Name), member, known);
        }

        json.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter json, string name, JsonProperty member, in Known known)
    {
        switch (name)
        {
            case "type":
                WriteType(json, member.Value, known.IsNullable);
                break;
            case "nullable" or "propertyOrdering":
            case "format" when Array.IndexOf(StorageFormats, member.Value.GetString()) >= 0:
                break;
            case "enum":
                WriteList(json, name, member.Value, known.IsNullable, (writer, item) => item.WriteTo(writer), writer => writer.WriteNullValue());
                break;
            case "anyOf":
                WriteList(json, name, member.Value, known is { IsNullable: true, HasType: false }, Write, WriteNullType);
                break;
            case "prefixItems" or "oneOf" or "allOf":
                WriteList(json, name, member.Value, false, Write, WriteNullType);
                break;
            case "items" or "additionalProperties" or "not":
                json.WritePropertyName(name);
                Write(json, member.Value);
                break;
            case "properties":
                WriteProperties(json, name, member.Value, known.Ordering);
                break;
            case "defs" or "$defs":
                WriteProperties(json, "$defs", member.Value, default);
                break;
            case "ref":
                json.WriteString("$ref"u8, member.Value.GetString()!.Replace("#/defs/", "#/$defs/", StringComparison.Ordinal));
                break;
            case "example":
                json.WriteStartArray("examples"u8);
                member.Value.WriteTo(json);
                json.WriteEndArray();
                break;
            case "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties" when member.Value.ValueKind == JsonValueKind.String:
                json.WritePropertyName(name);
                json.WriteRawValue(Spelling.Unquoted(member.Value));
                break;
            default:
                json.WritePropertyName(name);
                member.Value.WriteTo(json);
                break;
        }
    }

    private static void WriteType(Utf8JsonWriter json, JsonElement type, bool isNullable)
    {
        string[] words = [.. Spelling.Items(type).Select(word => word.GetString()!.ToLowerInvariant()).Where(word => word != "type_unspecified")];
        if (isNullable && words.Length > 0 && Array.IndexOf(words, "null") < 0)
        {
            words = [.. words, "null"];
        }

        switch (words)
        {
            case []:
                return;
            case [string only]:
                json.WriteString("type"u8, only);
                return;
        }

        json.WriteStartArray("type"u8);
        foreach (string word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }

    private static void WriteList(
        Utf8JsonWriter json, string name, JsonElement list, bool withNull, Action<Utf8JsonWriter, JsonElement> write, Action<Utf8JsonWriter> writeNull)
    {
        json.WriteStartArray(name);
        foreach (JsonElement item in Spelling.Items(list))
        {
            write(json, item);
        }

        if (withNull)
        {
            writeNull(json);
        }

        json.WriteEndArray();
    }

    private static void WriteNullType(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "null"u8);
        json.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter json, string name, JsonElement properties, JsonElement ordering)
    {
        json.WriteStartObject(name);
        List<string> order = ordering.ValueKind == JsonValueKind.Array ? [.. ordering.EnumerateArray().Select(item => item.GetString()!)] : [];
        foreach (JsonProperty property in properties.EnumerateObject().OrderBy(property => order.IndexOf(property.Name) is >= 0 and var place ? place : int.MaxValue))
        {
            json.WritePropertyName(property.Name);
            Write(json, property.Value);
        }

        json.WriteEndObject();
    }

    /// <summary>What of a schema decides how its other members are written.</summary>
    private readonly record struct Known(bool IsNullable, bool HasType, JsonElement Ordering)
    {
        public static Known Of(JsonElement schema)
        {
            bool isNullable = false, hasType = false;
            JsonElement ordering = default;
            foreach (JsonProperty member in Spelling.Members(schema))
            {
                switch (Spelling.Camel(member.Name))
                {
                    case "nullable":
                        isNullable = member.Value.GetBoolean();
                        break;
                    case "type":
                        hasType = true;
                        break;
                    case "propertyOrdering":
                        ordering = member.Value;
                        break;
                }
            }

            return new Known(isNullable, hasType, ordering);
        }
    }
}
