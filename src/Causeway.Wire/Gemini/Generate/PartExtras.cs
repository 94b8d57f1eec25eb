using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Gives back the members of a part that only this protocol knows: those of its data member have a dot before their name.</summary>
internal static class PartExtras
{
    public static void WriteOuter(Utf8JsonWriter json, Part part)
    {
        foreach ((string name, JsonSlice value) in part.Extras ?? [])
        {
            if (!name.StartsWith('.'))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }
    }

    public static void WriteInner(Utf8JsonWriter json, Part part)
    {
        foreach ((string name, JsonSlice value) in part.Extras ?? [])
        {
            if (name.StartsWith('.') && !value.IsAbsent)
            {
                json.WritePropertyName(name.AsSpan(1));
                value.WriteTo(json);
            }
        }
    }

    public static bool HasInner(Part part, string name) => part.Extras?.Exists(extra => extra.Key == name) == true;
}
