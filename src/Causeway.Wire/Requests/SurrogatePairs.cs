using System.Buffers.Text;

namespace Causeway.Wire.Requests;

/// <summary>Escapes of texts in JSON that are half of a character: some readers replace them, some refuse them, and .NET's throws only when the text is asked for.</summary>
internal static class SurrogatePairs
{
    private const int EscapeLength = 6;

    /// <summary>Where a half stands alone in a body; -1: nowhere. A body that is no JSON may be told either.</summary>
    public static int LoneHalfAt(ReadOnlySpan<byte> body)
    {
        int at = 0;
        while (body[at..].IndexOf((byte)'\\') is >= 0 and int next)
        {
            at += next;
            if (!TryRead(body[at..], out ushort unit))
            {
                at = Math.Min(at + 2, body.Length); // An escape of two: the second is none of its own.
                continue;
            }

            if (char.IsLowSurrogate((char)unit))
            {
                return at;
            }

            if (char.IsHighSurrogate((char)unit))
            {
                if (!TryRead(body[(at + EscapeLength)..], out ushort second) || !char.IsLowSurrogate((char)second))
                {
                    return at;
                }

                at += EscapeLength;
            }

            at += EscapeLength;
        }

        return -1;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, out ushort unit)
    {
        unit = 0;
        return text.Length >= EscapeLength && text[0] == '\\' && text[1] == 'u' && Utf8Parser.TryParse(text[2..EscapeLength], out unit, out int read, 'x') && read == EscapeLength - 2;
    }
}
