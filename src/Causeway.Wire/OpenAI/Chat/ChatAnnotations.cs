using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Sources of what an answer says: <c>{"type":"url_citation","url_citation":{…}}</c>.</summary>
internal static class ChatAnnotations
{
    public static Citation Read(JsonElement url) => new(
        Text(url, "url"u8) ?? "",
        Text(url, "title"u8),
        Text(url, "content"u8),
        Offset(url, "start_index"u8),
        Offset(url, "end_index"u8));

    public static void Write(Utf8JsonWriter json, in Citation citation)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "url_citation"u8);
        json.WriteStartObject("url_citation"u8);
        json.WriteString("url"u8, citation.Url);
        json.WriteString("title"u8, citation.Title ?? "");
        if (citation.CitedText is not null)
        {
            json.WriteString("content"u8, citation.CitedText);
        }

        // Clients require the offsets: 0 where they are not told.
        json.WriteNumber("start_index"u8, Math.Max(0, citation.Start));
        json.WriteNumber("end_index"u8, Math.Max(0, citation.End));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? Text(JsonElement url, ReadOnlySpan<byte> name) =>
        url.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Offset(JsonElement url, ReadOnlySpan<byte> name) =>
        url.TryGetProperty(name, out JsonElement value) && value.TryGetInt32(out int offset) ? offset : -1;
}
