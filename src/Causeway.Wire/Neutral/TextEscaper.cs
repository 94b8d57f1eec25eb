using System.Buffers;
using System.Text.Encodings.Web;

namespace Causeway.Wire.Neutral;

/// <summary>
/// Spells text as it stands inside a JSON string, piece by piece: a character that a piece cuts waits for the next one. All pieces together
/// are spelled as their whole would be. One buffer serves them all.
/// </summary>
internal sealed class TextEscaper
{
    private const int MaxCharacterBytes = 4;

    private readonly ArrayBufferWriter<byte> _escaped = new(256);
    private readonly byte[] _cut = new byte[MaxCharacterBytes];
    private int _cutLength;

    /// <summary>Spells the next piece.</summary>
    /// <param name="utf8">UTF-8, cut anywhere. What is none is spelled as U+FFFD.</param>
    /// <param name="isLast">No more comes: nothing waits any longer.</param>
    /// <returns>Valid until the next call; may be empty.</returns>
    public ReadOnlySpan<byte> Escape(ReadOnlySpan<byte> utf8, bool isLast)
    {
        _escaped.ResetWrittenCount();
        while (_cutLength > 0 && !utf8.IsEmpty)
        {
            _cut[_cutLength++] = utf8[0];
            utf8 = utf8[1..];
            Keep(_cut.AsSpan(0, _cutLength), isLast: false);
        }

        if (_cutLength == 0)
        {
            Keep(utf8, isLast);
        }
        else if (isLast)
        {
            Keep(_cut.AsSpan(0, _cutLength), isLast: true);
        }

        return _escaped.WrittenSpan;
    }

    // Spells what is whole, and keeps what is not.
    private void Keep(ReadOnlySpan<byte> utf8, bool isLast)
    {
        OperationStatus status;
        do
        {
            // Most text is spelled as it is.
            Span<byte> room = _escaped.GetSpan(utf8.Length + (2 * MaxCharacterBytes * 3));
            status = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, room, out int consumed, out int written, isLast);
            _escaped.Advance(written);
            utf8 = utf8[consumed..];
        }
        while (status == OperationStatus.DestinationTooSmall);

        utf8.CopyTo(_cut);
        _cutLength = utf8.Length;
    }
}
