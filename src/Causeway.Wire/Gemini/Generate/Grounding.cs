using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>
/// <c>groundingMetadata</c>: sources, and which of them supports which piece of text. Its offsets are bytes of a part, which says nothing to
/// others; the piece itself does.
/// </summary>
internal static class Grounding
{
    public static List<Citation> Read(JsonElement grounding)
    {
        List<Citation> citations = [];
        List<Source?> sources = [.. Items(grounding, "groundingChunks").Select(SourceOf)];
        foreach (JsonElement support in Items(grounding, "groundingSupports"))
        {
            string? text = support.TryGetProperty("segment"u8, out JsonElement segment) ? GenerateReplyReader.Text(segment, "text"u8) : null;
            foreach (JsonElement number in Items(support, "groundingChunkIndices"))
            {
                if (number.TryGetInt32(out int at) && at >= 0 && at < sources.Count && sources[at] is { } source)
                {
                    citations.Add(new Citation(source.Url, source.Title, text));
                }
            }
        }

        citations.AddRange(sources.OfType<Source>()
            .Where(source => !citations.Exists(citation => citation.Url == source.Url))
            .Select(source => new Citation(source.Url, source.Title, null)));
        return citations;
    }

    /// <summary><c>citationMetadata</c>: texts that the answer repeats.</summary>
    public static List<Citation> ReadRecited(JsonElement metadata) =>
    [
        .. Items(metadata, "citationSources").Concat(Items(metadata, "citations"))
            .Where(source => GenerateReplyReader.Text(source, "uri"u8) is not null)
            .Select(source => new Citation(GenerateReplyReader.Text(source, "uri"u8)!, GenerateReplyReader.Text(source, "title"u8), null)),
    ];

    public static void Write(Utf8JsonWriter json, List<Citation> citations)
    {
        List<string> sources = [.. citations.Select(citation => citation.Url).Distinct()];
        json.WriteStartObject("groundingMetadata"u8);
        json.WriteStartArray("groundingChunks"u8);
        foreach (string url in sources)
        {
            WriteSource(json, citations.Find(citation => citation.Url == url));
        }

        json.WriteEndArray();
        json.WriteStartArray("groundingSupports"u8);
        foreach (IGrouping<string, Citation> support in citations.Where(citation => citation.CitedText is not null).GroupBy(citation => citation.CitedText!))
        {
            WriteSupport(json, support.Key, support.Select(citation => sources.IndexOf(citation.Url)));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, Citation citation)
    {
        json.WriteStartObject();
        json.WriteStartObject("web"u8);
        json.WriteString("uri"u8, citation.Url);
        if (citation.Title is not null)
        {
            json.WriteString("title"u8, citation.Title);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSupport(Utf8JsonWriter json, string text, IEnumerable<int> sources)
    {
        json.WriteStartObject();
        json.WriteStartObject("segment"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        json.WriteStartArray("groundingChunkIndices"u8);
        foreach (int source in sources)
        {
            json.WriteNumberValue(source);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Source? SourceOf(JsonElement chunk)
    {
        foreach (JsonProperty kind in chunk.EnumerateObject())
        {
            // web, maps, retrievedContext and image all have these two.
            if (GenerateReplyReader.Text(kind.Value, "uri"u8) is { } url)
            {
                return new Source(url, GenerateReplyReader.Text(kind.Value, "title"u8));
            }
        }

        return null;
    }

    private static JsonElement[] Items(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : [];

    private sealed record Source(string Url, string? Title);
}
