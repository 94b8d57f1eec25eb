using System.Text.RegularExpressions;

namespace Causeway.Shadow.Scan;

/// <summary>Looks for what rules describe in one text after another. Safe for use by several threads.</summary>
public sealed class TextScanner
{
    /// <summary>Findings of one text; what comes after is counted, not kept.</summary>
    public const int MaxFindings = 1_000;

    private const int Before = 256;
    private const int After = 4_400;
    private const int LinesOfCall = 8;
    private const int LinesBefore = 2;
    private const string Allow = "causeway:allow";
    private readonly ScanRule[] _rules;
    private readonly IReadOnlyList<string> _placeholders;
    private readonly IReadOnlyList<string> _gateways;
    private readonly Anchors _anchors;

    /// <param name="rules">What to look for.</param>
    /// <param name="gateways">Names of hosts that are Causeway's own: what is made beside one is no shadow usage.</param>
    public TextScanner(RuleSet rules, IReadOnlyList<string> gateways)
    {
        _rules = [.. rules.Rules.Where(rule => rule.Level != FindingLevel.Off)];
        _placeholders = rules.Placeholders;
        _gateways = gateways;
        _anchors = new Anchors(_rules);
    }

    /// <summary>Looks through a text.</summary>
    /// <param name="text">The text; one character for each byte of a UTF-8 file.</param>
    /// <param name="fileName">The name of its file, without folders.</param>
    public IReadOnlyList<Match> Scan(ReadOnlySpan<char> text, string fileName)
    {
        var pass = new Pass(this, fileName);
        _anchors.Find(text, ref pass, static (ref Pass state, ReadOnlySpan<char> all, int at, int rule) => state.Look(all, at, rule));
        return pass.Ordered();
    }

    /// <summary>A place where a rule matched.</summary>
    /// <param name="Rule">The rule.</param>
    /// <param name="Start">The first character.</param>
    /// <param name="Length">How many.</param>
    public readonly record struct Match(ScanRule Rule, int Start, int Length)
    {
        internal int End => Start + Length;
    }

    private struct Pass(TextScanner scanner, string fileName)
    {
        private List<Match>? _found;
        private int[]? _seenTo;

        public void Look(ReadOnlySpan<char> text, int at, int index)
        {
            ScanRule rule = scanner._rules[index];
            if (_seenTo is null)
            {
                _seenTo = new int[scanner._rules.Length];
            }

            if (at < _seenTo[index] || _found?.Count >= MaxFindings)
            {
                return;
            }

            int from = Math.Max(Math.Max(0, at - Before), text[..at].LastIndexOf('\n') + 1);
            int line = text[at..].IndexOfAny('\r', '\n');
            int to = Math.Min(line < 0 ? text.Length : at + line, at + After);

            // Of a line that is longer than what is looked at, the second half of it is looked at again: no match reaches further.
            _seenTo[index] = to == at + After ? to - (After / 2) : to;
            if (!rule.IsFor(fileName) || !HasRequired(text, rule))
            {
                // Of this file nothing more is asked.
                _seenTo[index] = int.MaxValue;
                return;
            }

            ReadOnlySpan<char> window = text[from..to];
            foreach (ValueMatch match in rule.Regex.EnumerateMatches(window))
            {
                (int start, int length) = rule.HasGroup
                    ? Group(rule, window.Slice(match.Index, match.Length), match.Index)
                    : (match.Index, match.Length);
                Take(text, rule, from + start, length, window);
            }
        }

        public readonly List<Match> Ordered()
        {
            if (_found is null)
            {
                return [];
            }

            // Two rules for one place: the one that matters more, then the longer match, then the earlier rule.
            List<Match> kept = [];
            foreach (Match match in _found.OrderBy(one => one.Start).ThenByDescending(one => one.Rule.Level).ThenByDescending(one => one.Length))
            {
                if (kept.Count == 0 || match.Start >= kept[^1].End)
                {
                    kept.Add(match);
                }
                else if (match.Rule.Level > kept[^1].Rule.Level)
                {
                    kept[^1] = match;
                }
            }

            return kept;
        }

        private void Take(ReadOnlySpan<char> text, ScanRule rule, int start, int length, ReadOnlySpan<char> line)
        {
            ReadOnlySpan<char> match = text.Slice(start, length);
            bool stands = rule.Kind switch
            {
                FindingKind.Secret => Edges.OfSecret(text, start, length)
                    && (rule.Entropy == 0 || SecretShape.Entropy(match) >= rule.Entropy)
                    && !SecretShape.IsPlaceholder(match, scanner._placeholders)
                    && SecretShape.Holds(rule.Checksum, match),
                FindingKind.Host => Edges.OfHost(text, start, length) && !IsApproved(text, start, length),
                FindingKind.Client => !HasAny(Call(text, start), rule.Unless) && !IsApproved(text, start, length),
                _ => !IsApproved(text, start, length),
            };
            var found = new Match(rule, start, length);
            if (stands && !line.Contains(Allow, StringComparison.OrdinalIgnoreCase) && !(_found ??= []).Contains(found))
            {
                _found.Add(found);
            }
        }

        private static (int Start, int Length) Group(ScanRule rule, ReadOnlySpan<char> match, int offset)
        {
            Group found = rule.Regex.Match(match.ToString()).Groups[ScanRule.Group];
            return found.Success ? (offset + found.Index, found.Length) : (offset, match.Length);
        }

        private static bool HasRequired(ReadOnlySpan<char> text, ScanRule rule) => rule.Requires.Count == 0 || HasAny(text, rule.Requires);

        private readonly bool IsApproved(ReadOnlySpan<char> text, int start, int length)
        {
            if (scanner._gateways.Count == 0)
            {
                return false;
            }

            int from = start;
            for (int lines = 0; from > 0 && (text[from - 1] != '\n' || lines++ < LinesBefore); from--)
            {
            }

            return HasAny(text[from..Math.Max(start + length, start + Call(text, start).Length)], scanner._gateways);
        }

        // From the place to the end of the eighth line after it, or to the blank line before that.
        private static ReadOnlySpan<char> Call(ReadOnlySpan<char> text, int start)
        {
            int end = start;
            for (int lines = 0; end < text.Length && lines <= LinesOfCall && end - start < After; end++)
            {
                if (text[end] == '\n')
                {
                    lines++;
                    if (end + 1 < text.Length && text[end + 1] is '\n' or '\r')
                    {
                        break;
                    }
                }
            }

            return text[start..Math.Min(end, text.Length)];
        }

        private static bool HasAny(ReadOnlySpan<char> text, IReadOnlyList<string> words)
        {
            foreach (string word in words)
            {
                if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
