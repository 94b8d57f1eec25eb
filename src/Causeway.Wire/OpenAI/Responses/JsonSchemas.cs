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
        else if (isOpenApi)
        {
            OpenApiSchema.Write(json, schema);
        }
        else
        {
            schema.WriteTo(json);
        }
    }
}
