namespace Causeway.Shadow.Scan;

/// <summary>Says whether a match stands by itself, or is cut out of something longer.</summary>
internal static class Edges
{
    /// <summary>A credential does not go on to the left or to the right. A letter that belongs to an escape (<c>\n</c>, <c>%3D</c>) is not part of it.</summary>
    public static bool OfSecret(ReadOnlySpan<char> text, int start, int length)
    {
        int end = start + length;
        return (start == 0 || !IsWord(text[start - 1]) || IsEscape(text[..start])) && (end == text.Length || !IsWord(text[end]));
    }

    /// <summary>A host does not go on to the left, nor to the right with another label.</summary>
    public static bool OfHost(ReadOnlySpan<char> text, int start, int length)
    {
        int end = start + length;
        bool begins = start == 0 || !(IsWord(text[start - 1]) || text[start - 1] == '.') || IsEscape(text[..start]);
        bool ends = end == text.Length || !(IsWord(text[end]) || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1])));
        return begins && ends;
    }

    private static bool IsWord(char one) => char.IsAsciiLetterOrDigit(one) || one is '_' or '-';

    private static bool IsEscape(ReadOnlySpan<char> before) =>
        (before.Length >= 2 && before[^2] == '\\' && before[^1] is 'n' or 'r' or 't')
        || (before.Length >= 3 && before[^3] == '%' && char.IsAsciiHexDigit(before[^2]) && char.IsAsciiHexDigit(before[^1]));
}
