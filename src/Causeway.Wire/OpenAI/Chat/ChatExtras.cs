using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Gives members back that only chat knows. A name with a dot stood inside the member before the dot.</summary>
internal static class ChatExtras
{
    public static void Write(Utf8JsonWriter json, Extras? extras)
    {
        foreach ((string name, JsonSlice value) in extras ?? [])
        {
            if (!name.Contains('.', StringComparison.Ordinal))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }
    }

    public static void WriteNested(Utf8JsonWriter json, Extras? extras, string parent)
    {
        foreach ((string name, JsonSlice value) in extras ?? [])
        {
            if (name.Length > parent.Length && name[parent.Length] == '.' && name.StartsWith(parent, StringComparison.Ordinal))
            {
                json.WritePropertyName(name.AsSpan(parent.Length + 1));
                value.WriteTo(json);
            }
        }
    }

    public static bool Has(Extras? extras, string name) => extras?.Exists(extra => extra.Key == name) == true;
}
