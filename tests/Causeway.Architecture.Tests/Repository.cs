using System.Diagnostics;

namespace Causeway.Architecture.Tests;

/// <summary>The working tree that the tests were built from.</summary>
internal static class Repository
{
    private static readonly Lazy<string[]> s_files = new(ListFiles);

    /// <summary>The folder of the solution file.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Files that are, or would be, tracked, below a folder of the root; relative paths with slashes.</summary>
    public static IEnumerable<string> Files(string folder = "") =>
        s_files.Value.Where(path => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static string ProjectFile(string project) => Path.Combine(Root, "src", project, project + ".csproj");

    /// <summary>A product assembly, from the same configuration as this test.</summary>
    public static string Assembly(string project)
    {
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.Combine(Root, "artifacts/bin", project, configuration, (project == "Causeway" ? "causeway" : project) + ".dll");
    }

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Causeway.slnx")) ? folder
        : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run below the folder of Causeway.slnx."));

    private static string[] ListFiles()
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string[] listed = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0
            ? [.. listed.Where(path => File.Exists(Path.Combine(Root, path))).Order(StringComparer.Ordinal)]
            : throw new InvalidOperationException($"git ls-files ended with {git.ExitCode}.");
    }
}
