using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Members of a request that have a shape of their own.</summary>
internal static class ConverseSchemas
{
    /// <summary>Writes the schema of an answer, which is the text of a string here.</summary>
    public static void Write(Utf8JsonWriter json, OutputFormat format)
    {
        json.WriteStartObject("textFormat"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("structure"u8);
        json.WriteStartObject("jsonSchema"u8);
        json.WriteString("schema"u8, format.Schema.Raw.Span);
        if (format.Name.IsString)
        {
            format.Name.WriteTo(json, "name"u8);
        }

        if (format.Description.IsString)
        {
            format.Description.WriteTo(json, "description"u8);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteTopK(Utf8JsonWriter json, ConverseModelRules rules, JsonSlice value)
    {
        if (rules.TopKGroup is not null)
        {
            json.WriteStartObject(rules.TopKGroup);
        }

        json.WritePropertyName(rules.TopKMember!);
        value.WriteTo(json);
        if (rules.TopKGroup is not null)
        {
            json.WriteEndObject();
        }
    }
}
