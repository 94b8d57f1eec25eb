using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Wire.Neutral;

/// <summary>One JSON value as it stood in a body: raw bytes that are passed on as they are, and decoded only where a rule needs the text.</summary>
/// <remarks>Valid as long as the memory that it points into; a request's slices point into the request's body.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct JsonSlice(ReadOnlyMemory<byte> raw)
{
    public ReadOnlyMemory<byte> Raw { get; } = raw;

    /// <summary>There is no value.</summary>
    public bool IsAbsent => Raw.IsEmpty;

    public bool IsString => First == '"';

    public bool IsObject => First == '{';

    public bool IsArray => First == '[';

    public bool IsNull => First == 'n';

    /// <summary>A string's spelling between its quotes, escapes and all: it may stand in any other JSON string.</summary>
    public ReadOnlySpan<byte> Escaped => IsString ? Raw.Span[1..^1] : default;

    private byte First => Raw.IsEmpty ? (byte)0 : Raw.Span[0];

    /// <summary>A string value of this text.</summary>
    public static JsonSlice Of(string text) =>
        new((byte[])[(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"']);

    /// <summary>A string value of a text that is escaped already.</summary>
    public static JsonSlice OfEscaped(ReadOnlySpan<byte> escaped) => new((byte[])[(byte)'"', .. escaped, (byte)'"']);

    /// <summary>The decoded text of a string; null for anything else, and for a string that is not text (half a surrogate pair).</summary>
    public string? Text()
    {
        if (!IsString)
        {
            return null;
        }

        Utf8JsonReader reader = new(Raw.Span);
        try
        {
            return reader.Read() ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public bool IsText(ReadOnlySpan<byte> utf8) => Escaped.SequenceEqual(utf8);

    public void WriteTo(Utf8JsonWriter json) => json.WriteRawValue(Raw.Span, skipInputValidation: true);

    public void WriteTo(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WritePropertyName(name);
        WriteTo(json);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Raw.Length} bytes"; // Never the content: it is somebody's prompt.
}
