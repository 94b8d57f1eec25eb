using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>The freedoms of protobuf's JSON: two spellings of a name, one item for a list of one, numbers as strings.</summary>
internal static class Spelling
{
    /// <summary>A member's name in camel case, whichever way it is spelled. Not for the keys of a map: those are the caller's own.</summary>
    public static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        string[] words = name.Split('_', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 1; i < words.Length; i++)
        {
            words[i] = char.ToUpperInvariant(words[i][0]) + words[i][1..];
        }

        return string.Concat(words);
    }

    /// <summary>The members that have a value: null counts as absent.</summary>
    public static IEnumerable<JsonProperty> Members(JsonElement value) => value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null);

    /// <summary>The items of a list, or the one value in its place.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    /// <summary>A string.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static JsonSlice Text(JsonBody body, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? body.Slice(value) : throw new InvalidOperationException("Not a string.");

    /// <summary>A number in its own spelling, without the quotes that it may have.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static JsonSlice Number(JsonBody body, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => body.Slice(value),
        JsonValueKind.String => new JsonSlice(Unquoted(value).ToArray()),
        _ => throw new InvalidOperationException("Not a number."),
    };

    /// <summary>The number that a string spells.</summary>
    /// <exception cref="InvalidOperationException">It spells something else.</exception>
    public static ReadOnlySpan<byte> Unquoted(JsonElement text)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(text)[1..^1];
        Utf8JsonReader reader = new(raw);
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == raw.Length
            ? raw
            : throw new InvalidOperationException("Not a number.");
    }

    /// <summary>A whole number; <c>8192.0</c> and <c>"8192"</c> are some.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static long Count(JsonBody body, JsonElement value)
    {
        using JsonDocument number = JsonDocument.Parse(Number(body, value).Raw);
        return number.RootElement.TryGetInt64(out long count) ? count
            : number.RootElement.GetDouble() is var real && Math.Floor(real) == real && Math.Abs(real) < 1L << 53 ? (long)real
            : throw new InvalidOperationException("Not a whole number.");
    }
}
