using System.Text;

namespace Causeway.Shadow.Scan;

/// <summary>Tells a credential from what only looks like one.</summary>
internal static class SecretShape
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int CrcDigits = 6;

    /// <summary>Shannon's entropy in bits a character.</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[128];
        foreach (char one in text)
        {
            counts[one & 127]++;
        }

        double bits = 0;
        foreach (int count in counts)
        {
            if (count > 0)
            {
                double share = (double)count / text.Length;
                bits -= share * Math.Log2(share);
            }
        }

        return bits;
    }

    /// <summary>Whether a text says of itself that it is an example.</summary>
    public static bool IsPlaceholder(ReadOnlySpan<char> text, IReadOnlyList<string> placeholders)
    {
        foreach (string word in placeholders)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the checksum holds.</summary>
    public static bool Holds(SecretChecksum checksum, ReadOnlySpan<char> secret) => checksum switch
    {
        SecretChecksum.GithubCrc32 => HoldsGithub(secret),
        _ => true,
    };

    private static bool HoldsGithub(ReadOnlySpan<char> token)
    {
        int start = token.IndexOf('_') + 1;
        if (start == 0 || token.Length - start <= CrcDigits)
        {
            return false;
        }

        ReadOnlySpan<char> body = token[start..^CrcDigits];
        uint crc = Crc32(Encoding.ASCII.GetBytes(body.ToString()));
        Span<char> digits = stackalloc char[CrcDigits];
        for (int i = CrcDigits - 1; i >= 0; i--)
        {
            (crc, uint digit) = Math.DivRem(crc, 62u);
            digits[i] = Base62[(int)digit];
        }

        return token[^CrcDigits..].SequenceEqual(digits);
    }

    // The polynomial of zip and Ethernet (ISO 3309), reflected.
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
