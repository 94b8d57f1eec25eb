namespace Causeway.Acceptance.Processes;

/// <summary>The executable under test: the one that <c>CAUSEWAY_BINARY</c> names, else the one that was built with these tests.</summary>
internal static class Executable
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        string path = Environment.GetEnvironmentVariable("CAUSEWAY_BINARY") is { Length: > 0 } chosen
            ? System.IO.Path.GetFullPath(chosen)
            : System.IO.Path.Combine(Repository.Root, "artifacts/bin/Causeway", System.IO.Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "causeway");
        return File.Exists(path) ? path : throw new FileNotFoundException("Build src/Causeway, or name its executable in CAUSEWAY_BINARY.", path);
    }
}
