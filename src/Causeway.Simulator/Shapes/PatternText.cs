using System.Text;
using System.Text.RegularExpressions;

namespace Causeway.Simulator.Shapes;

/// <summary>Texts that a pattern matches, for patterns of classes, groups, choices, quantifiers and anchors; and whether one matches.</summary>
internal sealed class PatternText
{
    /// <summary>More repetitions of one thing are not written, whatever the pattern demands.</summary>
    private const int MaxRepeats = 2_000;

    private const int MaxDepth = 32;
    private readonly string _pattern;
    private readonly int _extra;
    private readonly int _variant;
    private int _at;

    private PatternText(string pattern, int extra, int variant) => (_pattern, _extra, _variant) = (pattern, extra, variant);

    /// <summary>Texts that might match, shortest first: the caller checks.</summary>
    /// <param name="least">Characters that are wanted at least.</param>
    /// <param name="variant">Another number, another text where the pattern has room.</param>
    public static IEnumerable<string> Candidates(string pattern, long least, int variant)
    {
        foreach (int extra in new[] { 0, 1, 2, 4, 8, (int)Math.Min(least, MaxRepeats) })
        {
            PatternText reader = new(pattern, extra, variant);
            yield return reader.Choice(0);
        }
    }

    /// <summary>A search, not anchored. A pattern that cannot be read holds nothing against any text.</summary>
    public static bool Holds(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(250));
        }
        catch (Exception odd) when (odd is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    public static bool IsReadable(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(250));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Alternatives up to a closing bracket: one of them is written, which one the variant says.</summary>
    private string Choice(int depth)
    {
        List<string> options = [Sequence(depth)];
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            options.Add(Sequence(depth));
        }

        return options[_variant % options.Count];
    }

    private string Sequence(int depth)
    {
        StringBuilder text = new();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            string atom = Atom(depth);
            int count = Repeats(atom.Length > 0);
            for (int i = 0; i < count; i++)
            {
                text.Append(atom);
            }
        }

        return text.ToString();
    }

    private string Atom(int depth)
    {
        char c = _pattern[_at++];
        switch (c)
        {
            case '^' or '$':
                return "";
            case '(' when depth < MaxDepth:
                return Group(depth);
            case '[':
                return Class().ToString();
            case '.':
                return Letter().ToString();
            case '\\' when _at < _pattern.Length:
                return Escape(_pattern[_at++]);
            default:
                return c.ToString();
        }
    }

    private string Group(int depth)
    {
        bool ahead = false;
        if (_at + 1 < _pattern.Length && _pattern[_at] == '?')
        {
            ahead = _pattern[_at + 1] is '=' or '!' || (_pattern[_at + 1] == '<' && _at + 2 < _pattern.Length && _pattern[_at + 2] is '=' or '!');
            _at += _pattern[_at + 1] == '<' && !ahead ? Math.Max(2, _pattern.AsSpan(_at).IndexOf('>') + 1) : ahead && _pattern[_at + 1] == '<' ? 3 : 2;
        }

        string inner = Choice(depth + 1);
        if (_at < _pattern.Length)
        {
            _at++;
        }

        // What is only looked at is not written; the caller's check says whether the rest satisfies it.
        return ahead ? "" : inner;
    }

    private string Escape(char c) => c switch
    {
        'd' => ((char)('1' + (_variant % 9))).ToString(),
        'w' or 'S' or 'D' or 'p' or 'P' => Property(c) + Letter(),
        's' or 'W' => " ",
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'b' or 'B' or 'A' or 'z' or 'Z' => "",
        'u' when _at + 4 <= _pattern.Length && int.TryParse(_pattern.AsSpan(_at, 4), System.Globalization.NumberStyles.HexNumber, provider: null, out int code) => Code(code),
        _ => c.ToString(),
    };

    private string Code(int code)
    {
        _at += 4;
        return ((char)code).ToString();
    }

    /// <summary>Passes over the name of <c>\p{L}</c>.</summary>
    private string Property(char c)
    {
        if (c is 'p' or 'P' && _at < _pattern.Length && _pattern[_at] == '{')
        {
            _at += Math.Max(0, _pattern.AsSpan(_at).IndexOf('}')) + 1;
        }

        return "";
    }

    private char Letter() => (char)('a' + (_variant % 26));

    private char Class()
    {
        bool negated = _at < _pattern.Length && _pattern[_at] == '^';
        _at += negated ? 1 : 0;
        List<(char From, char To)> ranges = [];
        bool first = true;
        while (_at < _pattern.Length && (_pattern[_at] != ']' || first))
        {
            first = false;
            char from = _pattern[_at++];
            if (from == '\\' && _at < _pattern.Length)
            {
                char named = _pattern[_at++];
                ranges.AddRange(named switch
                {
                    'd' => [('0', '9')],
                    'w' => [('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')],
                    's' => [(' ', ' ')],
                    'n' => [('\n', '\n')],
                    't' => [('\t', '\t')],
                    _ => [(named, named)],
                });
                continue;
            }

            bool ranged = _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']';
            char to = from;
            if (ranged)
            {
                _at++;
                to = _pattern[_at++];
                to = to == '\\' && _at < _pattern.Length ? _pattern[_at++] : to;
            }

            ranges.Add((from, to));
        }

        _at++;
        IEnumerable<char> all = negated
            ? Enumerable.Range(' ' + 1, '~' - ' ').Select(code => (char)code).OrderByDescending(char.IsAsciiLetterLower).Where(c => !ranges.Any(range => c >= range.From && c <= range.To))
            : ranges.SelectMany(range => Enumerable.Range(range.From, Math.Min(64, Math.Max(1, range.To - range.From + 1))).Select(code => (char)code));
        char[] choices = [.. all.Take(128)];
        return choices.Length == 0 ? 'x' : choices[_variant % choices.Length];
    }

    private int Repeats(bool writes)
    {
        (int least, int most) = _at < _pattern.Length ? Quantifier() : (1, 1);
        if (_at < _pattern.Length && _pattern[_at] is '?' or '+' && least != most)
        {
            _at++;
        }

        return writes ? Math.Min(Math.Min(most, least + _extra), MaxRepeats) : 1;
    }

    private (int Least, int Most) Quantifier()
    {
        switch (_pattern[_at])
        {
            case '*':
                _at++;
                return (0, int.MaxValue);
            case '+':
                _at++;
                return (1, int.MaxValue);
            case '?':
                _at++;
                return (0, 1);
            case '{':
                int end = _pattern.IndexOf('}', _at);
                string[] bounds = end < 0 ? [] : _pattern[(_at + 1)..end].Split(',');
                if (bounds.Length is 1 or 2 && int.TryParse(bounds[0], out int least))
                {
                    _at = end + 1;
                    return (Math.Min(least, MaxRepeats), bounds.Length == 1 ? least : int.TryParse(bounds[1], out int most) ? most : int.MaxValue);
                }

                return (1, 1);
            default:
                return (1, 1);
        }
    }
}
