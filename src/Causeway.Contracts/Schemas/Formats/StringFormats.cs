using System.Collections.Frozen;
using System.Text;
using Causeway.Contracts.Schemas.Patterns;

namespace Causeway.Contracts.Schemas.Formats;

/// <summary>
/// The formats that are checked. <c>idn-email</c>, <c>idn-hostname</c>, <c>iri</c>, <c>iri-reference</c> and <c>uri-template</c> are not, and any other name
/// is a remark, as the specification says: no provider enforces them, and the international ones need tables that change with Unicode.
/// </summary>
internal static class StringFormats
{
    private static readonly FrozenDictionary<string, StringFormat> s_all = new StringFormat[]
    {
        new("date-time", "a date and time with its offset, such as 2026-11-25T20:15:00Z", Times.IsDateTime),
        new("date", "a date, such as 2026-11-25", Times.IsDate),
        new("time", "a time with its offset, such as 20:15:00Z", Times.IsTime),
        new("duration", "a duration, such as P3DT4H", Times.IsDuration),
        new("email", "an e-mail address", Addresses.IsEmail),
        new("hostname", "a host name", Addresses.IsHostname),
        new("ipv4", "an IPv4 address", Addresses.IsIPv4),
        new("ipv6", "an IPv6 address", Addresses.IsIPv6),
        new("uri", "a URI with its scheme", UriForms.IsUri),
        new("uri-reference", "a URI or a reference to one", UriForms.IsReference),
        new("uuid", "a UUID, such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380", IsUuid),
        new("json-pointer", "a JSON Pointer", IsJsonPointer),
        new("relative-json-pointer", "a relative JSON Pointer", IsRelativeJsonPointer),
        new("regex", "a regular expression", text => SchemaPattern.IsPattern(Encoding.UTF8.GetString(text))),
    }.ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    /// <summary>The format of that name; null: it is not checked.</summary>
    public static StringFormat? Find(string name) => s_all.GetValueOrDefault(name);

    private static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length != 36)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit((char)text[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsJsonPointer(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '~' && (i + 1 == text.Length || text[i + 1] is not ((byte)'0' or (byte)'1')))
            {
                return false;
            }
        }

        return text[0] == '/';
    }

    private static bool IsRelativeJsonPointer(ReadOnlySpan<byte> text)
    {
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        digits = digits < 0 ? text.Length : digits;
        if (digits == 0 || (text[0] == '0' && digits > 1))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[digits..];
        return rest.SequenceEqual("#"u8) || IsJsonPointer(rest);
    }
}
