using System.Buffers;

namespace Causeway.Wire.Http1;

/// <summary>Reads the head of an HTTP/1.1 response: its end, its status line, its fields. Nothing is copied.</summary>
/// <remarks>RFC 9112, 2 to 5. Lenient where it says that a recipient may be: a lone LF ends a line, folded lines are joined, space before a colon is dropped.</remarks>
public static class ResponseHead
{
    private static readonly SearchValues<byte> s_token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> s_notInValue = SearchValues.Create("\0\r\n"u8);

    private static ReadOnlySpan<byte> Version => "HTTP/1."u8;

    /// <summary>These may be the first bytes of a response.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> received) => received.StartsWith(Version) || Version.StartsWith(received);

    /// <summary>Where the head ends, with its empty line.</summary>
    /// <param name="received">Bytes from the head's start.</param>
    /// <param name="seen">How many of them were looked at before, without an end.</param>
    /// <returns>The head's length in bytes; 0: not there yet.</returns>
    public static int EndOf(ReadOnlySpan<byte> received, int seen)
    {
        for (int at = Math.Max(0, seen - 3); received[at..].IndexOf((byte)'\n') is >= 0 and int line;)
        {
            at += line + 1;
            ReadOnlySpan<byte> next = received[at..];
            if (next.StartsWith("\n"u8))
            {
                return at + 1;
            }

            if (next.StartsWith("\r\n"u8))
            {
                return at + 2;
            }
        }

        return 0;
    }

    /// <summary>Makes lines of folded ones: RFC 9112, 5.2.</summary>
    public static void Unfold(Span<byte> head)
    {
        for (int at = 0; head[at..].IndexOf((byte)'\n') is >= 0 and int line;)
        {
            at += line + 1;
            if (at < head.Length && head[at] is (byte)' ' or (byte)'\t')
            {
                head[at - 1] = (byte)' ';
                if (at > 1 && head[at - 2] == '\r')
                {
                    head[at - 2] = (byte)' ';
                }
            }
        }
    }

    /// <summary>Takes the status line from a head's start.</summary>
    /// <param name="head">The head; what follows afterwards.</param>
    /// <param name="minor">The minor version of HTTP/1.</param>
    /// <param name="status">Three digits.</param>
    /// <returns>False: this is not HTTP/1.</returns>
    public static bool TryTakeStatus(ref ReadOnlySpan<byte> head, out int minor, out int status)
    {
        ReadOnlySpan<byte> line = TakeLine(ref head);
        (minor, status) = (0, 0);
        if (line.Length < 12 || !line.StartsWith(Version) || !IsDigit(line[7]) || line[8] != ' ' || !IsDigit(line[9]) || !IsDigit(line[10]) || !IsDigit(line[11]) || (line.Length > 12 && line[12] != ' '))
        {
            return false;
        }

        minor = line[7] - '0';
        status = ((line[9] - '0') * 100) + ((line[10] - '0') * 10) + (line[11] - '0');
        return status >= 100;
    }

    /// <summary>Takes one line of fields from what is left of a head.</summary>
    /// <param name="head">What is left; what follows afterwards.</param>
    /// <returns>The line, without its end; empty: the head is over.</returns>
    public static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = head[..end];
        head = head[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    /// <summary>Splits a line into the field's name and value.</summary>
    /// <returns>False: it is no field.</returns>
    public static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        int colon = line.IndexOf((byte)':');
        name = colon < 0 ? default : line[..colon].TrimEnd(" \t"u8);
        value = line[(colon + 1)..].Trim(" \t"u8);
        return !name.IsEmpty && !name.ContainsAnyExcept(s_token) && !value.ContainsAny(s_notInValue);
    }

    private static bool IsDigit(byte character) => character is >= (byte)'0' and <= (byte)'9';
}
