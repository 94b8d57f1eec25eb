using System.Text;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>
/// An origin says nearly the same in every head, field by field: what it said in the same place before needs no new strings. Used by many requests at once; what one
/// of them misses costs a string.
/// </summary>
internal sealed class HeadStrings
{
    private const int MaxFields = 48;
    private const int MaxLine = 256;
    private const int MaxMisses = 16; // A date, an id: after as many only the name is kept.
    private readonly Entry?[] _entries = new Entry?[MaxFields];

    /// <summary>Name and value of one line.</summary>
    /// <param name="place">Which line of the head.</param>
    /// <param name="line">The line.</param>
    /// <param name="name">The field's name, within the line.</param>
    /// <param name="value">The field's value, within the line.</param>
    public (string Name, string Value) Of(int place, ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Entry? known = place < MaxFields ? _entries[place] : null;
        if (known is not null && line.SequenceEqual(known.Line))
        {
            return (known.Name, known.Value);
        }

        string spelled = known is not null && Ascii.Equals(name, known.Name) ? known.Name : Encoding.ASCII.GetString(name);
        string text = Encoding.Latin1.GetString(value);
        if (place < MaxFields && line.Length <= MaxLine && (known is null || !ReferenceEquals(spelled, known.Name) || known.Misses < MaxMisses))
        {
            _entries[place] = new Entry(line.ToArray(), spelled, text, ReferenceEquals(spelled, known?.Name) ? known.Misses + 1 : 0);
        }

        return (spelled, text);
    }

    private sealed record Entry(byte[] Line, string Name, string Value, int Misses);
}
