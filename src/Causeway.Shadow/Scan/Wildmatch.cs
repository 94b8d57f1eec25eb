namespace Causeway.Shadow.Scan;

/// <summary>Patterns of paths as git matches them (its <c>wildmatch</c> with <c>WM_PATHNAME</c>): <c>*</c> and <c>?</c> stay within a folder, <c>**</c> does not.</summary>
internal static class Wildmatch
{
    // Every star doubles what is tried in the worst case; no pattern of a real file comes near.
    private const int MaxSteps = 100_000;

    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        int steps = 0;
        return Match(pattern, path, ref steps);
    }

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path, ref int steps)
    {
        bool atStart = true;
        while (pattern.Length > 0)
        {
            if (++steps > MaxSteps)
            {
                return false;
            }

            char one = pattern[0];
            if (one == '*')
            {
                return Star(pattern, path, atStart, ref steps);
            }

            if (path.Length == 0)
            {
                return false;
            }

            atStart = one == '/';
            switch (one)
            {
                case '?' when path[0] != '/':
                    pattern = pattern[1..];
                    break;
                case '[':
                    if (path[0] == '/' || !Class(ref pattern, path[0]))
                    {
                        return false;
                    }

                    break;
                case '\\' when pattern.Length > 1:
                    if (pattern[1] != path[0])
                    {
                        return false;
                    }

                    pattern = pattern[2..];
                    break;
                default:
                    if (one == '?' || one != path[0])
                    {
                        return false;
                    }

                    pattern = pattern[1..];
                    break;
            }

            path = path[1..];
        }

        return path.Length == 0;
    }

    private static bool Star(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path, bool atStart, ref int steps)
    {
        int stars = 1;
        while (stars < pattern.Length && pattern[stars] == '*')
        {
            stars++;
        }

        ReadOnlySpan<char> rest = pattern[stars..];
        bool anywhere = stars == 2 && atStart && (rest.Length == 0 || rest[0] == '/');
        if (anywhere && rest.Length > 0 && Match(rest[1..], path, ref steps))
        {
            return true; // "**/" stands for no folder too.
        }

        for (int taken = 0; taken <= path.Length; taken++)
        {
            if (Match(rest, path[taken..], ref steps))
            {
                return true;
            }

            if (taken < path.Length && path[taken] == '/' && !anywhere)
            {
                return false;
            }
        }

        return false;
    }

    // Takes the class off the pattern. A class that is not closed matches nothing.
    private static bool Class(ref ReadOnlySpan<char> pattern, char one)
    {
        int at = 1;
        bool negated = at < pattern.Length && pattern[at] is '!' or '^';
        at += negated ? 1 : 0;
        bool matches = false;
        bool first = true;
        while (true)
        {
            if (at >= pattern.Length)
            {
                return false;
            }

            if (pattern[at] == ']' && !first)
            {
                break;
            }

            first = false;
            if (pattern[at..].StartsWith("[:") && pattern[at..].IndexOf(":]") is > 0 and int close)
            {
                matches |= IsOf(pattern.Slice(at + 2, close - 2), one);
                at += close + 2;
                continue;
            }

            char low = Literal(pattern, ref at);
            char high = low;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                high = Literal(pattern, ref at);
            }

            matches |= one >= low && one <= high;
        }

        pattern = pattern[(at + 1)..];
        return matches != negated;
    }

    private static char Literal(ReadOnlySpan<char> pattern, ref int at)
    {
        at += pattern[at] == '\\' && at + 1 < pattern.Length ? 1 : 0;
        return pattern[at++];
    }

    private static bool IsOf(ReadOnlySpan<char> name, char one) => name switch
    {
        "alpha" => char.IsAsciiLetter(one),
        "digit" => char.IsAsciiDigit(one),
        "alnum" => char.IsAsciiLetterOrDigit(one),
        "upper" => char.IsAsciiLetterUpper(one),
        "lower" => char.IsAsciiLetterLower(one),
        "space" => one is ' ' or (>= '\t' and <= '\r'),
        "xdigit" => char.IsAsciiHexDigit(one),
        "punct" => one is > ' ' and < '\u007f' && !char.IsAsciiLetterOrDigit(one),
        _ => false,
    };
}
