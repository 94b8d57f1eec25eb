namespace Causeway.Architecture.Tests;

internal static class Violations
{
    /// <summary>Fails with all of them, each on its own line.</summary>
    public static void AssertNone(IEnumerable<string> violations)
    {
        string[] all = [.. violations];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }
}
