using System.Globalization;
using System.Text;

namespace Causeway.Contracts.Schemas.Patterns;

/// <summary>A set of Unicode code points, written as a .NET pattern over UTF-16.</summary>
internal sealed class CodePointSet
{
    private const int Last = 0x10FFFF;
    private readonly List<(int First, int Last)> _ranges = [];
    private readonly StringBuilder _categories = new();

    /// <summary><c>\d</c>.</summary>
    public static (int First, int Last)[] Digits { get; } = [('0', '9')];

    /// <summary><c>\w</c>.</summary>
    public static (int First, int Last)[] WordCharacters { get; } = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

    /// <summary><c>\s</c>: white space and line ends of ECMA-262.</summary>
    public static (int First, int Last)[] Spaces { get; } =
        [(9, 13), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)];

    /// <summary>What <c>.</c> does not match.</summary>
    public static (int First, int Last)[] LineEnds { get; } = [(10, 10), (13, 13), (0x2028, 0x2029)];

    /// <summary>Adds a range.</summary>
    public void Add(int first, int last) => _ranges.Add((first, last));

    /// <summary>Adds ranges, or what is in none of them.</summary>
    public void Add((int First, int Last)[] ranges, bool isNegated) => _ranges.AddRange(isNegated ? Complement(ranges) : ranges);

    /// <summary>Adds a category of characters, <c>\p{L}</c> or <c>\P{L}</c>; of those within 16 bits only.</summary>
    public void AddCategory(string escape) => _categories.Append(escape);

    /// <summary>The pattern that matches one code point of the set, or one that is not of it.</summary>
    public string Write(bool isNegated)
    {
        if (_categories.Length == 0)
        {
            return Write(isNegated ? [.. Complement(_ranges)] : _ranges, "", "");
        }

        (int First, int Last)[] astral = [.. _ranges.Where(range => range.Last > 0xFFFF).Select(range => (Math.Max(range.First, 0x10000), range.Last))];
        IEnumerable<(int First, int Last)> wide = isNegated ? Complement(astral).Where(range => range.Last > 0xFFFF).Select(range => (Math.Max(range.First, 0x10000), range.Last)) : astral;
        IEnumerable<(int First, int Last)> narrow = _ranges.Where(range => range.First <= 0xFFFF).Select(range => (range.First, Math.Min(range.Last, 0xFFFF)));
        return Write([.. narrow, .. wide], isNegated ? "^" : "", isNegated ? _categories + @"\uD800-\uDFFF" : _categories.ToString());
    }

    private static string Write(List<(int First, int Last)> ranges, string sign, string more)
    {
        var narrow = new StringBuilder();
        var alternatives = new List<string>();
        foreach ((int first, int last) in ranges)
        {
            AppendNarrow(narrow, first, Math.Min(last, 0xD7FF));
            AppendNarrow(narrow, Math.Max(first, 0xE000), Math.Min(last, 0xFFFF));
            AppendWide(alternatives, Math.Max(first, 0x10000), last);
        }

        if (narrow.Length + more.Length > 0)
        {
            alternatives.Insert(0, $"[{sign}{narrow}{more}]");
        }

        return alternatives.Count switch
        {
            0 => @"[^\s\S]",
            1 when alternatives[0][0] == '[' => alternatives[0],
            _ => $"(?:{string.Join('|', alternatives)})",
        };
    }

    private static void AppendNarrow(StringBuilder text, int first, int last)
    {
        if (first <= last)
        {
            text.Append(Unit(first));
            _ = first == last ? text : text.Append('-').Append(Unit(last));
        }
    }

    private static void AppendWide(List<string> alternatives, int first, int last)
    {
        while (first <= last)
        {
            int high = 0xD800 + ((first - 0x10000) >> 10);
            int low = 0xDC00 + ((first - 0x10000) & 0x3FF);
            bool isWhole = low == 0xDC00 && last - first >= 0x3FF;
            int lastHigh = isWhole ? 0xD800 + ((last + 1 - 0x10000) >> 10) - 1 : high;
            int end = isWhole ? 0x10000 + ((lastHigh - 0xD800 + 1) << 10) - 1 : Math.Min(last, first | 0x3FF);
            string highs = high == lastHigh ? Unit(high) : $"[{Unit(high)}-{Unit(lastHigh)}]";
            alternatives.Add($"{highs}[{Unit(low)}-{Unit(0xDC00 + ((end - 0x10000) & 0x3FF))}]");
            first = end + 1;
        }
    }

    private static string Unit(int value) => @"\u" + value.ToString("X4", CultureInfo.InvariantCulture);

    private static IEnumerable<(int First, int Last)> Complement(IEnumerable<(int First, int Last)> ranges)
    {
        int next = 0;
        foreach ((int first, int last) in ranges.OrderBy(range => range.First))
        {
            if (first > next)
            {
                yield return (next, first - 1);
            }

            next = Math.Max(next, last + 1);
        }

        if (next <= Last)
        {
            yield return (next, Last);
        }
    }
}
