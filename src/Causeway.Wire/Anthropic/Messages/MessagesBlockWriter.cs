using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Writes blocks of content, of another protocol's parts.</summary>
internal sealed class MessagesBlockWriter(Utf8JsonWriter json, TranslationPlan plan, Dictionary<Part, string> ids, MessagesCacheMarks marks)
{
    public void Content(List<Part> parts)
    {
        json.WriteStartArray("content"u8);
        foreach (Part part in parts)
        {
            Block(part);
        }

        json.WriteEndArray();
    }

    public void Block(Part part)
    {
        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                json.WriteString("type"u8, "text"u8);
                text.Text.WriteTo(json, "text"u8);
                break;
            case MediaPart media:
                Media(media);
                break;
            case ReasoningPart reasoning:
                Reasoning(reasoning, reasoning.Seal!);
                break;
            case ToolCallPart call:
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, ids[call]);
                call.Name.WriteTo(json, "name"u8);
                json.WritePropertyName("input"u8);
                Arguments.WriteObject(json, call.Arguments);
                break;
            case ToolResultPart result:
                Result(result);
                break;
        }

        // The vendor takes no mark on thoughts.
        marks.Write(json, part is ReasoningPart ? null : part.Cache, plan);
        json.WriteEndObject();
    }

    private void Reasoning(ReasoningPart reasoning, ReasoningSeal seal)
    {
        if (seal.Form == SealForm.Redacted)
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteString("data"u8, seal.Value);
            return;
        }

        // Also where the text is empty: the signature holds all of it.
        json.WriteString("type"u8, "thinking"u8);
        json.WritePropertyName("thinking"u8);
        (reasoning.Text.IsAbsent ? JsonSlice.Of("") : reasoning.Text).WriteTo(json);
        json.WriteString("signature"u8, seal.Value);
    }

    private void Media(MediaPart media)
    {
        json.WriteString("type"u8, media.Kind == MediaKind.Image ? "image"u8 : "document"u8);
        json.WriteStartObject("source"u8);
        if (!media.Url.IsAbsent)
        {
            json.WriteString("type"u8, "url"u8);
            media.Url.WriteTo(json, "url"u8);
        }
        else if (!media.Data.IsAbsent)
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, media.RegisteredType ?? "");
            media.Data.WriteTo(json, "data"u8);
        }
        else
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("media_type"u8, "text/plain"u8);
            media.Text.WriteTo(json, "data"u8);
        }

        json.WriteEndObject();
        if (media is { Kind: MediaKind.Document, Name.IsString: true })
        {
            media.Name.WriteTo(json, "title"u8);
        }
    }

    private void Result(ToolResultPart result)
    {
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, ids[result]);
        if (result.Content is [TextPart { Cache: null } text])
        {
            text.Text.WriteTo(json, "content"u8);
        }
        else if (result.Content.Count > 0)
        {
            Content(result.Content);
        }

        if (result.IsError)
        {
            json.WriteBoolean("is_error"u8, true);
        }
    }
}
