using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>The input format of a custom tool. OpenAI nests a grammar under its own name on one operation, and not on the other.</summary>
internal static class CustomFormat
{
    public static void WriteFlat(JsonSlice format, Utf8JsonWriter json)
    {
        json.WritePropertyName("format"u8);
        using JsonDocument document = JsonDocument.Parse(format.Raw);
        if (!document.RootElement.TryMember("grammar", out JsonElement grammar))
        {
            format.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "grammar"u8);
        foreach (JsonProperty member in grammar.EnumerateObject())
        {
            member.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
