namespace Causeway.Shadow.Scan;

/// <summary>The patterns of one <c>.gitignore</c> (gitignore(5) of git 2.47): the last that matches decides; <c>!</c> takes a file back in.</summary>
public sealed class IgnoreFile
{
    /// <summary>Patterns in one file; more are not read.</summary>
    public const int MaxPatterns = 10_000;

    private readonly Entry[] _entries;

    private IgnoreFile(Entry[] entries) => _entries = entries;

    /// <summary>Reads the lines of a file.</summary>
    public static IgnoreFile Parse(IEnumerable<string> lines) => new([.. lines.Take(MaxPatterns).Select(Entry.Parse).OfType<Entry>()]);

    /// <summary>What the file says of a path.</summary>
    /// <param name="path">Relative to the file's folder, with slashes.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <returns>True: left out; false: taken back in; null: nothing.</returns>
    public bool? Says(ReadOnlySpan<char> path, bool isFolder)
    {
        for (int i = _entries.Length - 1; i >= 0; i--)
        {
            if (_entries[i].Matches(path, isFolder))
            {
                return !_entries[i].IsNegated;
            }
        }

        return null;
    }

    private sealed record Entry(string Pattern, bool IsNegated, bool OnlyFolders, bool OnlyName)
    {
        public static Entry? Parse(string line)
        {
            ReadOnlySpan<char> text = WithoutTrailingSpaces(line.AsSpan().TrimEnd('\r'));
            if (text.Length == 0 || text[0] == '#')
            {
                return null;
            }

            bool negated = text[0] == '!';
            text = negated ? text[1..] : text;
            bool folders = text.EndsWith("/");
            text = folders ? text[..^1] : text;
            bool named = !text.Contains('/');
            text = text.StartsWith("/") ? text[1..] : text;
            return text.Length == 0 ? null : new Entry(text.ToString(), negated, folders, named);
        }

        public bool Matches(ReadOnlySpan<char> path, bool isFolder)
        {
            if (OnlyFolders && !isFolder)
            {
                return false;
            }

            return OnlyName ? Wildmatch.Matches(Pattern, path[(path.LastIndexOf('/') + 1)..]) : Wildmatch.Matches(Pattern, path);
        }

        private static ReadOnlySpan<char> WithoutTrailingSpaces(ReadOnlySpan<char> line)
        {
            int end = line.Length;
            while (end > 0 && line[end - 1] is ' ')
            {
                int slashes = 0;
                for (int i = end - 2; i >= 0 && line[i] == '\\'; i--)
                {
                    slashes++;
                }

                if (slashes % 2 == 1)
                {
                    break;
                }

                end--;
            }

            return line[..end];
        }
    }
}
