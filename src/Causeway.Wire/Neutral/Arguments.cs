using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Wire.Neutral;

/// <summary>A tool call's arguments: JSON to some protocols, a string that holds JSON to others.</summary>
internal static class Arguments
{
    /// <summary>Writes them as a string value (OpenAI). Arguments that are a string already pass as they are.</summary>
    public static void WriteString(Utf8JsonWriter json, JsonSlice arguments)
    {
        if (arguments.IsString)
        {
            arguments.WriteTo(json);
        }
        else if (arguments.IsAbsent)
        {
            json.WriteStringValue("{}"u8);
        }
        else
        {
            json.WriteStringValue(arguments.Raw.Span);
        }
    }

    /// <summary>
    /// Writes them as an object (Anthropic, Gemini, Bedrock). Text that is no JSON object, which a model can produce, is wrapped as
    /// <c>{"_raw": text}</c>, so that a conversation that holds it can go on.
    /// </summary>
    public static void WriteObject(Utf8JsonWriter json, JsonSlice arguments)
    {
        if (arguments.IsObject)
        {
            arguments.WriteTo(json);
            return;
        }

        if (arguments.IsString)
        {
            WriteObject(json, arguments.Escaped);
            return;
        }

        json.WriteStartObject();
        json.WriteEndObject();
    }

    /// <summary>As above, of the arguments' spelling inside a JSON string. Empty text is an empty object.</summary>
    public static void WriteObject(Utf8JsonWriter json, ReadOnlySpan<byte> escaped)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(escaped.Length + 2);
        try
        {
            int length = Unescape(escaped, rented);
            ReadOnlySpan<byte> text = rented.AsSpan(0, Math.Max(0, length));
            if (length >= 0 && text.Trim(" \t\r\n"u8).IsEmpty)
            {
                json.WriteStartObject();
                json.WriteEndObject();
            }
            else if (length >= 0 && IsObject(text))
            {
                json.WriteRawValue(text, skipInputValidation: true);
            }
            else
            {
                json.WriteStartObject();
                json.WritePropertyName("_raw"u8);
                json.WriteRawValue([(byte)'"', .. escaped, (byte)'"'], skipInputValidation: true);
                json.WriteEndObject();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Hands JSON over as it is spelled inside a JSON string.</summary>
    public static void Escape(ReadOnlySpan<byte> raw, ReplySink sink, int block)
    {
        JsonEncodedText text = JsonEncodedText.Encode(raw, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        sink.Delta(block, text.EncodedUtf8Bytes);
    }

    /// <summary>Whether text is one JSON object, whole.</summary>
    public static bool IsObject(ReadOnlySpan<byte> text)
    {
        Utf8JsonReader reader = new(text);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The bytes of the text that a JSON string spells; -1 when it spells no text (half a surrogate pair).</summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> into)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            escaped.CopyTo(into);
            return escaped.Length;
        }

        Utf8JsonReader reader = new([(byte)'"', .. escaped, (byte)'"']);
        try
        {
            return reader.Read() ? reader.CopyString(into) : -1;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return -1;
        }
    }
}
