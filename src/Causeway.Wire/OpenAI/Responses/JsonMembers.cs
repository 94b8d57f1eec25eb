using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Members of an object, where null and absent mean the same.</summary>
internal static class JsonMembers
{
    /// <summary>The member's slice; absent where there is none.</summary>
    public static JsonSlice Member(this JsonBody body, JsonElement element, string name) =>
        TryMember(element, name, out JsonElement value) ? body.Slice(value) : default;

    /// <summary>Whether there is such a member with a value.</summary>
    public static bool TryMember(this JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>The member's text; null where it is absent or no string.</summary>
    public static string? Word(this JsonElement element, string name) =>
        TryMember(element, name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A string's spelling between its quotes; empty for anything else.</summary>
    public static ReadOnlySpan<byte> Escaped(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(value)[1..^1] : default;
}
