using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Sources of what a block of text says.</summary>
internal static class MessagesCitations
{
    public static void Read(JsonElement citation, ReplySink sink, int block) => sink.Cite(block, new Citation(
        citation.Text("url") ?? citation.Text("source") ?? "",
        citation.Text("title") ?? citation.Text("document_title"),
        citation.Text("cited_text")));

    /// <summary>Writes a source as one of a web search, the only kind with an address.</summary>
    public static void Write(Utf8JsonWriter json, in Citation citation)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("url"u8, citation.Url);
        json.WriteString("title"u8, citation.Title);
        json.WriteString("cited_text"u8, citation.CitedText ?? "");
        json.WriteString("encrypted_index"u8, MessagesSeals.ForeignIndex);
        json.WriteEndObject();
    }
}
