using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Writes the parts of an answer.</summary>
internal static class ReplyParts
{
    /// <summary>Text, a refusal, or a thought, with its signature where it has one.</summary>
    public static void WriteText(Utf8JsonWriter json, BlockKind kind, ReadOnlySpan<byte> escaped, ReasoningSeal? seal)
    {
        json.WriteStartObject();
        WriteEscaped(json, escaped);
        if (kind == BlockKind.Reasoning)
        {
            json.WriteBoolean("thought"u8, true);
        }

        WriteSeal(json, seal);
        json.WriteEndObject();
    }

    /// <summary>A call with all of its arguments.</summary>
    public static void WriteCall(Utf8JsonWriter json, in BlockStart start, ReadOnlySpan<byte> escaped, ReasoningSeal? seal)
    {
        json.WriteStartObject();
        json.WriteStartObject("functionCall"u8);

        // Gemini refuses a call without a signature, so one that another vendor's model made without a seal must be known when it comes back.
        json.WriteString("id"u8, seal is null ? CallIds.Spell(start.CallId!) : CallIds.ToCaller(start.CallId!, seal: null));
        json.WriteString("name"u8, start.Name);
        json.WritePropertyName("args"u8);
        Arguments.WriteObject(json, escaped);
        json.WriteEndObject();
        WriteSeal(json, seal);
        json.WriteEndObject();
    }

    private static void WriteSeal(Utf8JsonWriter json, ReasoningSeal? seal)
    {
        if (seal is not null)
        {
            json.WriteString("thoughtSignature"u8, seal.For(Protocol.Gemini));
        }
    }

    private static void WriteEscaped(Utf8JsonWriter json, ReadOnlySpan<byte> escaped)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
        rented[0] = rented[escaped.Length + 1] = (byte)'"';
        escaped.CopyTo(rented.AsSpan(1));
        json.WritePropertyName("text"u8);
        json.WriteRawValue(rented.AsSpan(0, escaped.Length + 2), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(rented, clearArray: true);
    }
}
