using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI.Responses;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Writes the content of a message.</summary>
internal sealed class ChatPartWriter(TranslationPlan plan, Utf8JsonWriter json)
{
    private static readonly JsonSlice ErrorMark = JsonSlice.Of("Error: ");

    /// <summary>Whether the target gets a part; the plan has named what it does not get.</summary>
    public bool IsWritten(Part part) => part switch
    {
        TextPart or RefusalPart => true,
        MediaPart media => plan.Keeps(ConceptOf(media)),
        NativePart => plan.IsSameOperation,
        _ => false,
    };

    /// <summary>Writes parts as a value: text alone as a string, which every server takes, anything else as a list.</summary>
    /// <param name="parts">Parts that are written.</param>
    /// <param name="between">What stands between texts that become one.</param>
    /// <param name="join">Texts become one; a target of the same operation gets its parts as they were otherwise.</param>
    /// <param name="isInput">Marks of caching stand on what is put in, not on what the model or a tool said.</param>
    public void WriteContent(IReadOnlyList<Part> parts, ReadOnlySpan<byte> between = default, bool join = false, bool isInput = true)
    {
        bool isPlain = parts.All(part => part is TextPart && !(isInput && HasCache(part)) && (part.Extras is null || !plan.IsSameOperation));
        if (isPlain && (join || parts.Count <= 1 || !plan.IsSameOperation))
        {
            EscapedText text = new();
            for (int i = 0; i < parts.Count; i++)
            {
                text.Add(i == 0 ? default : between).Add(((TextPart)parts[i]).Text.Escaped);
            }

            text.WriteTo(json);
            return;
        }

        json.WriteStartArray();
        foreach (Part part in parts)
        {
            WritePart(part, isInput);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what a tool answered: text, and on the same operation whatever it was.</summary>
    public void WriteResult(ToolResultPart result)
    {
        if (plan.IsSameOperation && result.Json.IsAbsent)
        {
            WriteContent(result.Content);
            return;
        }

        EscapedText text = new();
        text.Add(result.IsError && plan.Keeps(Concept.ToolError) ? ErrorMark.Escaped : default);
        if (!result.Json.IsAbsent)
        {
            text.Add(JsonEncodedText.Encode(result.Json.Raw.Span, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        }

        bool isFirst = result.Json.IsAbsent;
        foreach (JsonSlice part in result.Content.Select(TextOf).Where(part => !part.IsAbsent))
        {
            text.Add(isFirst ? default : "\\n"u8).Add(part.Escaped);
            isFirst = false;
        }

        text.WriteTo(json);
    }

    /// <summary>What a tool answered besides text, for a message of the user, behind a line that says whose answer it is.</summary>
    public IReadOnlyList<Part> Moved(ToolResultPart result, string callId)
    {
        List<Part> media = result.Content.FindAll(part =>
            part is MediaPart { Text.IsAbsent: true } medium
            && plan.Keeps(medium.Kind == MediaKind.Image ? Concept.ToolResultImage : Concept.ToolResultDocument));
        return media.Count == 0 ? [] : [new TextPart(JsonSlice.Of($"The tool call {callId} also returned:")), .. media];
    }

    /// <summary>Names marks of caching that stand where the target knows none.</summary>
    public void SayMarks(NeutralRequest request, bool any)
    {
        if (any && !plan.IsSameOperation && plan.Keeps(Concept.CacheMark))
        {
            plan.Say(request.Uses.Find(use => use.Concept == Concept.CacheMark).Path ?? "cache");
        }
    }

    private bool HasCache(Part part) => part.Cache is not null && plan.Keeps(Concept.CacheMark);

    private static JsonSlice TextOf(Part part) => part switch
    {
        TextPart text => text.Text,
        MediaPart { Text.IsAbsent: false } document => document.Text,
        _ => default,
    };

    private void WritePart(Part part, bool isInput)
    {
        if (part is NativePart native)
        {
            native.Raw.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                json.WriteString("type"u8, "text"u8);
                text.Text.WriteTo(json, "text"u8);
                break;
            case RefusalPart refusal:
                json.WriteString("type"u8, "refusal"u8);
                refusal.Text.WriteTo(json, "refusal"u8);
                break;
            case MediaPart { Text.IsAbsent: false } document:
                WriteDocumentText(document);
                break;
            case MediaPart media:
                WriteMedia(media);
                break;
        }

        if (plan.IsSameOperation)
        {
            ChatExtras.Write(json, part.Extras);
        }
        else if (isInput && HasCache(part))
        {
            WriteBreakpoint(part.Cache!);
        }

        json.WriteEndObject();
    }

    private void WriteBreakpoint(CacheMark mark)
    {
        json.WriteStartObject("prompt_cache_breakpoint"u8);
        json.WriteString("mode"u8, "explicit"u8);

        // There are two lengths of life; any other is the default of half an hour, which costs the least.
        if (mark.Ttl is "30m" or "12h")
        {
            json.WriteString("ttl"u8, mark.Ttl);
        }

        json.WriteEndObject();
    }

    private void WriteDocumentText(MediaPart document)
    {
        json.WriteString("type"u8, "text"u8);
        json.WritePropertyName("text"u8);
        EscapedText text = new();
        if (!document.Name.IsAbsent)
        {
            text.Add(document.Name.Escaped);
        }

        text.AddParagraph(document.Text.Escaped).WriteTo(json);
    }

    private void WriteMedia(MediaPart media)
    {
        string type = media.Kind switch
        {
            MediaKind.Image => "image_url",
            MediaKind.Audio => "input_audio",
            _ => "file",
        };
        json.WriteString("type"u8, type);
        json.WriteStartObject(type);
        switch (media.Kind)
        {
            case MediaKind.Image:
                WriteImage(media);
                break;
            case MediaKind.Audio:
                media.Data.WriteTo(json, "data"u8);
                json.WriteString("format"u8, AudioFormat.Of(media.MediaType) ?? media.MediaType?["audio/".Length..]);
                break;
            default:
                WriteFile(media);
                break;
        }

        if (plan.IsSameOperation)
        {
            ChatExtras.WriteNested(json, media.Extras, type);
        }

        json.WriteEndObject();
    }

    private void WriteImage(MediaPart image)
    {
        if (image.Data.IsAbsent)
        {
            image.Url.WriteTo(json, "url"u8);
        }
        else
        {
            DataUrl.Write(json, "url"u8, image.MediaType ?? "image/png", image.Data);
        }

        if (image.Detail is { } detail && plan.Keeps(Concept.ImageDetail))
        {
            json.WriteString("detail"u8, detail);
        }
    }

    private void WriteFile(MediaPart file)
    {
        if (!file.Name.IsAbsent)
        {
            file.Name.WriteTo(json, "filename"u8);
        }
        else if (!file.Data.IsAbsent && !plan.IsSameOperation)
        {
            json.WriteString("filename"u8, file.MediaType is null or "application/pdf" ? "document.pdf"u8 : "document"u8); // Required with bytes.
        }

        if (file.Data.IsAbsent)
        {
            file.FileId.WriteTo(json, "file_id"u8);
        }
        else
        {
            DataUrl.Write(json, "file_data"u8, file.MediaType ?? "application/pdf", file.Data);
        }
    }

    private static Concept ConceptOf(MediaPart media) => media switch
    {
        { Text.IsAbsent: false } => Concept.DocumentText,
        { Kind: MediaKind.Image, Data.IsAbsent: false } => Concept.ImageBytes,
        { Kind: MediaKind.Image, Url.IsAbsent: false } => Concept.ImageUrl,
        { Kind: MediaKind.Image } => Concept.ImageFile,
        { Kind: MediaKind.Audio } => Concept.AudioBytes,
        { Kind: MediaKind.Video } => Concept.VideoBytes,
        { Data.IsAbsent: false } => Concept.DocumentBytes,
        { Url.IsAbsent: false } => Concept.DocumentUrl,
        _ => Concept.DocumentFile,
    };
}
