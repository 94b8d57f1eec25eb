namespace Causeway.Contracts.Schemas.Formats;

/// <summary>Addresses of hosts and mailboxes.</summary>
internal static class Addresses
{
    /// <summary>A mailbox (RFC 5321, section 4.1.2): dot-string or quoted string, then a host name or an address literal.</summary>
    public static bool IsEmail(ReadOnlySpan<byte> text)
    {
        int sign = text.LastIndexOf((byte)'@');
        if (sign <= 0 || sign > 64)
        {
            return false;
        }

        ReadOnlySpan<byte> local = text[..sign];
        ReadOnlySpan<byte> domain = text[(sign + 1)..];
        bool isQuoted = local.Length >= 2 && local[0] == '"' && local[^1] == '"';
        return (isQuoted ? IsQuoted(local[1..^1]) : IsDotString(local)) && (domain.StartsWith("["u8) ? IsLiteral(domain) : IsHostname(domain));
    }

    /// <summary>A host name (RFC 1123, section 2.1): labels of letters, digits and inner hyphens.</summary>
    public static bool IsHostname(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 253)
        {
            return false;
        }

        while (true)
        {
            int dot = text.IndexOf((byte)'.');
            if (!IsLabel(dot < 0 ? text : text[..dot]))
            {
                return false;
            }

            if (dot < 0)
            {
                return true;
            }

            text = text[(dot + 1)..];
        }
    }

    /// <summary>Four numbers up to 255 without leading zeros.</summary>
    public static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        for (int part = 0; part < 4; part++)
        {
            int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            digits = digits < 0 ? text.Length : digits;
            if (digits is 0 or > 3 || (digits > 1 && text[0] == '0') || !byte.TryParse(text[..digits], System.Globalization.CultureInfo.InvariantCulture, out _))
            {
                return false;
            }

            text = text[digits..];
            if (part < 3)
            {
                if (text.IsEmpty || text[0] != '.')
                {
                    return false;
                }

                text = text[1..];
            }
        }

        return text.IsEmpty;
    }

    /// <summary>RFC 4291, section 2.2, without a zone.</summary>
    public static bool IsIPv6(ReadOnlySpan<byte> text)
    {
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return Groups(text, mayEndInIPv4: true) == 8;
        }

        ReadOnlySpan<byte> left = text[..gap];
        ReadOnlySpan<byte> right = text[(gap + 2)..];
        int before = left.IsEmpty ? 0 : Groups(left, mayEndInIPv4: false);
        int after = right.IsEmpty ? 0 : Groups(right, mayEndInIPv4: true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    private static int Groups(ReadOnlySpan<byte> text, bool mayEndInIPv4)
    {
        int count = 0;
        while (true)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && mayEndInIPv4 && group.Contains((byte)'.'))
            {
                return IsIPv4(group) ? count + 2 : -1;
            }

            if (group.Length is 0 or > 4 || !AreHex(group))
            {
                return -1;
            }

            count++;
            if (colon < 0)
            {
                return count;
            }

            text = text[(colon + 1)..];
        }
    }

    private static bool AreHex(ReadOnlySpan<byte> text)
    {
        foreach (byte digit in text)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
        {
            return false;
        }

        foreach (byte sign in label)
        {
            if (!char.IsAsciiLetterOrDigit((char)sign) && sign != '-')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsLiteral(ReadOnlySpan<byte> text)
    {
        if (text[^1] != ']')
        {
            return false;
        }

        ReadOnlySpan<byte> inside = text[1..^1];
        return inside.StartsWith("IPv6:"u8) ? IsIPv6(inside[5..]) : IsIPv4(inside);
    }

    private static bool IsDotString(ReadOnlySpan<byte> text)
    {
        bool isAtomOpen = false;
        foreach (byte sign in text)
        {
            if (sign == '.' ? !isAtomOpen : !char.IsAsciiLetterOrDigit((char)sign) && !"!#$%&'*+-/=?^_`{|}~"u8.Contains(sign))
            {
                return false;
            }

            isAtomOpen = sign != '.';
        }

        return isAtomOpen;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is < 32 or > 126 or (byte)'"' || (text[i] == '\\' && ++i == text.Length))
            {
                return false;
            }
        }

        return true;
    }
}
