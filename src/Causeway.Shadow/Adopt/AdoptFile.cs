using System.Globalization;
using System.Text;
using Causeway.Shadow.Scan;

namespace Causeway.Shadow.Adopt;

/// <summary>What becomes of one file: a patch that <c>git apply</c> takes, and what is left to people.</summary>
/// <param name="Patch">The patch; empty: nothing is changed.</param>
/// <param name="Changed">Places that it changes.</param>
/// <param name="Left">Places that it does not, each with the reason.</param>
public sealed record AdoptFile(string Patch, IReadOnlyList<AdoptedPlace> Changed, IReadOnlyList<AdoptedPlace> Left)
{
    private const int Context = 3;

    /// <summary>Makes the patch of a file.</summary>
    /// <param name="text">The file, one character for each byte.</param>
    /// <param name="path">Its path as the patch names it, with slashes.</param>
    /// <param name="matches">What was found in it, in order.</param>
    /// <param name="recipes">What to do about it.</param>
    public static AdoptFile Of(string text, string path, IReadOnlyList<TextScanner.Match> matches, AdoptRecipes recipes)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        string[] lines = text.Split('\n');
        string[] after = [.. lines];
        List<AdoptedPlace> changed = [];
        List<AdoptedPlace> left = [];
        int[] starts = Starts(lines);

        // From the end of the file: a line that is changed leaves the places before it where they were.
        foreach (TextScanner.Match match in matches.Reverse())
        {
            int line = Array.BinarySearch(starts, match.Start) is >= 0 and int exact ? exact : ~Array.BinarySearch(starts, match.Start) - 1;
            int column = match.Start - starts[line];
            if (match.Rule.Kind is FindingKind.Variable or FindingKind.Dependency)
            {
                continue;
            }

            (string? now, string? why) = match.Rule.Kind == FindingKind.Secret
                ? (null, "a credential lies open: revoke it at the vendor, and use a key of Causeway")
                : path.AsSpan().ContainsAny('"', '\\') || path.AsSpan().ContainsAnyInRange('\0', '\u001f') ? (null, "its name cannot stand in a patch")
                : recipes.Point(match.Rule, name, after[line], column, match.Length);
            (now is null ? left : changed).Add(new AdoptedPlace(path, line + 1, match.Rule, why));
            after[line] = now ?? after[line];
        }

        changed.Reverse();
        left.Reverse();
        return new AdoptFile(changed.Count == 0 ? "" : Diff(path, lines, after), changed, left);
    }

    private static int[] Starts(string[] lines)
    {
        int[] starts = new int[lines.Length];
        for (int i = 1; i < lines.Length; i++)
        {
            starts[i] = starts[i - 1] + lines[i - 1].Length + 1;
        }

        return starts;
    }

    // Lines only take each other's place, so both sides have as many.
    private static string Diff(string path, string[] before, string[] after)
    {
        string end = path.Contains(' ', StringComparison.Ordinal) ? "\t" : "";
        var patch = new StringBuilder($"--- a/{path}{end}\n+++ b/{path}{end}\n");
        bool endsWithNewline = before[^1].Length == 0;
        int count = endsWithNewline ? before.Length - 1 : before.Length;
        int[] changed = [.. Enumerable.Range(0, count).Where(i => before[i] != after[i])];
        for (int i = 0; i < changed.Length;)
        {
            int last = i;
            while (last + 1 < changed.Length && changed[last + 1] - changed[last] <= 2 * Context)
            {
                last++;
            }

            int from = Math.Max(0, changed[i] - Context);
            int to = Math.Min(count, changed[last] + Context + 1);
            patch.Append(CultureInfo.InvariantCulture, $"@@ -{from + 1},{to - from} +{from + 1},{to - from} @@\n");
            for (int line = from; line < to;)
            {
                int run = line;
                while (run < to && before[run] != after[run])
                {
                    run++;
                }

                foreach (int removed in Enumerable.Range(line, run - line))
                {
                    Append(patch, '-', before[removed], removed == count - 1 && !endsWithNewline);
                }

                foreach (int added in Enumerable.Range(line, run - line))
                {
                    Append(patch, '+', after[added], added == count - 1 && !endsWithNewline);
                }

                if (run == line)
                {
                    Append(patch, ' ', before[line], line == count - 1 && !endsWithNewline);
                    run++;
                }

                line = run;
            }

            i = last + 1;
        }

        return patch.ToString();
    }

    private static void Append(StringBuilder patch, char sign, string line, bool isCut) => patch.Append(sign).Append(line).Append('\n').Append(isCut ? "\\ No newline at end of file\n" : "");
}

/// <summary>A place that was changed or left.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Rule">What was found.</param>
/// <param name="Why">Why it was left; null: it was changed.</param>
public sealed record AdoptedPlace(string Path, int Line, ScanRule Rule, string? Why);
