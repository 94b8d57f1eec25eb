namespace Causeway.Admin;

/// <summary>Text of unknown origin, made fit for a message or a terminal.</summary>
internal static class Printable
{
    private const int MaxLength = 200;

    /// <summary>Without characters that move a cursor, colour a terminal or turn the reading direction: each becomes <c>?</c>.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        return string.Create(text.Length, text, static (clean, raw) =>
        {
            for (int i = 0; i < raw.Length; i++)
            {
                clean[i] = char.IsControl(raw[i]) || IsInvisible(raw[i]) ? '?' : raw[i];
            }
        });
    }

    /// <summary>As above, and no longer than a line or two.</summary>
    public static string Cut(string? text) => text switch
    {
        null => "",
        { Length: > MaxLength } => Of(text[..MaxLength]) + "…",
        _ => Of(text),
    };

    // Zero-width and bidirectional controls, line and paragraph separators, byte order mark.
    private static bool IsInvisible(char c) => c is (>= '\u200B' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\uFEFF' or '\u061C';
}
