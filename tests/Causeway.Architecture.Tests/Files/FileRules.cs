using System.Text.RegularExpressions;

namespace Causeway.Architecture.Tests.Files;

/// <summary>What holds for every file of the tree; one sentence per violation.</summary>
internal static partial class FileRules
{
    private const int MostLines = 400;
    private const int FewestReadmeLines = 5;
    private const int Milliseconds = 10_000;

    /// <summary>A file that needs an outline is two files.</summary>
    public static IEnumerable<string> TooLong(string path, string text)
    {
        int lines = text.AsSpan().TrimEnd('\n').Count('\n') + 1;
        return lines > MostLines ? [$"{path} has {lines} lines, {MostLines} is the most"] : [];
    }

    /// <summary>A thought for later names an issue, and an issue is in the tracker, not in the code.</summary>
    public static IEnumerable<string> LeftForLater(string path, string text) => Complaints(path, text, ForLater(), "leaves something for later");

    /// <summary>A path of one person's machine works on that machine.</summary>
    public static IEnumerable<string> MachinePaths(string path, string text) => Complaints(path, text, MachinePath(), "names a path of one machine");

    /// <summary>Where packages come from is the machine's business, not the tree's.</summary>
    public static IEnumerable<string> RegistryHosts(string path, string text) => Complaints(path, text, RegistryHost(), "names the host of a package registry");

    /// <summary>The namespace of a file is its folder, so that one is found from the other.</summary>
    public static IEnumerable<string> NamespaceIsNotTheFolder(string path, string text)
    {
        Match declared = NamespaceLine().Match(text);
        // A namespace Causeway.Console would hide System.Console from every file of the house.
        string folder = Path.GetDirectoryName(path)!.Split('/', 2)[1].Replace('/', '.').Replace("Causeway.Console", "Causeway.WebConsole", StringComparison.Ordinal);
        return declared.Success && declared.Groups["name"].Value != folder ? [$"{path} declares {declared.Groups["name"].Value}, its folder says {folder}"] : [];
    }

    /// <summary>A room says at its door what it is for.</summary>
    public static IEnumerable<string> ReadmeIsTooShort(string path, string? text)
    {
        int lines = text?.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line)) ?? 0;
        return lines < FewestReadmeLines ? [$"{path} has {lines} lines, {FewestReadmeLines} is the least: its words, its invariants, its way in"] : [];
    }

    /// <summary>Documents do not name types and members that are gone.</summary>
    public static IEnumerable<string> UnknownNames(string path, string text, IReadOnlySet<string> known) =>
        from Match quoted in QuotedName().Matches(WithoutFences(text))
        let name = quoted.Groups["name"].Value
        where !known.Contains(name)
        select $"{path} names `{name}`, and nothing is called so";

    private static IEnumerable<string> Complaints(string path, string text, Regex pattern, string complaint) =>
        text.Split('\n').SelectMany((line, index) => pattern.Matches(line).Select(match => $"{path}:{index + 1} {complaint}: {match.Value}"));

    private static string WithoutFences(string markdown) => Fence().Replace(markdown, "");

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex ForLater();

    [GeneratedRegex(@"(?<![\w.}$:/])/(work|root|home|Users|mnt)/[\w.-]+|\b[A-Za-z]:\\Users\\", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://[\w.:@-]*(registry|nuget|npmjs|artifactory|nexus|pypi)[\w.:-]*|""resolved"": *""https?:[^""]*|^registry *=.*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);?\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex NamespaceLine();

    // Two humps: a single capitalised word is as likely a word of a document.
    [GeneratedRegex(@"`(?<name>[A-Z][a-z0-9]+([A-Z][a-z0-9]+)+)`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex QuotedName();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Milliseconds)]
    private static partial Regex Fence();
}
