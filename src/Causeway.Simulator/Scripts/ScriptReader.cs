using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Simulator.Scripts;

/// <summary>Reads a script strictly: a typing error in a test's script must not become a test that passes.</summary>
internal static class ScriptReader
{
    /// <returns>The script, or every complaint at once, each with the place and the allowed words.</returns>
    public static (Script? Script, IReadOnlyList<string> Complaints) Read(ReadOnlySpan<byte> json)
    {
        List<string> complaints = [];
        try
        {
            JsonElement root = JsonElement.Parse(json);
            CheckNames(root, ScriptJson.Default.Script, "$", complaints);
            if (complaints.Count > 0)
            {
                return (null, complaints);
            }

            Script? script = root.Deserialize(ScriptJson.Default.Script);
            if (script is null)
            {
                return (null, ["$: a script is an object, as in {\"rules\":[{\"then\":{\"status\":429}}]}"]);
            }

            complaints.AddRange(ScriptRules.Check(script));
            return complaints.Count == 0 ? (script, complaints) : (null, complaints);
        }
        catch (JsonException broken)
        {
            return (null, [$"{broken.Path ?? "$"}: {broken.Message}"]);
        }
    }

    private static void CheckNames(JsonElement value, JsonTypeInfo type, string place, List<string> complaints)
    {
        switch (value.ValueKind, type.Kind)
        {
            case (JsonValueKind.Object, JsonTypeInfoKind.Object):
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    JsonPropertyInfo? known = type.Properties.FirstOrDefault(p => member.NameEquals(p.Name));
                    if (known is null)
                    {
                        complaints.Add($"{place}.{member.Name}: unknown field; allowed: {string.Join(", ", type.Properties.Select(p => p.Name))}");
                        continue;
                    }

                    CheckValue(member.Value, known.PropertyType, $"{place}.{member.Name}", complaints);
                }

                break;
            case (JsonValueKind.Array, JsonTypeInfoKind.Enumerable):
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    CheckValue(item, type.ElementType!, $"{place}[{index++}]", complaints);
                }

                break;
        }
    }

    private static void CheckValue(JsonElement value, Type clrType, string place, List<string> complaints)
    {
        Type bare = Nullable.GetUnderlyingType(clrType) ?? clrType;
        if (bare.IsEnum)
        {
            string[] words = [.. Enum.GetNames(bare).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
            if (value.ValueKind != JsonValueKind.Null && (value.ValueKind != JsonValueKind.String || !words.Contains(value.GetString())))
            {
                complaints.Add($"{place}: {value.GetRawText()} is not one of {string.Join(", ", words)}");
            }
        }
        else if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && ScriptJson.Default.GetTypeInfo(bare) is { } nested)
        {
            CheckNames(value, nested, place, complaints);
        }
    }
}
