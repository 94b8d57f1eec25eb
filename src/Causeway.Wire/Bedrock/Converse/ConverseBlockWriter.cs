using System.Globalization;
using System.Text.Json;
using Causeway.Wire.Anthropic.Messages;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Writes blocks of content, of another protocol's parts.</summary>
internal sealed class ConverseBlockWriter(Utf8JsonWriter json, MessagesConversation conversation, ConverseCachePoints points)
{
    private int _documents;

    /// <summary>Writes the blocks of a list, each followed by its cache point.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="last">A mark for the end of the list; null: none.</param>
    public void Blocks(IEnumerable<Part> parts, CacheMark? last = null)
    {
        json.WriteStartArray();
        CacheMark? open = null;
        foreach (Part part in parts)
        {
            Block(part);
            if (part is not ReasoningPart)
            {
                points.Write(json, part.Cache);
            }

            open = part.Cache is null ? last : null;
        }

        points.Write(json, open);
        json.WriteEndArray();
    }

    private void Block(Part part)
    {
        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                text.Text.WriteTo(json, "text"u8);
                break;
            case MediaPart media:
                Media(media);
                break;
            case ReasoningPart reasoning:
                Reasoning(reasoning, reasoning.Seal!);
                break;
            case ToolCallPart call:
                json.WriteStartObject("toolUse"u8);
                json.WriteString("toolUseId"u8, conversation.Ids[call]);
                call.Name.WriteTo(json, "name"u8);
                json.WritePropertyName("input"u8);
                Arguments.WriteObject(json, call.Arguments);
                json.WriteEndObject();
                break;
            case ToolResultPart result:
                Result(result);
                break;
        }

        json.WriteEndObject();
    }

    private void Reasoning(ReasoningPart reasoning, ReasoningSeal seal)
    {
        json.WriteStartObject("reasoningContent"u8);
        if (seal.Form == SealForm.Redacted)
        {
            json.WriteString("redactedContent"u8, seal.Value);
        }
        else
        {
            // Also where the text is empty: the signature holds all of it.
            json.WriteStartObject("reasoningText"u8);
            (reasoning.Text.IsAbsent ? JsonSlice.Of("") : reasoning.Text).WriteTo(json, "text"u8);
            json.WriteString("signature"u8, seal.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void Media(MediaPart media)
    {
        json.WriteStartObject(media.Kind switch
        {
            MediaKind.Image => "image"u8,
            MediaKind.Document => "document"u8,
            MediaKind.Audio => "audio"u8,
            _ => "video"u8,
        });
        json.WriteString("format"u8, ConverseMedia.FormatOf(media) ?? "txt");
        if (media.Kind == MediaKind.Document)
        {
            // The model reads the name: a neutral one, since the caller's could hold instructions.
            json.WriteString("name"u8, string.Create(CultureInfo.InvariantCulture, $"document-{++_documents}"));
        }

        json.WriteStartObject("source"u8);
        if (media.Data.IsAbsent)
        {
            media.Text.WriteTo(json, "text"u8);
        }
        else
        {
            media.Data.WriteTo(json, "bytes"u8);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Result(ToolResultPart result)
    {
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, conversation.Ids[result]);
        json.WriteStartArray("content"u8);
        if (!result.Json.IsAbsent)
        {
            json.WriteStartObject();
            result.Json.WriteTo(json, "json"u8);
            json.WriteEndObject();
        }

        result.Content.ForEach(Block);
        if (result is { IsError: true, Json.IsAbsent: true, Content.Count: 0 })
        {
            // An error without a word is refused.
            Block(new TextPart(JsonSlice.Of("The tool failed.")));
        }

        json.WriteEndArray();
        if (result.IsError)
        {
            json.WriteString("status"u8, "error"u8);
        }

        json.WriteEndObject();
    }
}
