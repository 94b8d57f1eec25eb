namespace Causeway.Shadow.Detect;

/// <summary>Checksums of numbers that people and accounts have. Every digit is a character from 0 to 9.</summary>
internal static class Checksums
{
    private const string DniLetters = "TRWAGMYFPDXBNJZSQVHLCKE"; // Spain, Orden INT/2058/2008: the number modulo 23.
    private const string FiscalOdd = "BAKPLCQDREVOSFTGUHMINJWZYX"; // Italy, D.M. 12.3.1974: the place of a letter is its value at odd positions.

    private static readonly int[] s_fiscalOddDigits = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];

    /// <summary>Luhn's sum (ISO/IEC 7812-1, annex B).</summary>
    public static bool Luhn(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 1 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>An account's mod 97 (ISO 7064): letters are 10 to 35, the first four characters stand at the end.</summary>
    public static bool Mod97(ReadOnlySpan<char> iban)
    {
        int rest = 0;
        for (int i = 0; i < iban.Length; i++)
        {
            char one = iban[(i + 4) % iban.Length];
            rest = char.IsAsciiDigit(one) ? ((rest * 10) + (one - '0')) % 97 : ((rest * 100) + (one - 'A' + 10)) % 97;
        }

        return rest == 1;
    }

    /// <summary>Germany's tax number (ISO 7064, mod 11,10), which does not begin with 0.</summary>
    public static bool SteuerId(ReadOnlySpan<char> digits)
    {
        int product = 10;
        for (int i = 0; i < 10; i++)
        {
            int sum = (digits[i] - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        int check = 11 - product;
        return digits[0] != '0' && (check == 10 ? 0 : check) == digits[10] - '0';
    }

    /// <summary>Poland's PESEL: weights 1, 3, 7, 9, and a month and a day that exist.</summary>
    public static bool Pesel(ReadOnlySpan<char> digits)
    {
        ReadOnlySpan<int> weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3];
        int sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * (digits[i] - '0');
        }

        int month = (((digits[2] - '0') * 10) + digits[3] - '0') % 20;
        int day = ((digits[4] - '0') * 10) + digits[5] - '0';
        return month is >= 1 and <= 12 && day is >= 1 and <= 31 && (10 - (sum % 10)) % 10 == digits[10] - '0';
    }

    /// <summary>Brazil's CPF: two digits of mod 11, not eleven times the same.</summary>
    public static bool Cpf(ReadOnlySpan<char> digits)
    {
        for (int length = 9; length <= 10; length++)
        {
            int sum = 0;
            for (int i = 0; i < length; i++)
            {
                sum += (digits[i] - '0') * (length + 1 - i);
            }

            if (sum * 10 % 11 % 10 != digits[length] - '0')
            {
                return false;
            }
        }

        return digits.ContainsAnyExcept(digits[0]);
    }

    /// <summary>France's NIR: the number modulo 97, subtracted from 97.</summary>
    public static bool Nir(ReadOnlySpan<char> digits)
    {
        long number = 0;
        foreach (char one in digits[..13])
        {
            number = (number * 10) + one - '0';
        }

        int month = ((digits[3] - '0') * 10) + digits[4] - '0';
        return digits[0] is '1' or '2' && month is (>= 1 and <= 12) or (>= 20 and <= 42) && 97 - (number % 97) == ((digits[13] - '0') * 10) + digits[14] - '0';
    }

    /// <summary>Spain's DNI and NIE: the letter of the number; X, Y and Z stand for 0, 1 and 2.</summary>
    public static bool Dni(ReadOnlySpan<char> text)
    {
        int number = text[0] switch { 'X' => 0, 'Y' => 1, 'Z' => 2, _ => text[0] - '0' };
        foreach (char one in text[1..8])
        {
            number = (number * 10) + one - '0';
        }

        return DniLetters[number % 23] == text[8];
    }

    /// <summary>Italy's codice fiscale: the letter of its sixteenth place.</summary>
    public static bool Fiscale(ReadOnlySpan<char> text)
    {
        int sum = 0;
        for (int i = 0; i < 15; i++)
        {
            char one = text[i];
            sum += i % 2 == 1
                ? char.IsAsciiDigit(one) ? one - '0' : one - 'A'
                : char.IsAsciiDigit(one) ? s_fiscalOddDigits[one - '0'] : FiscalOdd.IndexOf(one, StringComparison.Ordinal);
        }

        return text[15] == 'A' + (sum % 26);
    }
}
