using System.Buffers;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>What a regular expression uses, told from its text.</summary>
internal static class PatternText
{
    private const int LargeRepeat = 64;
    private static readonly SearchValues<char> s_repeat = SearchValues.Create("0123456789,");

    public static PatternFeatures FeaturesOf(string pattern)
    {
        PatternFeatures found = PatternFeatures.None;
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            ReadOnlySpan<char> rest = pattern.AsSpan(i);
            switch (pattern[i])
            {
                case '\\' when i + 1 < pattern.Length:
                    found |= pattern[i + 1] switch
                    {
                        'b' or 'B' when !inClass => PatternFeatures.WordBoundary,
                        >= '1' and <= '9' or 'k' when !inClass => PatternFeatures.BackReference,
                        'p' or 'P' => PatternFeatures.UnicodeClass,
                        _ => PatternFeatures.None,
                    };
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass && rest.StartsWith("(?"):
                    found |= rest.StartsWith("(?:") || IsNamed(rest) ? PatternFeatures.None : rest.Length > 2 && rest[2] is '=' or '!' or '<' ? PatternFeatures.LookAround : PatternFeatures.InlineFlag;
                    break;
                case '^' or '$' when !inClass:
                    found |= PatternFeatures.Anchor;
                    break;
                case '{' when !inClass && HasLargeRepeat(rest):
                    found |= PatternFeatures.LargeRepeat;
                    break;
            }
        }

        return found;
    }

    /// <summary>The pattern for a decoder that reads the ends otherwise than JSON Schema, which searches; null: it cannot be said there.</summary>
    public static string? Anchored(string pattern, Anchoring anchoring)
    {
        if (anchoring == Anchoring.Search)
        {
            return pattern;
        }

        bool start = pattern.StartsWith('^');
        bool end = pattern.EndsWith('$') && !IsEscaped(pattern, pattern.Length - 1);
        string body = pattern[(start ? 1 : 0)..(end && pattern.Length > (start ? 1 : 0) ? ^1 : ^0)];
        bool hasChoice = HasTopLevelChoice(body);
        if ((FeaturesOf(body) & PatternFeatures.Anchor) != PatternFeatures.None || ((start || end) && hasChoice))
        {
            return null;
        }

        string inner = hasChoice ? $"({body})" : body;
        string whole = $"{(start ? "" : ".*")}{inner}{(end ? "" : ".*")}";
        return anchoring == Anchoring.Implicit ? whole : $"^{whole}$";
    }

    private static bool IsNamed(ReadOnlySpan<char> group) => group.StartsWith("(?<") && group.Length > 3 && group[3] is not ('=' or '!');

    private static bool IsEscaped(string pattern, int at)
    {
        int slashes = 0;
        while (at - slashes - 1 >= 0 && pattern[at - slashes - 1] == '\\')
        {
            slashes++;
        }

        return slashes % 2 == 1;
    }

    private static bool HasLargeRepeat(ReadOnlySpan<char> rest)
    {
        int end = 1 + rest[1..].IndexOfAnyExcept(s_repeat);
        if (end < 1 || rest[end] != '}')
        {
            return false;
        }

        foreach (Range part in rest[1..end].Split(','))
        {
            if (int.TryParse(rest[1..end][part], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number > LargeRepeat)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasTopLevelChoice(string pattern)
    {
        int depth = 0;
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    inClass = true;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '(' when !inClass:
                    depth++;
                    break;
                case ')' when !inClass:
                    depth--;
                    break;
                case '|' when !inClass && depth == 0:
                    return true;
            }
        }

        return false;
    }
}
