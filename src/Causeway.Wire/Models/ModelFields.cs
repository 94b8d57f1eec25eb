using System.Globalization;
using System.Text.Json;

namespace Causeway.Wire.Models;

/// <summary>Lenient reading of the members that model lists share: what has the wrong type or range is not there.</summary>
internal static class ModelFields
{
    private const int MaxTextLength = 512;

    public static string? Text(JsonElement model, string name) =>
        model.ValueKind == JsonValueKind.Object
        && model.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.String
        && member.GetString() is { Length: > 0 and <= MaxTextLength } text
            ? text
            : null;

    public static long? Count(JsonElement model, string name) =>
        model.TryGetProperty(name, out JsonElement member)
        && member.ValueKind == JsonValueKind.Number
        && member.TryGetInt64(out long count)
        && count > 0
            ? count
            : null;

    public static DateTimeOffset? Time(JsonElement model, string name) =>
        DateTimeOffset.TryParse(Text(model, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : null;

    public static DateOnly? Date(JsonElement model, string name) =>
        Time(model, name) is DateTimeOffset time ? DateOnly.FromDateTime(time.UtcDateTime) : null;

    public static string Write(DateOnly date) => date.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339 in UTC to the second.</summary>
    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
