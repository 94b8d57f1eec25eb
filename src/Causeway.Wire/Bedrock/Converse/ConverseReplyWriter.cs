using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Bedrock.Converse;

/// <summary>Writes a plain reply.</summary>
internal static class ConverseReplyWriter
{
    public static void Write(NeutralReply reply, ReplyContext context, Utf8JsonWriter json)
    {
        ReplyStop stop = reply.Stops.GetValueOrDefault(0);
        bool refused = false;
        json.WriteStartObject();
        json.WriteStartObject("output"u8);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteStartArray("content"u8);
        foreach (ReplyBlock block in reply.Blocks.Where(block => block.Start.Choice == 0))
        {
            refused |= block.Start.Kind == BlockKind.Refusal;
            Block(json, block);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("stopReason"u8, ConverseStops.Word(stop, refused));
        WriteSequence(json, stop);
        WriteUsage(json, reply.HasUsage ? reply.Tokens : new TokenUsage { InputUncached = context.EstimatedInputTokens });
        if (reply.Head.ServiceTier is { } tier)
        {
            json.WriteStartObject("serviceTier"u8);
            json.WriteString("type"u8, tier);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the stop sequence that was met, where it is told.</summary>
    public static void WriteSequence(Utf8JsonWriter json, in ReplyStop stop)
    {
        if (stop.Sequence is not null)
        {
            json.WriteStartObject("additionalModelResponseFields"u8);
            json.WriteString("stop_sequence"u8, stop.Sequence);
            json.WriteEndObject();
        }
    }

    public static void WriteUsage(Utf8JsonWriter json, in TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
        ConverseUsage.Write(json, usage);
        json.WriteEndObject();
    }

    private static void Block(Utf8JsonWriter json, ReplyBlock block)
    {
        switch (block.Start.Kind)
        {
            case BlockKind.Reasoning:
                Reasoning(json, block);
                break;
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                json.WriteStartObject();
                json.WriteStartObject("toolUse"u8);
                json.WriteString("toolUseId"u8, CallIds.ToCaller(block.Start.CallId!, block.Seal));
                json.WriteString("name"u8, block.Start.Name);
                json.WritePropertyName("input"u8);
                Arguments.WriteObject(json, block.Escaped);
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case var _ when block.Escaped.IsEmpty:
                // A client gives the answer back as it is, and the service refuses text that is empty.
                break;
            default:
                json.WriteStartObject();
                Text(json, block);
                json.WriteEndObject();
                break;
        }
    }

    private static void Reasoning(Utf8JsonWriter json, ReplyBlock block)
    {
        if (block.Seal is null && block.Escaped.IsEmpty)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteStartObject("reasoningContent"u8);
        if (block.Seal is { Maker: Protocol.Bedrock, Form: SealForm.Redacted } redacted)
        {
            json.WriteString("redactedContent"u8, redacted.Value);
        }
        else
        {
            json.WriteStartObject("reasoningText"u8);
            JsonSlice.OfEscaped(block.Escaped).WriteTo(json, "text"u8);
            if (block.Seal is { } seal)
            {
                json.WriteString("signature"u8, seal.For(Protocol.Bedrock));
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReplyBlock block)
    {
        JsonSlice text = JsonSlice.OfEscaped(block.Escaped);
        if (block.Citations is null)
        {
            text.WriteTo(json, "text"u8);
            return;
        }

        json.WriteStartObject("citationsContent"u8);
        json.WriteStartArray("content"u8);
        json.WriteStartObject();
        text.WriteTo(json, "text"u8);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("citations"u8);
        foreach (Citation citation in block.Citations)
        {
            json.WriteStartObject();
            ConverseCitations.Write(json, citation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
