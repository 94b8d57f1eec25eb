using System.Collections.Frozen;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Formats of images, documents, sound and film: words of this protocol for media types.</summary>
internal static class ConverseMedia
{
    private static readonly (MediaKind Kind, string Format, string Type)[] Formats =
    [
        (MediaKind.Image, "png", "image/png"),
        (MediaKind.Image, "jpeg", "image/jpeg"),
        (MediaKind.Image, "gif", "image/gif"),
        (MediaKind.Image, "webp", "image/webp"),
        (MediaKind.Image, "jpeg", "image/jpg"),
        (MediaKind.Document, "pdf", "application/pdf"),
        (MediaKind.Document, "csv", "text/csv"),
        (MediaKind.Document, "doc", "application/msword"),
        (MediaKind.Document, "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (MediaKind.Document, "xls", "application/vnd.ms-excel"),
        (MediaKind.Document, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (MediaKind.Document, "html", "text/html"),
        (MediaKind.Document, "txt", "text/plain"),
        (MediaKind.Document, "md", "text/markdown"),
        (MediaKind.Audio, "wav", "audio/wav"),
        (MediaKind.Audio, "mp3", "audio/mpeg"),
        (MediaKind.Audio, "flac", "audio/flac"),
        (MediaKind.Audio, "ogg", "audio/ogg"),
        (MediaKind.Audio, "opus", "audio/opus"),
        (MediaKind.Audio, "aac", "audio/aac"),
        (MediaKind.Audio, "m4a", "audio/mp4"),
        (MediaKind.Audio, "webm", "audio/webm"),
        (MediaKind.Audio, "wav", "audio/x-wav"),
        (MediaKind.Audio, "mp3", "audio/mp3"),
        (MediaKind.Audio, "m4a", "audio/m4a"),
        (MediaKind.Video, "mp4", "video/mp4"),
        (MediaKind.Video, "mov", "video/quicktime"),
        (MediaKind.Video, "mkv", "video/x-matroska"),
        (MediaKind.Video, "webm", "video/webm"),
        (MediaKind.Video, "flv", "video/x-flv"),
        (MediaKind.Video, "mpeg", "video/mpeg"),
        (MediaKind.Video, "wmv", "video/x-ms-wmv"),
        (MediaKind.Video, "three_gp", "video/3gpp"),
        (MediaKind.Video, "mov", "video/mov"),
        (MediaKind.Video, "wmv", "video/wmv"),
    ];

    private static readonly FrozenDictionary<(MediaKind, string), string> ByType =
        Formats.ToFrozenDictionary(format => (format.Kind, format.Type), format => format.Format);

    /// <summary>The word for a part's media type; null where this protocol has none.</summary>
    public static string? FormatOf(MediaPart media)
    {
        string type = media.MediaType ?? "";
        int parameters = type.IndexOf(';', StringComparison.Ordinal);
        return ByType.GetValueOrDefault((media.Kind, (parameters < 0 ? type : type[..parameters]).Trim().ToLowerInvariant()));
    }

    /// <summary>The media type of a word; null where it is not known.</summary>
    public static string? TypeOf(MediaKind kind, string? format) =>
        Array.Find(Formats, known => known.Kind == kind && known.Format == format).Type;

    /// <summary>Whether all media of a kind that stand in the request as bytes are of a type that this protocol has a word for.</summary>
    public static bool TakesAll(NeutralRequest request, MediaKind kind) => MessagesMedia.InBytes(request, kind).All(media => FormatOf(media) is not null);
}
