using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads <c>inlineData</c> and <c>fileData</c>: the media type says what it is, the address where it lives.</summary>
internal sealed class MediaReader(JsonBody body, Marks marks)
{
    /// <param name="members">A part that is one of the two.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="path">Its data member as the caller spells it.</param>
    /// <param name="concept">What a user's part like this asks for; the caller marks it.</param>
    /// <exception cref="RequestException">There is nothing in it.</exception>
    public MediaPart Read(PartMembers members, in Place place, string path, out Concept concept)
    {
        JsonSlice content = default, name = default;
        string? mediaType = null;
        foreach (JsonProperty inner in Spelling.Members(members.Value))
        {
            switch (Spelling.Camel(inner.Name))
            {
                case "mimeType":
                    mediaType = inner.Value.GetString();
                    break;
                case "data" or "fileUri":
                    content = Spelling.Text(body, inner.Value);
                    break;
                case "displayName":
                    name = Spelling.Text(body, inner.Value);
                    break;
                default:
                    marks.Once(Concept.Unknown, place, $"{path}.{inner.Name}");
                    members.KeepInner(body, inner);
                    break;
            }
        }

        if (content.IsAbsent)
        {
            throw new RequestException($"\"{place}.{path}\" has no content.", $"{place}.{path}");
        }

        return members.Kind == "inlineData"
            ? Inline(KindOf(mediaType), mediaType, content, name, members.Detail, out concept)
            : File(mediaType, content, name, members.Detail, out concept);
    }

    private static MediaPart Inline(MediaKind kind, string? mediaType, JsonSlice data, JsonSlice name, string? detail, out Concept concept)
    {
        concept = kind switch
        {
            MediaKind.Image => Concept.ImageBytes,
            MediaKind.Audio => Concept.AudioBytes,
            MediaKind.Video => Concept.VideoBytes,
            _ => Concept.DocumentBytes,
        };
        return new MediaPart(kind) { MediaType = mediaType, Data = data, Name = name, Detail = detail };
    }

    private static MediaPart File(string? mediaType, JsonSlice address, JsonSlice name, string? detail, out Concept concept)
    {
        string? text = address.Text();
        MediaKind kind = mediaType is null && IsWatched(text) ? MediaKind.Video : KindOf(mediaType ?? MediaTypes.OfAddress(text));
        bool isPublic = MediaAddresses.IsPublic(text);
        concept = (kind, isPublic) switch
        {
            (MediaKind.Image, true) => Concept.ImageUrl,
            (MediaKind.Image, false) => Concept.ImageFile,
            (MediaKind.Document, true) => Concept.DocumentUrl,
            (MediaKind.Document, false) => Concept.DocumentFile,
            _ => Concept.MediaUri,
        };
        return new MediaPart(kind)
        {
            MediaType = mediaType,
            Url = isPublic ? address : default,
            FileId = isPublic ? default : address,
            Name = name,
            Detail = detail,
        };
    }

    private static MediaKind KindOf(string? mediaType) => mediaType switch
    {
        not null when mediaType.StartsWith("image/", StringComparison.OrdinalIgnoreCase) => MediaKind.Image,
        not null when mediaType.StartsWith("audio/", StringComparison.OrdinalIgnoreCase) => MediaKind.Audio,
        not null when mediaType.StartsWith("video/", StringComparison.OrdinalIgnoreCase) => MediaKind.Video,
        _ => MediaKind.Document,
    };

    // Gemini watches what is behind such an address; to anybody else it is a web page.
    private static bool IsWatched(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Host is "youtu.be" or "youtube.com" or "www.youtube.com" or "m.youtube.com";
}
