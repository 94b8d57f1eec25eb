using System.Buffers;

namespace Causeway.Shadow.Scan;

/// <summary>
/// Finds where rules may match, many texts in one pass: an anchor that holds another is found by the shorter one, and the rest are sought in
/// groups small enough for the vectorised search (the runtime's Teddy takes 80 texts; more fall back to an automaton ten times slower).
/// </summary>
internal sealed class Anchors
{
    private const int GroupSize = 64;
    private readonly SearchValues<string>[] _groups;
    private readonly Dictionary<int, Stem[]> _stems;

    public Anchors(IReadOnlyList<ScanRule> rules)
    {
        var byAnchor = rules.SelectMany((rule, index) => rule.Anchors.Select(anchor => (Text: anchor.ToLowerInvariant(), Rule: index)))
            .GroupBy(pair => pair.Text, pair => pair.Rule)
            .Select(group => (Text: group.Key, Rules: group.Distinct().ToArray()))
            .ToArray();
        string[] texts = [.. byAnchor.Select(anchor => anchor.Text).Where(text => !byAnchor.Any(other => other.Text != text && text.Contains(other.Text, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        Stem[] stems = [.. texts.Select(text => new Stem(text,
            [.. byAnchor.Where(anchor => anchor.Text.Contains(text, StringComparison.Ordinal)).Select(anchor => new Anchor(anchor.Text, anchor.Text.IndexOf(text, StringComparison.Ordinal), anchor.Rules))]))];
        _groups = [.. texts.Chunk(GroupSize).Select(group => SearchValues.Create(group, StringComparison.OrdinalIgnoreCase))];
        _stems = stems.GroupBy(stem => Key(stem.Text[0], stem.Text[1])).ToDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Calls back for each place of an anchor and each rule that it is of.</summary>
    public void Find<TState>(ReadOnlySpan<char> text, ref TState state, Met<TState> met)
        where TState : allows ref struct
    {
        foreach (SearchValues<string> group in _groups)
        {
            int at = 0;
            while (text[at..].IndexOfAny(group) is >= 0 and int offset)
            {
                at += offset;
                if (_stems.TryGetValue(Key(text[at], text[at + 1]), out Stem[]? stems))
                {
                    Meet(text, at, stems, ref state, met);
                }

                at++;
            }
        }
    }

    private static void Meet<TState>(ReadOnlySpan<char> text, int at, Stem[] stems, ref TState state, Met<TState> met)
        where TState : allows ref struct
    {
        foreach (Stem stem in stems)
        {
            if (!text[at..].StartsWith(stem.Text, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (Anchor anchor in stem.Anchors)
            {
                int start = at - anchor.Offset;
                if (start >= 0 && (anchor.Text.Length == stem.Text.Length || text[start..].StartsWith(anchor.Text, StringComparison.OrdinalIgnoreCase)))
                {
                    foreach (int rule in anchor.Rules)
                    {
                        met(ref state, text, start, rule);
                    }
                }
            }
        }
    }

    private static int Key(char first, char second) => (Lower(first) << 16) | Lower(second);

    private static int Lower(char one) => one is >= 'A' and <= 'Z' ? one | 0x20 : one;

    private sealed record Stem(string Text, Anchor[] Anchors);

    private sealed record Anchor(string Text, int Offset, int[] Rules);
}

/// <summary>An anchor of a rule was met.</summary>
internal delegate void Met<TState>(ref TState state, ReadOnlySpan<char> text, int at, int rule)
    where TState : allows ref struct;
