using System.Buffers;
using System.Text;

namespace Causeway.Contracts.Json;

/// <summary>Strings as they are spelled in JSON.</summary>
internal static class JsonStrings
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [(byte)'"', (byte)'\\', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);

    /// <summary>Distance to the next quote, backslash or control character; -1: none.</summary>
    public static int IndexOfSpecial(ReadOnlySpan<byte> text) => text.IndexOfAny(s_special);

    /// <summary>Unescapes a well-formed string, given without its quotes.</summary>
    /// <param name="spelled">As it is spelled.</param>
    /// <param name="into">Room for as many bytes as it is spelled with.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> spelled, Span<byte> into)
    {
        int written = 0;
        while (true)
        {
            int plain = spelled.IndexOf((byte)'\\');
            if (plain < 0)
            {
                spelled.CopyTo(into[written..]);
                return written + spelled.Length;
            }

            spelled[..plain].CopyTo(into[written..]);
            written += plain;
            spelled = spelled[plain..];
            int length = EscapeLength(spelled);
            written += Rune(spelled[..length]).EncodeToUtf8(into[written..]);
            spelled = spelled[length..];
        }
    }

    /// <summary>Bytes of the escape at the beginning: 2, 6 or, for a surrogate pair, 12.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> text) => text[1] != 'u' ? 2 : char.IsHighSurrogate((char)Hex(text[2..6])) ? 12 : 6;

    private static Rune Rune(ReadOnlySpan<byte> escape) => escape.Length switch
    {
        2 => new Rune(Single(escape[1])),
        6 => new Rune((char)Hex(escape[2..6])),
        _ => new Rune((char)Hex(escape[2..6]), (char)Hex(escape[8..12])),
    };

    private static char Single(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };

    private static int Hex(ReadOnlySpan<byte> digits) => TryHex(digits, out int value) ? value : throw new ArgumentException("These are no hex digits.", nameof(digits));

    /// <summary>The fault of the escape at the beginning, or its length.</summary>
    /// <remarks>Half a surrogate pair is a fault: RFC 8259 allows its spelling and calls what parsers do with it unpredictable.</remarks>
    public static int CheckEscape(ReadOnlySpan<byte> text, out string? reason)
    {
        reason = null;
        if (text.Length < 2)
        {
            reason = "the text ends inside a string";
            return 0;
        }

        if (text[1] != 'u')
        {
            reason = "\"\\/bfnrt"u8.Contains(text[1]) ? null : "there is no such escape in JSON";
            return 2;
        }

        if (!TryHex(text[2..], out int first))
        {
            reason = text.Length < 6 ? "the text ends inside a string" : "\\u needs four hex digits";
            return 0;
        }

        if (!char.IsSurrogate((char)first))
        {
            return 6;
        }

        bool isPair = char.IsHighSurrogate((char)first) && text.Length >= 12 && text[6] == '\\' && text[7] == 'u'
            && TryHex(text[8..], out int second) && char.IsLowSurrogate((char)second);
        reason = isPair ? null : "half a surrogate pair";
        return 12;
    }

    /// <remarks>By hand, since the base library's parser takes zero bytes behind a number.</remarks>
    private static bool TryHex(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i == digits.Length || !char.IsAsciiHexDigit((char)digits[i]))
            {
                return false;
            }

            value = (value << 4) | (digits[i] <= '9' ? digits[i] - '0' : (digits[i] | 0x20) - 'a' + 10);
        }

        return true;
    }

    /// <summary>Writes a string with its quotes and no escape that JSON does not ask for.</summary>
    public static void Write(ReadOnlySpan<byte> unescaped, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (true)
        {
            int special = IndexOfSpecial(unescaped);
            if (special < 0)
            {
                output.Write(unescaped);
                output.Write("\""u8);
                return;
            }

            output.Write(unescaped[..special]);
            WriteEscape(unescaped[special], output);
            unescaped = unescaped[(special + 1)..];
        }
    }

    private static void WriteEscape(byte value, ArrayBufferWriter<byte> output)
    {
        int known = "\"\\\b\f\n\r\t"u8.IndexOf(value);
        if (known >= 0)
        {
            output.Write([(byte)'\\', "\"\\bfnrt"u8[known]]);
            return;
        }

        output.Write("\\u00"u8);
        output.Write([(byte)('0' + (value >> 4)), "0123456789abcdef"u8[value & 15]]);
    }

    /// <summary>Unicode code points of a well-formed UTF-8 text.</summary>
    public static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        while (System.Numerics.Vector.IsHardwareAccelerated && utf8.Length >= System.Numerics.Vector<sbyte>.Count)
        {
            // A byte that goes on a character is 10xxxxxx: below -64 as a signed number.
            var lane = new System.Numerics.Vector<sbyte>(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(utf8));
            var starts = System.Numerics.Vector.GreaterThanOrEqual(lane, new System.Numerics.Vector<sbyte>(-64));
            count -= System.Numerics.Vector.Sum(starts);
            utf8 = utf8[System.Numerics.Vector<sbyte>.Count..];
        }

        foreach (byte value in utf8)
        {
            count += (sbyte)value >= -64 ? 1 : 0;
        }

        return count;
    }
}
