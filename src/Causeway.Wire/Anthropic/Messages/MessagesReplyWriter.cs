using System.Text.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Writes a plain reply.</summary>
internal static class MessagesReplyWriter
{
    public static void Write(NeutralReply reply, ReplyContext context, Utf8JsonWriter json)
    {
        bool refused = false;
        json.WriteStartObject();
        MessagesHead.Write(json, reply.Head, context);
        json.WriteStartArray("content"u8);
        foreach (ReplyBlock block in reply.Blocks.Where(block => block.Start.Choice == 0))
        {
            refused |= block.Start.Kind == BlockKind.Refusal;
            Write(json, block, context);
        }

        json.WriteEndArray();
        MessagesStops.Write(json, reply.Stops.GetValueOrDefault(0), refused);
        json.WriteNull("container"u8);
        json.WriteStartObject("usage"u8);
        AnthropicUsage.Write(json, reply.HasUsage ? reply.Tokens : new TokenUsage { InputUncached = context.EstimatedInputTokens });
        MessagesHead.WriteTier(json, reply.Head);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReplyBlock block, ReplyContext context)
    {
        switch (block.Start.Kind)
        {
            case BlockKind.Reasoning:
                Reasoning(json, block, context);
                break;
            case BlockKind.ToolCall or BlockKind.CustomToolCall:
                json.WriteStartObject();
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, CallIds.ToCaller(block.Start.CallId!, block.Seal));
                json.WriteString("name"u8, block.Start.Name);
                json.WritePropertyName("input"u8);
                Arguments.WriteObject(json, block.Escaped);
                json.WriteEndObject();
                break;
            case var _ when block.Escaped.IsEmpty:
                // A client gives the answer back as it is, and the vendor refuses text that is empty.
                break;
            default:
                Text(json, block);
                break;
        }
    }

    private static void Reasoning(Utf8JsonWriter json, ReplyBlock block, ReplyContext context)
    {
        if (block.Seal is null && block.Escaped.IsEmpty)
        {
            return;
        }

        json.WriteStartObject();
        if (block is { Seal: { Form: SealForm.Redacted } seal, Escaped.IsEmpty: true })
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WriteString("data"u8, seal.For(Protocol.Anthropic));
        }
        else
        {
            json.WriteString("type"u8, "thinking"u8);
            JsonSlice.OfEscaped(block.Escaped).WriteTo(json, "thinking"u8);
            json.WriteString("signature"u8, MessagesSeals.Signature(block.Seal, context.Target));
        }

        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReplyBlock block)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        JsonSlice.OfEscaped(block.Escaped).WriteTo(json, "text"u8);
        if (block.Citations is not null)
        {
            json.WriteStartArray("citations"u8);
            block.Citations.ForEach(citation => MessagesCitations.Write(json, citation));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
