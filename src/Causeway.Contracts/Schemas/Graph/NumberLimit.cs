using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>A number of a schema, to be compared with numbers of documents: exactly, and quickly where both are short.</summary>
internal sealed class NumberLimit
{
    private readonly byte[] _text;
    private readonly bool _isShort;
    private readonly long _millionths;

    /// <summary>A limit.</summary>
    /// <param name="text">As the schema spells it.</param>
    public NumberLimit(ReadOnlySpan<byte> text)
    {
        _text = text.ToArray();
        _isShort = TryShort(text, out _millionths);
    }

    /// <summary>As the schema spells it.</summary>
    public ReadOnlySpan<byte> Text => _text;

    /// <summary>How a number of a document compares with this one: below 0 where it is less.</summary>
    public int Compare(ReadOnlySpan<byte> number) =>
        _isShort && TryShort(number, out long value) ? value.CompareTo(_millionths) : new JsonNumber(number).Compare(new JsonNumber(_text));

    /// <summary>Whether a number of a document is a whole multiple of this one.</summary>
    public bool Divides(ReadOnlySpan<byte> number) =>
        _isShort && TryShort(number, out long value) ? value % _millionths == 0 : new JsonNumber(number).IsMultipleOf(new JsonNumber(_text));

    /// <summary>A number without an exponent, of at most 12 digits before the point and 6 behind it, in millionths.</summary>
    private static bool TryShort(ReadOnlySpan<byte> text, out long millionths)
    {
        bool isNegative = text[0] == '-';
        int at = isNegative ? 1 : 0;
        int last = Math.Min(text.Length, at + 12);
        millionths = 0;
        while (at < last && (uint)(text[at] - '0') <= 9)
        {
            millionths = (millionths * 10) + text[at++] - '0';
        }

        int places = 6;
        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && places > 0 && (uint)(text[at] - '0') <= 9; places--)
            {
                millionths = (millionths * 10) + text[at++] - '0';
            }
        }

        for (; places > 0; places--)
        {
            millionths *= 10;
        }

        millionths = isNegative ? -millionths : millionths;
        return at == text.Length;
    }
}
