using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Causeway.Budgets.Keys;

/// <summary>
/// How every key ends: <c>_</c> and the CRC-32 of all that precedes it, as 8 lower-case hex digits. It tells a typo and a truncated paste
/// from an unknown key, and lets secret scanners recognise a key without asking. It proves nothing: anybody can make one.
/// </summary>
internal static class KeyChecksum
{
    /// <summary>Characters of the ending.</summary>
    public const int Length = 1 + 8;

    /// <summary>A key's characters with the ending that they call for.</summary>
    public static string Append(string head) => head + "_" + Crc32(Encoding.ASCII.GetBytes(head)).ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>True when the last <see cref="Length"/> bytes are the checksum of those before them.</summary>
    public static bool Holds(ReadOnlySpan<byte> key)
    {
        if (key.Length <= Length || key[^Length] != (byte)'_')
        {
            return false;
        }

        ReadOnlySpan<byte> digits = key[^(Length - 1)..];
        return !digits.ContainsAnyInRange((byte)'A', (byte)'F') // The parser would read them; no key is written so.
            && Utf8Parser.TryParse(digits, out uint crc, out int read, 'x') && read == digits.Length
            && crc == Crc32(key[..^Length]);
    }

    // CRC-32 as in zlib and IEEE 802.3 (reflected, 0xEDB88320). A key is short and looked at once: no table is worth its cache lines.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320u & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
