using System.Text;

namespace Causeway.Commands;

/// <summary>
/// A <c>.env</c> file into which variables are put: lines of others stay as they are, a variable that has another value already is not overwritten unless that was said, and only its
/// owner can read it.
/// </summary>
internal sealed class EnvFile(string directory)
{
    public const string Name = ".env";

    private const int MaxBytes = 1 << 20;

    /// <summary>Where it is.</summary>
    public string Place { get; } = Path.Combine(directory, Name);

    /// <summary>Variables that have a value which somebody else gave them: not empty, and no key of ours in place of which a new one goes.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<string> Taken(IReadOnlyDictionary<string, string> variables) =>
        [.. Lines().Select(Split).Where(line => line.Name is { } name && variables.TryGetValue(name, out string? value) && line.Value.Length > 0 && line.Value != value && !IsOurs(line.Value)).Select(line => line.Name!).Distinct()];

    /// <summary>Keys of ours that these variables have, each once.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<string> Keys(IReadOnlyDictionary<string, string> variables) =>
        [.. Lines().Select(Split).Where(line => line.Name is { } name && variables.ContainsKey(name) && IsOurs(line.Value)).Select(line => line.Value).Distinct()];

    /// <summary>Puts variables in, each in place of its line or at the end.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Put(IReadOnlyDictionary<string, string> variables)
    {
        List<string> lines = [.. Lines()];
        foreach ((string name, string value) in variables)
        {
            int at = lines.FindLastIndex(line => Split(line).Name == name); // The last is the one that counts.
            if (at >= 0)
            {
                lines[at] = $"{name}={value}";
            }
            else
            {
                lines.Add($"{name}={value}");
            }
        }

        PrivateFile.Replace(Place, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
    }

    /// <summary>Has git leave it out.</summary>
    /// <returns>Whether a line was added.</returns>
    /// <exception cref="IOException">The list cannot be written.</exception>
    public bool Ignore()
    {
        string path = Path.Combine(directory, ".gitignore");
        string text = File.Exists(path) ? File.ReadAllText(path) : "";
        if (text.Split('\n').Any(line => line.Trim() is ".env" or "/.env" or ".env*" or "*.env"))
        {
            return false;
        }

        File.WriteAllText(path, text + (text.Length > 0 && !text.EndsWith('\n') ? "\n" : "") + ".env\n");
        return true;
    }

    private static bool IsOurs(string value) => value.StartsWith("cw0_", StringComparison.Ordinal) || value.StartsWith("cw1_", StringComparison.Ordinal);

    private static (string? Name, string Value) Split(string line)
    {
        string text = line.Trim();
        text = text.StartsWith("export ", StringComparison.Ordinal) ? text[7..].TrimStart() : text;
        int at = text.IndexOf('=', StringComparison.Ordinal);
        return at <= 0 || text[0] == '#' ? (null, "") : (text[..at].TrimEnd(), text[(at + 1)..].Trim().Trim('"', '\''));
    }

    private IEnumerable<string> Lines()
    {
        if (!File.Exists(Place))
        {
            return [];
        }

        return new FileInfo(Place).Length > MaxBytes
            ? throw new IOException($"{Place} is larger than 1 MiB, so it is no list of variables.")
            : File.ReadAllText(Place).TrimEnd('\n', '\r').Split('\n').Select(line => line.TrimEnd('\r')).Where((line, i) => line.Length > 0 || i > 0);
    }
}
