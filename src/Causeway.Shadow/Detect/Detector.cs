using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Detect;

/// <summary>Finds what should not go out in a text: one pass for each kind of beginning, every candidate held against its checksum. Safe for use by several threads.</summary>
public sealed class Detector
{
    /// <summary>Detections of one text; what comes after is not told.</summary>
    public const int MaxDetections = 10_000;

    private readonly HashSet<DetectedKind> _kinds;
    private readonly TextScanner? _secrets;

    /// <param name="kinds">What to look for.</param>
    /// <param name="rules">The rules of credentials.</param>
    public Detector(IEnumerable<DetectedKind> kinds, RuleSet rules)
    {
        _kinds = [.. kinds];
        _secrets = _kinds.Contains(DetectedKind.Secret) ? new TextScanner(rules with { Rules = [.. rules.Rules.Where(rule => rule.Kind == FindingKind.Secret && rule.Entropy > 0)] }, []) : null;
    }

    /// <summary>Finds what there is, in order and without overlap.</summary>
    /// <param name="text">The text; one character for each byte of UTF-8 will do, since all that is sought is ASCII.</param>
    public IReadOnlyList<Detection> Find(ReadOnlySpan<char> text)
    {
        List<Detection>? found = null;
        if (_kinds.Contains(DetectedKind.Email))
        {
            Emails(text, ref found);
        }

        if (_kinds.Overlaps((DetectedKind[])[DetectedKind.Phone, DetectedKind.Card, DetectedKind.Iban, DetectedKind.NationalId]))
        {
            Digits(text, ref found);
        }

        if (_secrets is not null)
        {
            foreach (TextScanner.Match match in _secrets.Scan(text, ""))
            {
                (found ??= []).Add(new Detection(DetectedKind.Secret, match.Start, match.Length));
            }
        }

        return found is null ? [] : Apart(found);
    }

    private void Digits(ReadOnlySpan<char> text, ref List<Detection>? found)
    {
        int at = 0;
        while (at < text.Length && text[at..].IndexOfAnyInRange('0', '9') is >= 0 and int offset && !(found?.Count >= MaxDetections))
        {
            at += offset;
            if (Numbers.Iban(text, at) is { } iban)
            {
                Add(iban, ref found);
                at = iban.End;
                continue;
            }

            Detection? number = Numbers.Find(text, at, out int end) ?? NationalIds.Find(text, at);
            if (number is { } one)
            {
                Add(one, ref found);
                at = Math.Max(end, one.End);
                continue;
            }

            // Past the digits alone: what follows a blank may be the beginning of something.
            int run = text[at..].IndexOfAnyExceptInRange('0', '9');
            at = run < 0 ? text.Length : at + run;
        }
    }

    private static void Emails(ReadOnlySpan<char> text, ref List<Detection>? found)
    {
        int at = 0;
        while (at < text.Length && text[at..].IndexOf('@') is >= 0 and int offset && !(found?.Count >= MaxDetections))
        {
            at += offset;
            int start = at;
            while (start > 0 && at - start < 64 && IsLocal(text[start - 1]))
            {
                start--;
            }

            int end = at + 1;
            while (end < text.Length && end - at < 255 && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '.'))
            {
                end++;
            }

            while (start < at && text[start] is '.' or '-' or '+' or '\'')
            {
                start++;
            }

            while (end > at + 1 && text[end - 1] is '.' or '-')
            {
                end--;
            }

            ReadOnlySpan<char> domain = text[(at + 1)..end];
            int dot = domain.LastIndexOf('.');
            bool isName = dot > 0 && domain.Length - dot - 1 is >= 2 and <= 24 && !domain[(dot + 1)..].ContainsAnyInRange('0', '9') && domain.IndexOf("..", StringComparison.Ordinal) < 0 && domain[0] != '-';
            bool isPath = end < text.Length && text[end] is '@' or ':' && end + 1 < text.Length && text[end + 1] == '/';
            if (start < at && isName && !isPath && (start == 0 || text[start - 1] != '@' && text[start - 1] != ':'))
            {
                (found ??= []).Add(new Detection(DetectedKind.Email, start, end - start));
            }

            at = Math.Max(end, at + 1);
        }
    }

    private void Add(Detection detection, ref List<Detection>? found)
    {
        if (_kinds.Contains(detection.Kind))
        {
            (found ??= []).Add(detection);
        }
    }

    private static List<Detection> Apart(List<Detection> found)
    {
        List<Detection> kept = [];
        foreach (Detection one in found.OrderBy(one => one.Start).ThenByDescending(one => one.Length))
        {
            if (kept.Count == 0 || one.Start >= kept[^1].End)
            {
                kept.Add(one);
            }
            else if (one.Length > kept[^1].Length)
            {
                kept[^1] = one;
            }
        }

        return kept;
    }

    private static bool IsLocal(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-' or '+' or '%' or '\'';
}
