namespace Causeway.Wire.Gemini.Generate;

/// <summary>Media types that an address tells by its ending: Gemini asks for one where other protocols give the address alone.</summary>
internal static class MediaTypes
{
    private static readonly Dictionary<string, string> ByEnding = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".webp"] = "image/webp",
        [".gif"] = "image/gif",
        [".heic"] = "image/heic",
        [".heif"] = "image/heif",
        [".pdf"] = "application/pdf",
        [".txt"] = "text/plain",
        [".md"] = "text/markdown",
        [".html"] = "text/html",
        [".csv"] = "text/csv",
        [".mp3"] = "audio/mp3",
        [".wav"] = "audio/wav",
        [".mp4"] = "video/mp4",
        [".mov"] = "video/quicktime",
        [".webm"] = "video/webm",
    };

    /// <summary>The type by the ending of the address's path; null: it tells none.</summary>
    public static string? OfAddress(string? address)
    {
        string path = Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri.AbsolutePath : address ?? "";
        return ByEnding.GetValueOrDefault(Path.GetExtension(path));
    }
}
