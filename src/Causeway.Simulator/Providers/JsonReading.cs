using System.Text.Json;

namespace Causeway.Simulator.Providers;

/// <summary>Forgiving reads: a member that is absent, null or of another kind is null.</summary>
internal static class JsonReading
{
    /// <param name="twin">A second spelling, where the vendor accepts two.</param>
    public static JsonElement? Member(this JsonElement value, string name, string? twin = null)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return (value.TryGetProperty(name, out JsonElement member) || (twin is not null && value.TryGetProperty(twin, out member)))
            && member.ValueKind != JsonValueKind.Null
            ? member
            : null;
    }

    public static JsonElement? Member(this JsonElement? value, string name, string? twin = null) => value?.Member(name, twin);

    public static string? Text(this JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Number(this JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long read) ? read : null;

    public static bool IsTrue(this JsonElement? value) => value?.ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(this JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>A string, or a list of strings.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement? value) =>
        value.Text() is { } one ? [one] : [.. value.Items().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)];

    /// <summary>Message content: a string, or parts of which the text ones count.</summary>
    public static string ContentText(this JsonElement? content) =>
        content.Text() ?? string.Join('\n', content.Items().Select(part => part.Member("text").Text()).Where(text => text is not null));
}
