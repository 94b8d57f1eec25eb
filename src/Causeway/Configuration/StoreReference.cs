namespace Causeway.Configuration;

/// <summary>Where state is kept: one SQLite file.</summary>
/// <param name="SqlitePath">Full path of the database file; its folder need not exist yet.</param>
internal sealed record StoreReference(string SqlitePath)
{
    /// <summary>What a file that names no store gets.</summary>
    public const string Default = "sqlite:causeway-data/causeway.db";

    /// <summary>The default below a folder.</summary>
    public static StoreReference DefaultIn(string folder) => new(Path.GetFullPath(Default["sqlite:".Length..], folder));

    /// <summary>Reads <c>sqlite:PATH</c>.</summary>
    /// <param name="text">What the file says.</param>
    /// <param name="folder">The folder that a relative path starts from: the configuration file's own.</param>
    /// <param name="store">The store, when the text names one.</param>
    /// <param name="problem">What is wrong, when it does not.</param>
    public static bool TryParse(string text, string folder, out StoreReference? store, out string problem)
    {
        const string Prefix = "sqlite:";
        store = null;
        if (text.StartsWith("postgres:", StringComparison.Ordinal) || text.StartsWith("postgresql:", StringComparison.Ordinal))
        {
            problem = "names PostgreSQL, which arrives with a later version";
            return false;
        }

        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            problem = "does not start with \"sqlite:\"";
            return false;
        }

        string path = text[Prefix.Length..];
        problem = path switch
        {
            "" => "names no file",
            ":memory:" => "would forget every booking at the end of the process; name a file",
            _ when path.Contains('\0') => "has a NUL character in its path",
            _ when path.EndsWith('/') => "names a folder; name a file",
            _ when path.StartsWith("//", StringComparison.Ordinal) => "has slashes like a URL; write \"sqlite:/FOLDER/FILE\" or \"sqlite:FILE\"",
            _ when path.Contains('?') => "has parameters; a path alone is read",
            _ => "",
        };
        if (problem.Length > 0)
        {
            return false;
        }

        store = new StoreReference(Path.GetFullPath(path, folder));
        return true;
    }

    public override string ToString() => "sqlite:" + SqlitePath;
}
