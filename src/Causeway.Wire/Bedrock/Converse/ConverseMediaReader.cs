using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Reads images, documents, sound and film: bytes, or an object in S3, which only the provider can fetch.</summary>
internal sealed class ConverseMediaReader(JsonBody body, MessagesMarks marks)
{
    /// <param name="name">The block's member.</param>
    /// <param name="medium">Its value.</param>
    /// <param name="block">The block.</param>
    public Part Read(string name, JsonElement medium, JsonElement block)
    {
        (MediaKind kind, Concept bytes, Concept file) = name switch
        {
            "image" => (MediaKind.Image, Concept.ImageBytes, Concept.ImageFile),
            "document" => (MediaKind.Document, Concept.DocumentBytes, Concept.DocumentFile),
            "audio" => (MediaKind.Audio, Concept.AudioBytes, Concept.MediaUri),
            _ => (MediaKind.Video, Concept.VideoBytes, Concept.MediaUri),
        };
        MarkMembers(name, medium);
        JsonElement source = medium.Required("source", $"{marks.Path}.{name}");
        string? type = ConverseMedia.TypeOf(kind, medium.Text("format"));
        JsonSlice title = body.Slice(medium, "name");
        if (source.TryGet("bytes", out JsonElement data))
        {
            marks.Here(bytes, $".{name}.source.bytes");
            return new MediaPart(kind) { MediaType = type, Data = body.Slice(data), Name = title };
        }

        if (source.TryGet("s3Location", out JsonElement location))
        {
            marks.Here(file, $".{name}.source.s3Location");
            return new MediaPart(kind) { MediaType = type, FileId = body.Slice(location, "uri"), Name = title };
        }

        if (source.TryGet("text", out JsonElement text))
        {
            marks.Here(Concept.DocumentText, $".{name}.source.text");
            return new MediaPart(kind) { MediaType = type ?? "text/plain", Text = body.Slice(text), Name = title };
        }

        if (source.TryGet("content", out _))
        {
            // Cut into pieces by the caller: as particular to this protocol as a search result.
            marks.Here(Concept.SearchResult, $".{name}.source.content");
        }
        else
        {
            marks.Unknown($"{marks.Path}.{name}.source");
        }

        return new NativePart(body.Slice(block));
    }

    private void MarkMembers(string name, JsonElement medium)
    {
        foreach (JsonProperty member in medium.EnumerateObject())
        {
            switch (member.Name)
            {
                case "format" or "source":
                    break;
                case "name" or "context":
                    marks.Here(Concept.DocumentContext, $".{name}.{member.Name}");
                    break;
                case "citations" when member.Value.TryGet("enabled", out JsonElement enabled) && !enabled.GetBoolean():
                    break;
                case "citations":
                    marks.Here(Concept.DocumentCitations, $".{name}.citations");
                    break;
                default:
                    marks.Unknown($"{marks.Path}.{name}.{member.Name}");
                    break;
            }
        }
    }
}
