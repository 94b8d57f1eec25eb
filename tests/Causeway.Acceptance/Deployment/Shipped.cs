using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Deployment;

/// <summary>The files of <c>deploy/</c>, as they ship.</summary>
internal static class Shipped
{
    public static string Read(string name) => File.ReadAllText(Path.Combine(Repository.Root, "deploy", name));

    /// <summary>The same with what belongs to a machine put in. Each of it has to be there, or the test would run something else than what ships.</summary>
    public static string Read(string name, params IEnumerable<(string Shipped, string Here)> places)
    {
        string text = Read(name);
        foreach ((string shipped, string here) in places)
        {
            Assert.Contains(shipped, text, StringComparison.Ordinal);
            text = text.Replace(shipped, here, StringComparison.Ordinal);
        }

        return text;
    }
}
