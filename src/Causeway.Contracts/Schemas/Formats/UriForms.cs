using System.Buffers;

namespace Causeway.Contracts.Schemas.Formats;

/// <summary>URIs by the grammar of RFC 3986.</summary>
internal static class UriForms
{
    private static readonly SearchValues<byte> s_unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;="u8);

    /// <summary>A URI with its scheme.</summary>
    public static bool IsUri(ReadOnlySpan<byte> text)
    {
        int scheme = SchemeLength(text);
        return scheme > 0 && IsHierarchy(text[(scheme + 1)..], isRelative: false);
    }

    /// <summary>A URI or a relative reference.</summary>
    public static bool IsReference(ReadOnlySpan<byte> text) => IsUri(text) || IsHierarchy(text, isRelative: true);

    private static int SchemeLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetter((char)text[0]))
        {
            return 0;
        }

        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == ':')
            {
                return i;
            }

            if (!char.IsAsciiLetterOrDigit((char)text[i]) && !"+-."u8.Contains(text[i]))
            {
                return 0;
            }
        }

        return 0;
    }

    private static bool IsHierarchy(ReadOnlySpan<byte> text, bool isRelative)
    {
        int mark = text.IndexOf((byte)'#');
        if (mark >= 0)
        {
            if (!Are(text[(mark + 1)..], ":@/?"u8))
            {
                return false;
            }

            text = text[..mark];
        }

        mark = text.IndexOf((byte)'?');
        if (mark >= 0)
        {
            if (!Are(text[(mark + 1)..], ":@/?"u8))
            {
                return false;
            }

            text = text[..mark];
        }

        if (text.StartsWith("//"u8))
        {
            int end = text[2..].IndexOf((byte)'/');
            ReadOnlySpan<byte> authority = end < 0 ? text[2..] : text.Slice(2, end);
            return IsAuthority(authority) && Are(end < 0 ? default : text[(end + 2)..], ":@/"u8);
        }

        // A relative path may have no colon in its first segment: it would read as a scheme.
        int segment = text.IndexOf((byte)'/');
        return Are(text, ":@/"u8) && (!isRelative || !(segment < 0 ? text : text[..segment]).Contains((byte)':'));
    }

    private static bool IsAuthority(ReadOnlySpan<byte> text)
    {
        int user = text.LastIndexOf((byte)'@');
        if (user >= 0 && !Are(text[..user], ":"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> host = text[(user + 1)..];
        if (host.StartsWith("["u8))
        {
            int end = host.IndexOf((byte)']');
            return end > 0 && (Addresses.IsIPv6(host[1..end]) || IsFuture(host[1..end])) && IsPort(host[(end + 1)..]);
        }

        int colon = host.IndexOf((byte)':');
        return Are(colon < 0 ? host : host[..colon], default) && IsPort(colon < 0 ? default : host[colon..]);
    }

    private static bool IsFuture(ReadOnlySpan<byte> text) => text.Length > 3 && (text[0] | 0x20) == 'v' && text.Contains((byte)'.') && Are(text, ":"u8);

    private static bool IsPort(ReadOnlySpan<byte> text) => text.IsEmpty || (text[0] == ':' && text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0);

    private static bool Are(ReadOnlySpan<byte> text, ReadOnlySpan<byte> more)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                {
                    return false;
                }

                i += 2;
            }
            else if (!s_unreserved.Contains(text[i]) && !more.Contains(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
