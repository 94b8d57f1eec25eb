using System.Runtime.InteropServices;

namespace Causeway.Contracts.Json;

/// <summary>A JSON number by its decimal digits, exact at any size: 0.DIGITS times ten to the power of <see cref="Point"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly ref struct JsonNumber
{
    // Exponents beyond this are kept as this: such numbers differ from all that are written out, and no exponent of a real document comes near.
    private const long MaxExponent = 1_000_000_000_000;
    private readonly ReadOnlySpan<byte> _digits;

    /// <summary>Reads a well-formed number.</summary>
    public JsonNumber(ReadOnlySpan<byte> text)
    {
        IsNegative = text[0] == '-';
        ReadOnlySpan<byte> digits = IsNegative ? text[1..] : text;
        long exponent = 0;
        int mark = digits.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            exponent = Exponent(digits[(mark + 1)..]);
            digits = digits[..mark];
        }

        int dot = digits.IndexOf((byte)'.');
        int before = dot < 0 ? digits.Length : dot;
        int first = digits.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            _digits = default;
            IsNegative = false;
            return;
        }

        int last = digits.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        _digits = digits[first..(last + 1)];
        Point = exponent + before - (first > before ? first - 1 : first);
        int hidden = dot >= 0 && dot > first && dot < last ? 1 : 0;
        Digits = _digits.Length - hidden;
    }

    /// <summary>Below zero.</summary>
    public bool IsNegative { get; }

    /// <summary>Zero, also where it is written <c>-0.0</c>.</summary>
    public bool IsZero => _digits.IsEmpty;

    /// <summary>Where the decimal point stands, counted from the first digit that is not zero.</summary>
    public long Point { get; }

    /// <summary>Digits from the first to the last that is not zero.</summary>
    public int Digits { get; }

    /// <summary>A whole number, however it is spelled.</summary>
    public bool IsInteger => Digits <= Point || IsZero;

    /// <summary>Less than, equal to or greater than the other.</summary>
    public int Compare(JsonNumber other)
    {
        if (IsZero || other.IsZero || IsNegative != other.IsNegative)
        {
            return Sign.CompareTo(other.Sign);
        }

        int size = Point != other.Point ? Point.CompareTo(other.Point) : CompareDigits(_digits, other._digits);
        return IsNegative ? -size : size;
    }

    /// <summary>The same value.</summary>
    public bool IsEqual(JsonNumber other) => IsNegative == other.IsNegative && Point == other.Point && Digits == other.Digits && CompareDigits(_digits, other._digits) == 0;

    /// <summary>A hash of the value, the same for every spelling.</summary>
    public int Hash()
    {
        long hash = Point + (IsNegative ? 1 << 20 : 0);
        foreach (byte digit in _digits)
        {
            hash = digit == '.' ? hash : (hash * 31) + digit;
        }

        return NameHash.Join((int)hash, (int)(hash >> 32));
    }

    /// <summary>Whether this is a whole multiple of a divisor of at most 18 digits.</summary>
    public bool IsMultipleOf(JsonNumber divisor)
    {
        if (IsZero)
        {
            return true;
        }

        // Both numbers end in a digit that is not zero, so a number whose last digit stands further right than the divisor's is no multiple of it.
        long shift = Point - Digits - (divisor.Point - divisor.Digits);
        if (shift < 0)
        {
            return false;
        }

        ulong by = 0;
        foreach (byte digit in divisor._digits)
        {
            by = digit == '.' ? by : (by * 10) + (ulong)(digit - '0');
        }

        ulong rest = 0;
        foreach (byte digit in _digits)
        {
            rest = digit == '.' ? rest : ((rest * 10) + (ulong)(digit - '0')) % by;
        }

        if (rest == 0 || shift == 0)
        {
            return rest == 0;
        }

        return (UInt128)rest * Power(shift, by) % by == 0;
    }

    private int Sign => IsZero ? 0 : IsNegative ? -1 : 1;

    private static ulong Power(long exponent, ulong modulus)
    {
        UInt128 result = 1 % modulus;
        UInt128 factor = 10 % modulus;
        for (; exponent > 0; exponent >>= 1)
        {
            result = (exponent & 1) == 1 ? result * factor % modulus : result;
            factor = factor * factor % modulus;
        }

        return (ulong)result;
    }

    private static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int l = 0;
        int r = 0;
        while (true)
        {
            l += l < left.Length && left[l] == '.' ? 1 : 0;
            r += r < right.Length && right[r] == '.' ? 1 : 0;
            if (l >= left.Length || r >= right.Length)
            {
                return (left.Length - l).CompareTo(right.Length - r);
            }

            if (left[l] != right[r])
            {
                return left[l].CompareTo(right[r]);
            }

            l++;
            r++;
        }
    }

    private static long Exponent(ReadOnlySpan<byte> text)
    {
        bool isNegative = text[0] == '-';
        long value = 0;
        foreach (byte digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
        {
            value = Math.Min((value * 10) + digit - '0', MaxExponent);
        }

        return isNegative ? -value : value;
    }

    /// <summary>Bytes of the number at the beginning; with a reason, bytes before the fault.</summary>
    public static int Scan(ReadOnlySpan<byte> text, out string? reason)
    {
        int at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        int whole = Run(text, at);
        if (whole == at)
        {
            reason = "this is no JSON value";
            return at;
        }

        reason = text[at] == '0' && whole > at + 1 ? "a number begins with a zero" : null;
        at = reason is null ? whole : at;
        if (reason is null && at < text.Length && text[at] == '.')
        {
            int fraction = Run(text, at + 1);
            reason = fraction == at + 1 ? "digits are missing behind the decimal point" : null;
            at = fraction;
        }

        if (reason is null && at < text.Length && (text[at] | 0x20) == 'e')
        {
            at += at + 1 < text.Length && text[at + 1] is (byte)'+' or (byte)'-' ? 2 : 1;
            int exponent = Run(text, at);
            reason = exponent == at ? "digits are missing in the exponent" : null;
            at = exponent;
        }

        return at;
    }

    private static int Run(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
        {
            at++;
        }

        return at;
    }
}
