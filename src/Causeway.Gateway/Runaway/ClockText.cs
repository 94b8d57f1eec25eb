namespace Causeway.Gateway.Runaway;

/// <summary>
/// Moments in system text: a date with a time of day, as RFC 3339 and ISO 8601 spell it. Harnesses put the clock there, and two requests
/// that differ in it alone are the same. A date without a time, and any moment in other text, is content: a run that works through one day
/// after the other, or asks until a result's time changes, is no loop.
/// </summary>
internal static class ClockText
{
    private const int Shortest = 16; // 2026-11-26T00:12

    /// <summary>Finds the first moment at or behind a place.</summary>
    /// <returns>Where it is, or an empty range at the end.</returns>
    public static (int Start, int End) Find(ReadOnlySpan<byte> text, int from)
    {
        for (int dash = from; dash < text.Length; dash++)
        {
            int next = text[dash..].IndexOf((byte)'-');
            if (next < 0)
            {
                break;
            }

            dash += next;
            int start = dash - 4;
            if (start >= from && text.Length - start >= Shortest && IsMoment(text[start..]))
            {
                return (start, End(text, start + Shortest));
            }
        }

        return (text.Length, text.Length);
    }

    private static bool IsMoment(ReadOnlySpan<byte> text) =>
        Digits(text[..4]) && text[4] == '-' && Digits(text[5..7]) && text[7] == '-' && Digits(text[8..10])
        && text[10] is (byte)'T' or (byte)'t' or (byte)' ' && Digits(text[11..13]) && text[13] == ':' && Digits(text[14..16]);

    // Seconds, fractions and the zone: everything that can stand there.
    private static int End(ReadOnlySpan<byte> text, int end)
    {
        while (end < text.Length && (char.IsAsciiDigit((char)text[end]) || text[end] is (byte)':' or (byte)'.' or (byte)'+' or (byte)'-' or (byte)'Z' or (byte)'z'))
        {
            end++;
        }

        return end;
    }

    private static bool Digits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
