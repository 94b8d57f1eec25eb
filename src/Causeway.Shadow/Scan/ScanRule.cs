using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Causeway.Shadow.Scan;

/// <summary>What is looked for in text, and where that is known from.</summary>
public sealed class ScanRule
{
    private readonly Lazy<Regex> _pattern;

    internal ScanRule(string pattern)
    {
        Pattern = pattern;
        HasGroup = pattern.Contains("(?<" + Group + ">", StringComparison.Ordinal);

        // Linear in the text whatever the pattern is: rules come from files too. Built when its anchor is first met, since most never are.
        _pattern = new Lazy<Regex>(() => new Regex(pattern, Options));
    }

    internal const string Group = "found";

    internal const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Its name, lower snake case.</summary>
    public required string Id { get; init; }

    /// <summary>What was found, in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>Whose it is, lower case; <c>other</c> when it is nobody's in particular.</summary>
    public required string Vendor { get; init; }

    /// <summary>What sort of thing it finds.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>How much it matters.</summary>
    public required FindingLevel Level { get; init; }

    /// <summary>Texts of 3 to 64 characters, case aside, one of which is near whatever the pattern finds: on the same line, at most 256 characters after its beginning.</summary>
    public required IReadOnlyList<string> Anchors { get; init; }

    /// <summary>A regular expression without look-around and back references. A group named <c>found</c> is what counts of it.</summary>
    public string Pattern { get; }

    /// <summary>Names of files that it is for, with <c>*</c>; empty: all.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Texts of which one is anywhere in the file, case aside; empty: none is asked for.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Texts that make it nothing to report when they follow within the same call (eight lines), case aside.</summary>
    public IReadOnlyList<string> Unless { get; init; } = [];

    /// <summary>What of a secret may be shown, since every secret of its kind begins so.</summary>
    public string Keep { get; init; } = "";

    /// <summary>The least Shannon entropy of what was found, in bits a character; 0: not looked at.</summary>
    public double Entropy { get; init; }

    /// <summary>A checksum that has to hold.</summary>
    public SecretChecksum Checksum { get; init; }

    /// <summary>Where the rule is known from.</summary>
    public required string Source { get; init; }

    internal bool HasGroup { get; }

    internal Regex Regex => _pattern.Value;

    /// <summary>Whether the rule is for a file of this name.</summary>
    public bool IsFor(string fileName)
    {
        if (Files.Count == 0)
        {
            return true;
        }

        foreach (string pattern in Files)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, fileName, ignoreCase: true))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What sort of thing was found.</summary>
public enum FindingKind
{
    /// <summary>A credential; never shown whole.</summary>
    Secret,

    /// <summary>The address of a vendor.</summary>
    Host,

    /// <summary>The place where a vendor's SDK is made.</summary>
    Client,

    /// <summary>A variable that a vendor's SDK reads.</summary>
    Variable,

    /// <summary>A package that calls models.</summary>
    Dependency,
}

/// <summary>How much a finding matters; the names are those of SARIF.</summary>
public enum FindingLevel
{
    /// <summary>Not looked for.</summary>
    Off,

    /// <summary>A trace.</summary>
    Note,

    /// <summary>Inference very likely goes around the gateway.</summary>
    Warning,

    /// <summary>A credential lies open.</summary>
    Error,
}

/// <summary>Checksums inside of credentials.</summary>
public enum SecretChecksum
{
    /// <summary>None.</summary>
    None,

    /// <summary>The last six characters are the CRC-32 of those after the prefix, in base 62.</summary>
    GithubCrc32,
}
