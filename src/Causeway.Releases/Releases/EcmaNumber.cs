using System.Globalization;

namespace Causeway.Releases.Releases;

/// <summary>Numbers as ECMAScript prints them (ECMA-262, Number::toString), which RFC 8785 asks for.</summary>
internal static class EcmaNumber
{
    // From 10^21 on and below 10^-6 ECMAScript writes an exponent.
    private const int MaxPlainExponent = 21;
    private const int MinPlainExponent = -6;

    /// <summary>The shortest text that reads back as the same number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">JSON has neither infinities nor NaN.</exception>
    public static string Format(double number)
    {
        if (!double.IsFinite(number))
        {
            throw new ArgumentOutOfRangeException(nameof(number), number, "JSON has no such number.");
        }

        if (number == 0)
        {
            return "0"; // Minus zero too.
        }

        (string digits, int point) = Digits(Math.Abs(number));
        string text = point switch
        {
            > MaxPlainExponent => WithExponent(digits, point - 1),
            > 0 when digits.Length <= point => digits.PadRight(point, '0'),
            > 0 => $"{digits[..point]}.{digits[point..]}",
            > MinPlainExponent => "0." + new string('0', -point) + digits,
            _ => WithExponent(digits, point - 1),
        };
        return number < 0 ? "-" + text : text;
    }

    private static string WithExponent(string digits, int exponent)
    {
        string fraction = digits.Length > 1 ? "." + digits[1..] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{fraction}e{(exponent < 0 ? "" : "+")}{exponent}");
    }

    // The shortest digits that read back, as the base library finds them, and where the decimal point stands among them.
    private static (string Digits, int Point) Digits(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        int mark = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = mark < 0 ? 0 : int.Parse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = mark < 0 ? text : text[..mark];
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string leading = all.TrimStart('0');
        int point = (dot < 0 ? mantissa.Length : dot) + exponent - (all.Length - leading.Length);
        return (leading.TrimEnd('0'), point);
    }
}
