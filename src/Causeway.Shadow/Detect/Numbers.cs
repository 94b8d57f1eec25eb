namespace Causeway.Shadow.Detect;

/// <summary>Says what a number in a text is: the digits with what separates them.</summary>
internal static class Numbers
{
    private const int MaxDigits = 19;
    private const int ContextBefore = 48;

    // The first two letters of an account and its length (SWIFT, IBAN registry, release 99).
    private const string IbanLengths =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

    /// <summary>The number that begins with a digit, and what else it begins with.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The first digit.</param>
    /// <param name="end">Where to look on.</param>
    public static Detection? Find(ReadOnlySpan<char> text, int at, out int end)
    {
        Span<char> digits = stackalloc char[MaxDigits + 1];
        int count = 0;
        int groups = 1;
        int i = at;
        bool dashes = false;
        bool blanks = false;
        for (; i < text.Length && count <= MaxDigits; i++)
        {
            char one = text[i];
            if (char.IsAsciiDigit(one))
            {
                digits[count++] = one;
            }
            else if (one == ' ' && i + 2 < text.Length && text[i + 1] == '(' && char.IsAsciiDigit(text[i + 2]))
            {
                groups++;
                blanks = true;
                i++;
            }
            else if (one is '-' or ' ' or '.' or ')' or '/' && i + 1 < text.Length && (char.IsAsciiDigit(text[i + 1]) || (one == ')' && text[i + 1] == ' ' && i + 2 < text.Length && char.IsAsciiDigit(text[i + 2]))))
            {
                groups++;
                dashes |= one is '-' or '.';
                blanks |= one is ' ' or ')';
                i += one == ')' && text[i + 1] == ' ' ? 1 : 0;
            }
            else
            {
                break;
            }
        }

        end = i;
        if (count is < 7 or > MaxDigits)
        {
            return null;
        }

        ReadOnlySpan<char> number = digits[..count];
        ReadOnlySpan<char> raw = text[at..i];
        bool stands = (at == 0 || !IsWord(text[at - 1])) && (i == text.Length || !IsWord(text[i]));
        if (!stands)
        {
            return null;
        }

        if (count >= 13 && IsCard(number, raw, groups))
        {
            return new Detection(DetectedKind.Card, at, raw.Length);
        }

        if (IsNational(text, at, number, raw, groups))
        {
            return new Detection(DetectedKind.NationalId, at, raw.Length);
        }

        return Phone(text, at, number, raw, groups, dashes || blanks);
    }

    /// <summary>An account whose two letters stand before a digit.</summary>
    public static Detection? Iban(ReadOnlySpan<char> text, int at)
    {
        int start = at - 2;
        if (start < 0 || !char.IsAsciiLetterUpper(text[start]) || !char.IsAsciiLetterUpper(text[start + 1]) || at + 1 >= text.Length || !char.IsAsciiDigit(text[at + 1]) || (start > 0 && IsWord(text[start - 1])))
        {
            return null;
        }

        int length = LengthOf(text.Slice(start, 2));
        Span<char> bare = stackalloc char[34];
        int count = 0;
        int i = start;
        for (; i < text.Length && count < length; i++)
        {
            char one = text[i];
            if (char.IsAsciiDigit(one) || char.IsAsciiLetterUpper(one))
            {
                bare[count++] = one;
            }
            else if (one != ' ' || count % 4 != 0)
            {
                return null;
            }
        }

        return length > 0 && count == length && (i == text.Length || !IsWord(text[i])) && Checksums.Mod97(bare[..count]) ? new Detection(DetectedKind.Iban, start, i - start) : null;
    }

    private static int LengthOf(ReadOnlySpan<char> country)
    {
        for (int i = 0; i < IbanLengths.Length; i += 4)
        {
            if (IbanLengths.AsSpan(i, 2).SequenceEqual(country))
            {
                return ((IbanLengths[i + 2] - '0') * 10) + IbanLengths[i + 3] - '0';
            }
        }

        return 0;
    }

    // Issuers' first digits with the lengths of their numbers, and groups as cards print them.
    private static bool IsCard(ReadOnlySpan<char> digits, ReadOnlySpan<char> raw, int groups)
    {
        int four = int.Parse(digits[..4], System.Globalization.CultureInfo.InvariantCulture);
        bool known = digits.Length switch
        {
            13 or 19 => digits[0] == '4' || four / 100 is 62 or 63 || four is 6011,
            14 => four / 10 is (>= 300 and <= 305) or 309 || four / 100 is 36 or 38 or 39,
            15 => four / 100 is 34 or 37,
            16 => digits[0] == '4' || four / 100 is (>= 51 and <= 55) or 35 or 62 or 65 || four is (>= 2221 and <= 2720) or 6011 or (>= 6440 and <= 6499),
            _ => false,
        };
        return known && groups <= 5 && !raw.ContainsAny('.', ')', '/') && digits.ContainsAnyExcept(digits[0]) && Checksums.Luhn(digits);
    }

    private static bool IsNational(ReadOnlySpan<char> text, int at, ReadOnlySpan<char> digits, ReadOnlySpan<char> raw, int groups) => digits.Length switch
    {
        // United States: 000, 666 and 900 to 999 were never given (SSA, randomization, 2011).
        9 => raw.Length == 11 && raw[3] == '-' && raw[6] == '-' && digits is not (['0', '0', '0', ..] or ['6', '6', '6', ..] or ['9', ..]) && !digits.Slice(3, 2).SequenceEqual("00") && !digits[5..].SequenceEqual("0000"),
        11 when groups == 4 => raw.Length == 14 && raw[3] == '.' && raw[7] == '.' && raw[11] == '-' && Checksums.Cpf(digits),
        11 when groups == 1 => (Follows(text, at, "pesel") && Checksums.Pesel(digits)) || (Follows(text, at, "steuer") && Checksums.SteuerId(digits)) || (Follows(text, at, "idnr") && Checksums.SteuerId(digits)) || (Follows(text, at, "cpf") && Checksums.Cpf(digits)),
        11 => raw.Length == 14 && Follows(text, at, "steuer") && Checksums.SteuerId(digits),
        15 => groups is 1 or >= 6 && Checksums.Nir(digits),
        _ => false,
    };

    private static Detection? Phone(ReadOnlySpan<char> text, int at, ReadOnlySpan<char> digits, ReadOnlySpan<char> raw, int groups, bool isWritten)
    {
        if (at > 0 && text[at - 1] == '+')
        {
            return digits.Length is >= 8 and <= 15 && digits[0] != '0' && (at < 2 || !IsWord(text[at - 2])) ? new Detection(DetectedKind.Phone, at - 1, raw.Length + 1) : null;
        }

        bool opens = at > 0 && text[at - 1] == '(';

        // (415) 555-0132, 415-555-0132, 415.555.0132 and the same after a 1: neither area nor exchange begins with 0 or 1.
        ReadOnlySpan<char> ten = digits.Length == 11 && digits[0] == '1' ? digits[1..] : digits;
        bool american = ten.Length == 10 && isWritten && groups is 3 or 4 && ten[0] >= '2' && ten[3] >= '2' && raw.Length >= 2 && raw.Length - 5 is var last && !char.IsAsciiDigit(raw[last]) && (opens || raw[3] is '-' or '.' || (digits.Length == 11 && raw[1] is '-' or '.' or ' '));
        return american ? new Detection(DetectedKind.Phone, opens ? at - 1 : at, opens ? raw.Length + 1 : raw.Length) : null;
    }

    private static bool Follows(ReadOnlySpan<char> text, int at, string word) => text[Math.Max(0, at - ContextBefore)..at].Contains(word, StringComparison.OrdinalIgnoreCase);

    internal static bool IsWord(char one) => char.IsAsciiLetterOrDigit(one) || one == '_';
}
