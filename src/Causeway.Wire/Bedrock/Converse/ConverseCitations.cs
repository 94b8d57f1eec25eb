using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Sources of what a block of text says.</summary>
internal static class ConverseCitations
{
    public static void Read(JsonElement citation, ReplySink sink, int block)
    {
        string? url = citation.TryGet("location", out JsonElement location) && location.TryGet("web", out JsonElement web) ? web.Text("url") : null;
        JsonElement.ArrayEnumerator cited = citation.TryGet("sourceContent", out JsonElement content) ? content.EnumerateArray() : default;
        string text = string.Concat(cited.Select(part => part.Text("text")));
        sink.Cite(block, new Citation(url ?? citation.Text("source") ?? "", citation.Text("title"), text.Length == 0 ? null : text));
    }

    /// <summary>Writes the members of a source, the object being open.</summary>
    public static void Write(Utf8JsonWriter json, in Citation citation)
    {
        if (citation.Title is not null)
        {
            json.WriteString("title"u8, citation.Title);
        }

        json.WriteStartArray("sourceContent"u8);
        if (citation.CitedText is not null)
        {
            json.WriteStartObject();
            json.WriteString("text"u8, citation.CitedText);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("location"u8);
        json.WriteStartObject("web"u8);
        json.WriteString("url"u8, citation.Url);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
