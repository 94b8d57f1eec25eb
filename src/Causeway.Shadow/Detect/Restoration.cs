using System.Text;

namespace Causeway.Shadow.Detect;

/// <summary>Puts back what was taken out, in an answer that comes in pieces: the beginning of a placeholder at the end of a piece waits for the next. For one answer and one thread.</summary>
public sealed class Restoration(Redaction redaction)
{
    private readonly StringBuilder _waiting = new();

    /// <summary>Whether the beginning of a placeholder waits.</summary>
    public bool Waits => _waiting.Length > 0;

    /// <summary>Takes a piece.</summary>
    /// <returns>What can be said by now; it may be empty.</returns>
    public string Push(ReadOnlySpan<char> piece)
    {
        if (redaction.IsEmpty || (_waiting.Length == 0 && !piece.Contains('[')))
        {
            return piece.ToString();
        }

        string text = _waiting.Append(piece).ToString();
        _waiting.Clear();
        var restored = new StringBuilder(text.Length + 32);
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('[', at);
            if (open < 0)
            {
                break;
            }

            restored.Append(text, at, open - at);
            int most = Math.Min(redaction.LongestPlaceholder, text.Length - open);
            int close = text.AsSpan(open, most).IndexOf(']');
            if (close >= 0 && redaction.TextOf(text.Substring(open, close + 1)) is { } original)
            {
                restored.Append(original);
                at = open + close + 1;
            }
            else if (close < 0 && open + most == text.Length && redaction.Begins(text.AsSpan(open)))
            {
                _waiting.Append(text, open, text.Length - open);
                return restored.ToString();
            }
            else
            {
                restored.Append('[');
                at = open + 1;
            }
        }

        return restored.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>What still waits when the answer has ended: it was no placeholder.</summary>
    public string End()
    {
        string rest = _waiting.ToString();
        _waiting.Clear();
        return rest;
    }
}
