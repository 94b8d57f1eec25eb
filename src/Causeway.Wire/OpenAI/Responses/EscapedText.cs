using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>A JSON string put together of pieces that are spelled for one already.</summary>
internal sealed class EscapedText
{
    /// <summary>A blank line, as a JSON string spells it.</summary>
    public static ReadOnlySpan<byte> BlankLine => "\\n\\n"u8;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public EscapedText() => _bytes.Write("\""u8);

    public bool IsEmpty => _bytes.WrittenCount == 1;

    public EscapedText Add(ReadOnlySpan<byte> escaped)
    {
        _bytes.Write(escaped);
        return this;
    }

    /// <summary>Adds a piece, with a blank line between it and what was there.</summary>
    public EscapedText AddParagraph(ReadOnlySpan<byte> escaped) => IsEmpty ? Add(escaped) : Add(BlankLine).Add(escaped);

    /// <summary>The whole string.</summary>
    public JsonSlice ToSlice() => JsonSlice.OfEscaped(_bytes.WrittenSpan[1..]);

    public void WriteTo(Utf8JsonWriter json)
    {
        _bytes.Write("\""u8);
        json.WriteRawValue(_bytes.WrittenSpan, skipInputValidation: true);
    }
}
