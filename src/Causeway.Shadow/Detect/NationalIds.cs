namespace Causeway.Shadow.Detect;

/// <summary>National numbers of persons that hold letters.</summary>
internal static class NationalIds
{
    private const int FiscaleLength = 16;
    private const int DniLength = 9;
    private const int NinoLength = 9;

    // Where the first digit stands in AAAAAA00A00A000A, and in AA000000A.
    private const int FiscaleDigit = 6;
    private const int NinoDigit = 2;

    /// <summary>A number whose first digit stands at a place.</summary>
    public static Detection? Find(ReadOnlySpan<char> text, int at) => Nino(text, at) ?? Dni(text, at) ?? Fiscale(text, at);

    // United Kingdom (HMRC NIM39110): prefixes that are never given, and a suffix from A to D.
    private static Detection? Nino(ReadOnlySpan<char> text, int at)
    {
        int start = at - NinoDigit;
        if (!Stands(text, start, NinoLength))
        {
            return null;
        }

        ReadOnlySpan<char> id = text.Slice(start, NinoLength);
        return char.IsAsciiLetterUpper(id[0]) && char.IsAsciiLetterUpper(id[1]) && !"DFIQUV".Contains(id[0]) && !"DFIQUVO".Contains(id[1]) && !id[2..8].ContainsAnyExceptInRange('0', '9') && id[8] is >= 'A' and <= 'D'
            && !(id[..2] is "BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ")
            ? new Detection(DetectedKind.NationalId, start, NinoLength)
            : null;
    }

    // Spain: eight digits and a letter, or X, Y or Z, seven digits and a letter.
    private static Detection? Dni(ReadOnlySpan<char> text, int at)
    {
        int start = at > 0 && text[at - 1] is 'X' or 'Y' or 'Z' ? at - 1 : at;
        if (!Stands(text, start, DniLength))
        {
            return null;
        }

        ReadOnlySpan<char> id = text.Slice(start, DniLength);
        return !id[1..8].ContainsAnyExceptInRange('0', '9') && char.IsAsciiLetterUpper(id[8]) && Checksums.Dni(id) ? new Detection(DetectedKind.NationalId, start, DniLength) : null;
    }

    // Italy: six letters, two digits, a letter of a month, two digits, a letter and three digits, a letter.
    private static Detection? Fiscale(ReadOnlySpan<char> text, int at)
    {
        int start = at - FiscaleDigit;
        if (!Stands(text, start, FiscaleLength))
        {
            return null;
        }

        ReadOnlySpan<char> id = text.Slice(start, FiscaleLength);
        for (int i = 0; i < FiscaleLength; i++)
        {
            bool digit = i is 6 or 7 or 9 or 10 or 12 or 13 or 14;
            if (digit ? !char.IsAsciiDigit(id[i]) : !char.IsAsciiLetterUpper(id[i]))
            {
                return null;
            }
        }

        return "ABCDEHLMPRST".Contains(id[8]) && Checksums.Fiscale(id) ? new Detection(DetectedKind.NationalId, start, FiscaleLength) : null;
    }

    private static bool Stands(ReadOnlySpan<char> text, int start, int length) =>
        start >= 0 && start + length <= text.Length && (start == 0 || !Numbers.IsWord(text[start - 1])) && (start + length == text.Length || !Numbers.IsWord(text[start + length]));
}
