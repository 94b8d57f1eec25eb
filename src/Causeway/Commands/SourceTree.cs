using System.IO.Enumeration;
using Causeway.Shadow.Scan;

namespace Causeway.Commands;

/// <summary>The files of source trees as git would see them: without what <c>.gitignore</c> files leave out, without version control's own folders, without links.</summary>
/// <param name="excluded">Further patterns, as in a <c>.gitignore</c> at the top of each tree; they decide before all others.</param>
/// <param name="honoursIgnoreFiles">Whether <c>.gitignore</c> files are read.</param>
internal sealed class SourceTree(IgnoreFile excluded, bool honoursIgnoreFiles)
{
    private const string IgnoreName = ".gitignore";
    private const int MaxDepth = 200;
    private static readonly string[] s_versionControl = [".git", ".hg", ".svn", ".jj"];
    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, RecurseSubdirectories = false };

    /// <summary>Folders that could not be read.</summary>
    public List<string> Unreadable { get; } = [];

    /// <summary>The files at or below a path. One that is named itself is always among them.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    public IEnumerable<SourceFile> Files(string path)
    {
        if (File.Exists(path))
        {
            return [new SourceFile(path, Shown(path, "").TrimEnd('/'), Path.GetFileName(path))];
        }

        return Directory.Exists(path) ? Walk(path) : throw new FileNotFoundException($"{path} does not exist.", path);
    }

    private IEnumerable<SourceFile> Walk(string path)
    {
        string top = Path.GetFullPath(path);
        (Layer? layers, string relative) = honoursIgnoreFiles ? Above(top) : (null, "");
        var folders = new Stack<Folder>();
        folders.Push(new Folder(top, relative, "", layers, 0));
        while (folders.TryPop(out Folder? folder))
        {
            Layer? inside = honoursIgnoreFiles ? With(folder.Layers, folder.Path, folder.Relative) : folder.Layers;
            List<Entry> entries;
            try
            {
                entries = [.. new FileSystemEnumerable<Entry>(folder.Path, static (ref FileSystemEntry one) => new Entry(one.FileName.ToString(), one.IsDirectory, one.Attributes), s_all)];
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                Unreadable.Add(Shown(path, folder.Below));
                continue;
            }

            entries.Sort(static (one, other) => string.CompareOrdinal(other.Name, one.Name));
            for (int i = entries.Count - 1; i >= 0; i--)
            {
                Entry file = entries[i];
                if (!file.IsFolder && !file.Attributes.HasFlag(FileAttributes.ReparsePoint) && !IsIgnored(inside, folder, file))
                {
                    yield return new SourceFile(Path.Combine(folder.Path, file.Name), Shown(path, folder.Below + file.Name), file.Name);
                }
            }

            foreach (Entry below in entries)
            {
                if (below.IsFolder && folder.Depth < MaxDepth && !below.Attributes.HasFlag(FileAttributes.ReparsePoint) && !s_versionControl.Contains(below.Name) && !IsIgnored(inside, folder, below))
                {
                    folders.Push(new Folder(Path.Combine(folder.Path, below.Name), $"{folder.Relative}{below.Name}/", $"{folder.Below}{below.Name}/", inside, folder.Depth + 1));
                }
            }
        }
    }

    private bool IsIgnored(Layer? layers, Folder folder, Entry entry)
    {
        if (excluded.Says(folder.Below + entry.Name, entry.IsFolder) is { } said)
        {
            return said;
        }

        string relative = folder.Relative + entry.Name;
        for (Layer? layer = layers; layer is not null; layer = layer.Above)
        {
            if (layer.File.Says(relative.AsSpan(layer.Prefix), entry.IsFolder) is { } ignored)
            {
                return ignored;
            }
        }

        return false;
    }

    // The ignore files between the repository's top and the tree, the repository's own list below all of them.
    private static (Layer? Layers, string Relative) Above(string top)
    {
        string? repository = top;
        while (repository is not null && !Path.Exists(Path.Combine(repository, ".git")))
        {
            repository = Path.GetDirectoryName(repository);
        }

        if (repository is null)
        {
            return (null, "");
        }

        Layer? layers = Read(Path.Combine(repository, ".git", "info", "exclude")) is { } own ? new Layer(own, 0, null) : null;
        string[] names = Path.GetRelativePath(repository, top).Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        string folder = repository;
        string relative = "";
        foreach (string name in names.Where(name => name != "."))
        {
            layers = With(layers, folder, relative);
            folder = Path.Combine(folder, name);
            relative += name + "/";
        }

        return (layers, relative);
    }

    private static Layer? With(Layer? layers, string folder, string relative) =>
        Read(Path.Combine(folder, IgnoreName)) is { } file ? new Layer(file, relative.Length, layers) : layers;

    private static IgnoreFile? Read(string path)
    {
        try
        {
            return File.Exists(path) ? IgnoreFile.Parse(File.ReadLines(path)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Shown(string root, string below)
    {
        string start = root.Replace('\\', '/').TrimEnd('/');
        start = start == "." ? "" : start.StartsWith("./", StringComparison.Ordinal) ? start[2..] : start;
        return start.Length == 0 && !root.StartsWith('/') ? below : $"{start}/{below}";
    }

    private sealed record Folder(string Path, string Relative, string Below, Layer? Layers, int Depth);

    private sealed record Layer(IgnoreFile File, int Prefix, Layer? Above);

    private readonly record struct Entry(string Name, bool IsFolder, FileAttributes Attributes);
}

/// <summary>A file of a tree.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Shown">How it is named to people: as the tree was, with slashes.</param>
/// <param name="Name">Its name without folders.</param>
internal sealed record SourceFile(string Path, string Shown, string Name);
