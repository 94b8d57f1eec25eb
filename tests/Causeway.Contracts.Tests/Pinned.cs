using System.Runtime.CompilerServices;

namespace Causeway.Contracts.Tests;

/// <summary>Checked-in texts that are compared with what the code says. CAUSEWAY_WRITE_GOLDEN=1 writes them instead; review the diff.</summary>
internal static class Pinned
{
    /// <param name="path">From the repository's root.</param>
    public static void Check(string path, string actual)
    {
        string file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable("CAUSEWAY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == actual, $"{path} is not what the code says; run the tests with CAUSEWAY_WRITE_GOLDEN=1 and review the diff.");
    }

    /// <param name="path">From the repository's root.</param>
    public static string Full(string path) => Path.Combine(Root(), path);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
