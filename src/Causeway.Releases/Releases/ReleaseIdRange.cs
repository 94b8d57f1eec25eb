using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Causeway.Releases.Releases;

/// <summary>The ids that a person may mean by the beginning of one: a whole id is a range of one.</summary>
/// <param name="Least">The first id of the range.</param>
/// <param name="Most">The last one.</param>
public readonly record struct ReleaseIdRange(ReleaseId Least, ReleaseId Most)
{
    /// <summary>The fewest hex digits that may stand for an id: 32 bits, so that a chance match among thousands of releases is rare.</summary>
    public const int MinDigits = 8;

    private const int MaxDigits = ReleaseId.Length * 2;

    /// <summary>Reads <c>rel_</c> and 8 to 64 lower-case hex digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ReleaseIdRange range)
    {
        range = default;
        if (text is null || !text.StartsWith(ReleaseId.Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string digits = text[ReleaseId.Prefix.Length..];
        if (digits.Length is < MinDigits or > MaxDigits || !digits.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        range = new ReleaseIdRange(Parse(digits.PadRight(MaxDigits, '0')), Parse(digits.PadRight(MaxDigits, 'f')));
        return true;
    }

    /// <summary>True when an id lies in the range.</summary>
    public bool Holds(ReleaseId id) => (Least.High, Least.Low).CompareTo((id.High, id.Low)) <= 0 && (Most.High, Most.Low).CompareTo((id.High, id.Low)) >= 0;

    private static ReleaseId Parse(string digits) => new(Half(digits.AsSpan(0, MaxDigits / 2)), Half(digits.AsSpan(MaxDigits / 2)));

    private static UInt128 Half(ReadOnlySpan<char> digits) => UInt128.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
