using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Writes what a message or a tool's answer consists of.</summary>
internal sealed class ResponsesPartWriter(TranslationPlan plan, Utf8JsonWriter json)
{
    /// <summary>Writes one message of these parts; none where nothing of them can be had.</summary>
    public void WriteMessage(Turn turn, List<Part> parts)
    {
        parts.RemoveAll(part => !IsKept(part, turn.Role));
        if (parts.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, turn.Role switch
        {
            Role.System => turn.IsDeveloper ? "developer"u8 : "system"u8,
            Role.Assistant => "assistant"u8,
            _ => "user"u8,
        });
        json.WritePropertyName("content"u8);
        if (parts is [TextPart { Cache: null } only])
        {
            // The short form is the one that every server of this operation takes, for what the assistant said too.
            only.Text.WriteTo(json);
        }
        else
        {
            json.WriteStartArray();
            parts.ForEach(part => WritePart(part, turn.Role));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the value of a tool's <c>output</c>.</summary>
    public void WriteOutput(ToolResultPart result)
    {
        if (!result.Json.IsAbsent)
        {
            WriteText(result.IsError, Encoding.UTF8.GetString(result.Json.Raw.Span));
            return;
        }

        List<Part> parts = result.Content.FindAll(part => IsKept(part, Role.User));
        switch (parts)
        {
            case []:
                json.WriteStringValue(result.IsError ? "Error"u8 : ""u8);
                break;
            case [TextPart only]:
                new EscapedText().Add(result.IsError ? "Error: "u8 : default).Add(only.Text.Escaped).WriteTo(json);
                break;
            default:
                WriteList(parts, result.IsError);
                break;
        }
    }

    private void WriteText(bool isError, string text) => json.WriteStringValue(isError ? "Error: " + text : text);

    private void WriteList(List<Part> parts, bool isError)
    {
        json.WriteStartArray();
        if (isError)
        {
            WriteInputText(JsonSlice.Of("Error:"), mark: null);
        }

        parts.ForEach(part => WritePart(part, Role.User));
        json.WriteEndArray();
    }

    private bool IsKept(Part part, Role role) => part switch
    {
        TextPart text => role != Role.Assistant || !text.Text.Escaped.IsEmpty,
        RefusalPart => plan.Keeps(Concept.Refusal),
        MediaPart media => IsKept(media, role),
        _ => false,
    };

    private bool IsKept(MediaPart media, Role role)
    {
        if (role == Role.Assistant)
        {
            // What the model drew or said aloud has no place in what it is told that it said.
            plan.Say("assistant media");
            return false;
        }

        Concept? concept = media switch
        {
            { Kind: MediaKind.Video } => null,
            { Kind: MediaKind.Audio } => AudioFormat.Of(media.MediaType) is null || media.Data.IsAbsent ? null : Concept.AudioBytes,
            { Kind: MediaKind.Image, FileId.IsAbsent: false } => Concept.ImageFile,
            { Kind: MediaKind.Image, Url.IsAbsent: false } => Concept.ImageUrl,
            { Kind: MediaKind.Image } => Concept.ImageBytes,
            { FileId.IsAbsent: false } => Concept.DocumentFile,
            { Url.IsAbsent: false } => Concept.DocumentUrl,
            { Text.IsAbsent: false } => Concept.DocumentText,
            _ => Concept.DocumentBytes,
        };
        return concept is { } kept && plan.Keeps(kept);
    }

    private void WritePart(Part part, Role role)
    {
        switch (part)
        {
            case TextPart text when role == Role.Assistant:
                json.WriteStartObject();
                json.WriteString("type"u8, "output_text"u8);
                text.Text.WriteTo(json, "text"u8);
                json.WriteStartArray("annotations"u8);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case TextPart text:
                WriteInputText(text.Text, text.Cache);
                break;
            case RefusalPart refusal:
                json.WriteStartObject();
                json.WriteString("type"u8, "refusal"u8);
                refusal.Text.WriteTo(json, "refusal"u8);
                json.WriteEndObject();
                break;
            case MediaPart { Kind: MediaKind.Image } image:
                WriteImage(image);
                break;
            case MediaPart { Kind: MediaKind.Audio } audio:
                WriteAudio(audio);
                break;
            case MediaPart { Text.IsString: true } document:
                WriteDocumentText(document);
                break;
            case MediaPart document:
                WriteFile(document);
                break;
        }
    }

    private void WriteInputText(JsonSlice text, CacheMark? mark)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_text"u8);
        text.WriteTo(json, "text"u8);
        ResponsesCache.WriteBreakpoint(mark, plan, json);
        json.WriteEndObject();
    }

    private void WriteImage(MediaPart image)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        if (!WriteReference(image, "image_url"u8))
        {
            DataUrl.Write(json, "image_url"u8, image.MediaType ?? "image/png", image.Data);
        }

        json.WriteString("detail"u8, image.Detail is { } detail && plan.Keeps(Concept.ImageDetail) ? detail : "auto");
        ResponsesCache.WriteBreakpoint(image.Cache, plan, json);
        json.WriteEndObject();
    }

    private void WriteAudio(MediaPart audio)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_audio"u8);
        json.WriteStartObject("input_audio"u8);
        audio.Data.WriteTo(json, "data"u8);
        json.WriteString("format"u8, AudioFormat.Of(audio.MediaType));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteDocumentText(MediaPart document)
    {
        EscapedText text = new();
        text.AddParagraph(document.Name.Escaped).AddParagraph(document.Text.Escaped);
        WriteInputText(text.ToSlice(), document.Cache);
    }

    private void WriteFile(MediaPart document)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_file"u8);
        if (!WriteReference(document, "file_url"u8))
        {
            WriteFileName(document);
            DataUrl.Write(json, "file_data"u8, document.MediaType ?? "application/pdf", document.Data);
        }

        ResponsesCache.WriteBreakpoint(document.Cache, plan, json);
        json.WriteEndObject();
    }
    /// <summary>Bytes need a name, from whose ending the kind is told: a title without one gets it.</summary>
    private void WriteFileName(MediaPart document)
    {
        ReadOnlySpan<byte> name = document.Name.IsString ? document.Name.Escaped : "document"u8;
        bool needsEnding = (document.MediaType is null or "application/pdf") && !name.EndsWith(".pdf"u8) && !name.EndsWith(".PDF"u8);
        json.WritePropertyName("filename"u8);
        new EscapedText().Add(name).Add(needsEnding ? ".pdf"u8 : default).WriteTo(json);
    }

    /// <summary>Writes where a file is; false when its bytes are here.</summary>
    private bool WriteReference(MediaPart media, ReadOnlySpan<byte> urlName)
    {
        JsonSlice reference = media.FileId.IsString ? media.FileId : media.Url;
        if (reference.IsString)
        {
            reference.WriteTo(json, media.FileId.IsString ? "file_id"u8 : urlName);
        }

        return reference.IsString;
    }
}
