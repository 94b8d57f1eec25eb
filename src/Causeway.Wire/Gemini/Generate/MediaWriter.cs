using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes images, sounds, films and documents.</summary>
internal sealed class MediaWriter(Utf8JsonWriter json, TranslationPlan plan)
{
    private readonly bool _takesResolutions = GeminiModelRules.Of(plan.Target.Model).TakesResolutions;

    public bool Carries(MediaPart media) =>
        plan.Keeps(ConceptOf(media)) && (plan.IsSameOperation || media.FileId.IsAbsent || MediaAddresses.IsFetched(media.FileId));

    /// <summary>Writes the members of a part.</summary>
    public void Write(MediaPart media)
    {
        if (!media.Text.IsAbsent)
        {
            // A document of plain text is text, under its title.
            JsonSlice text = media.Name.IsAbsent ? media.Text : JsonSlices.Joined([media.Name, media.Text], @"\n\n"u8);
            text.WriteTo(json, "text"u8);
            return;
        }

        bool isInline = !media.Data.IsAbsent;
        JsonSlice content = isInline ? media.Data : media.Url.IsAbsent ? media.FileId : media.Url;
        json.WriteStartObject(isInline ? "inlineData"u8 : "fileData"u8);
        if (MediaTypeOf(media, content) is { } type)
        {
            json.WriteString("mimeType"u8, type);
        }

        content.WriteTo(json, isInline ? "data"u8 : "fileUri"u8);
        if (plan.IsSameOperation)
        {
            if (!media.Name.IsAbsent)
            {
                media.Name.WriteTo(json, "displayName"u8);
            }

            PartExtras.WriteInner(json, media);
        }

        json.WriteEndObject();
        WriteResolution(media);
    }

    private void WriteResolution(MediaPart media)
    {
        if (!plan.IsSameOperation && _takesResolutions && plan.Keeps(Concept.ImageDetail) && PartResolutions.LevelOf(media.Detail) is { } level)
        {
            json.WriteStartObject("mediaResolution"u8);
            json.WriteString("level"u8, level);
            json.WriteEndObject();
        }
    }

    private string? MediaTypeOf(MediaPart media, JsonSlice content) => plan.IsSameOperation ? media.MediaType : media.RegisteredType ?? GuessType(media, content);

    private static string GuessType(MediaPart media, JsonSlice content) =>
        (media.Data.IsAbsent ? MediaTypes.OfAddress(content.Text()) : null) ?? media.Kind switch
        {
            MediaKind.Image => "image/jpeg",
            MediaKind.Audio => "audio/mp3",
            MediaKind.Video => "video/mp4",
            _ => "application/pdf",
        };

    private static Concept ConceptOf(MediaPart media) => (media.Kind, media) switch
    {
        (_, { Text.IsAbsent: false }) => Concept.DocumentText,
        (MediaKind.Image, { Data.IsAbsent: false }) => Concept.ImageBytes,
        (MediaKind.Audio, { Data.IsAbsent: false }) => Concept.AudioBytes,
        (MediaKind.Video, { Data.IsAbsent: false }) => Concept.VideoBytes,
        (_, { Data.IsAbsent: false }) => Concept.DocumentBytes,
        (MediaKind.Image, { Url.IsAbsent: false }) => Concept.ImageUrl,
        (MediaKind.Image, _) => Concept.ImageFile,
        (MediaKind.Document, { Url.IsAbsent: false }) => Concept.DocumentUrl,
        (MediaKind.Document, _) => Concept.DocumentFile,
        _ => Concept.MediaUri,
    };
}
