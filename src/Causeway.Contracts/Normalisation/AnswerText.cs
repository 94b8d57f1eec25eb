using Causeway.Contracts.Json;

namespace Causeway.Contracts.Normalisation;

/// <summary>Finds the document in an answer's text.</summary>
internal static class AnswerText
{
    // Brackets in prose that begin no document cost a look each; beyond this many the text is given up.
    private const int MaxAttempts = 256;

    public static bool IsBlank(ReadOnlySpan<byte> text) => Trim(text, 0, text.Length) is { Length: 0 };

    /// <summary>What is inside a byte-order mark, a leading think block and one outer fence, as a range.</summary>
    public static (int Start, int Length) Inside(ReadOnlySpan<byte> text)
    {
        int start = text.StartsWith("\uFEFF"u8) ? 3 : 0;
        (start, int length) = Trim(text, start, text.Length - start);
        if (text.Slice(start, length).StartsWith("<think>"u8))
        {
            // A thought that never ends holds drafts at best, and no answer.
            int end = text.Slice(start, length).IndexOf("</think>"u8);
            int behind = end < 0 ? length : end + "</think>"u8.Length;
            (start, length) = Trim(text, start + behind, length - behind);
        }

        ReadOnlySpan<byte> rest = text.Slice(start, length);
        if (rest.Length < 6 || !rest.StartsWith("```"u8) || !rest.EndsWith("```"u8))
        {
            return (start, length);
        }

        // The language is letters up to the first space or line break, or up to the document itself.
        int at = 3;
        while (at < rest.Length - 3 && (char.IsAsciiLetterOrDigit((char)rest[at]) || rest[at] is (byte)'-' or (byte)'+' or (byte)'_'))
        {
            at++;
        }

        return Trim(text, start + at, length - at - 3);
    }

    /// <summary>The one document in sentences, as a range.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tape">Scratch.</param>
    /// <param name="objects">A document may be an object.</param>
    /// <param name="arrays">A document may be an array.</param>
    /// <returns>A length of 0: there is none; -1: there are several, and which is meant is not for us to choose.</returns>
    public static (int Start, int Length) InProse(ReadOnlySpan<byte> text, JsonTape tape, bool objects, bool arrays)
    {
        (int Start, int Length) found = default;
        int attempts = 0;
        int at = 0;
        while (at < text.Length && attempts < MaxAttempts)
        {
            int next = text[at..].IndexOfAny((byte)'{', (byte)'[');
            if (next < 0)
            {
                break;
            }

            at += next;
            attempts++;
            int length = BalancedLength(text[at..]);
            if (length == 0 || tape.Read(text.Slice(at, length)).Reason is not null)
            {
                at++;
                continue;
            }

            if (text[at] == '{' ? objects : arrays)
            {
                if (found.Length > 0)
                {
                    return (0, -1);
                }

                found = (at, length);
            }

            at += length;
        }

        return found;
    }

    // Up to the bracket that closes the first one; 0: none does.
    private static int BalancedLength(ReadOnlySpan<byte> text)
    {
        int depth = 0;
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            byte letter = text[i];
            if (inString)
            {
                i += letter == '\\' ? 1 : 0;
                inString = letter != '"';
                continue;
            }

            inString = letter == '"';
            depth += letter is (byte)'{' or (byte)'[' ? 1 : letter is (byte)'}' or (byte)']' ? -1 : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static (int Start, int Length) Trim(ReadOnlySpan<byte> text, int start, int length)
    {
        int end = start + length;
        while (start < end && IsSpace(text[start]))
        {
            start++;
        }

        while (end > start && IsSpace(text[end - 1]))
        {
            end--;
        }

        return (start, end - start);
    }

    private static bool IsSpace(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
