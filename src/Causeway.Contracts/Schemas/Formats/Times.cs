namespace Causeway.Contracts.Schemas.Formats;

/// <summary>Dates, times and durations (RFC 3339).</summary>
internal static class Times
{
    /// <summary><c>date-time</c>.</summary>
    public static bool IsDateTime(ReadOnlySpan<byte> text) => text.Length > 10 && (text[10] | 0x20) == 't' && IsDate(text[..10]) && IsTime(text[11..]);

    /// <summary><c>full-date</c>.</summary>
    public static bool IsDate(ReadOnlySpan<byte> text)
    {
        if (text.Length != 10 || text[4] != '-' || text[7] != '-' || !TryDigits(text[..4], out int year) || !TryDigits(text[5..7], out int month) || !TryDigits(text[8..], out int day))
        {
            return false;
        }

        return month is >= 1 and <= 12 && day >= 1 && day <= Days(year, month);
    }

    /// <summary><c>full-time</c>: with an offset. A leap second is one only at the end of a day in UTC.</summary>
    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 9 || !TryClock(text, out int hour, out int minute) || text[5] != ':' || !TryDigits(text[6..8], out int second))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[8..];
        if (rest[0] == '.')
        {
            int digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits <= 0)
            {
                return false;
            }

            rest = rest[(digits + 1)..];
        }

        if (!TryOffset(rest, out int offset) || second > 60)
        {
            return false;
        }

        int utc = ((hour * 60) + minute - offset + (2 * 1440)) % 1440;
        return second < 60 || utc == 1439;
    }

    /// <summary>ISO 8601's durations: units in their order, weeks alone, whole numbers.</summary>
    public static bool IsDuration(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || text[0] != 'P')
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[1..];
        if (rest[^1] == 'W')
        {
            return Units(ref rest, "W"u8) && rest.IsEmpty;
        }

        bool hasDate = Units(ref rest, "YMD"u8);
        if (rest.IsEmpty || rest[0] != 'T')
        {
            return hasDate && rest.IsEmpty;
        }

        rest = rest[1..];
        return Units(ref rest, "HMS"u8) && rest.IsEmpty;
    }

    private static bool Units(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> units)
    {
        bool isAny = false;
        while (true)
        {
            int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            int unit = digits <= 0 ? -1 : units.IndexOf(text[digits]);
            if (unit < 0)
            {
                return isAny;
            }

            isAny = true;
            text = text[(digits + 1)..];
            units = units[(unit + 1)..];
        }
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
        {
            return (text[0] | 0x20) == 'z';
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || !TryClock(text[1..], out int hour, out int minute))
        {
            return false;
        }

        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryClock(ReadOnlySpan<byte> text, out int hour, out int minute)
    {
        minute = 0;
        return TryDigits(text[..2], out hour) && text[2] == ':' && TryDigits(text[3..5], out minute) && hour < 24 && minute < 60;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }

    private static int Days(int year, int month) => month switch
    {
        2 => (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
