using System.Security.Cryptography;
using System.Text;

namespace Causeway.Shadow.Scan;

/// <summary>Something that was found in a file.</summary>
/// <param name="Rule">By which rule.</param>
/// <param name="Path">The file, as it was named, with slashes.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The first character, from 1, in UTF-16 code units.</param>
/// <param name="EndColumn">After the last character.</param>
/// <param name="Shown">What was found; of a secret its well-known beginning and its last four characters.</param>
/// <param name="Fingerprint">Stays the same when lines move: rule, file, what was found, and which of several the same it is. 32 hex digits.</param>
public sealed record Finding(ScanRule Rule, string Path, int Line, int Column, int EndColumn, string Shown, string Fingerprint)
{
    private const int ShownEnd = 4;
    private const int MaxShown = 80;

    // A short secret shows nothing of its own: four of twenty characters would be a fifth of it.
    private const int LeastToShow = 24;

    /// <summary>What may be seen of it.</summary>
    internal static string Show(ScanRule rule, ReadOnlySpan<char> text)
    {
        if (rule.Kind != FindingKind.Secret)
        {
            return Printable(text.Length <= MaxShown ? text : text[..MaxShown]);
        }

        ReadOnlySpan<char> begin = rule.Keep.Length > 0 && text.StartsWith(rule.Keep, StringComparison.Ordinal) ? rule.Keep : "";
        return rule.Keep.Length > 0 && rule.Keep[0] == '"' ? rule.Keep : string.Concat(begin, "…", text.Length - begin.Length >= LeastToShow ? Printable(text[^ShownEnd..]) : "");
    }

    /// <summary>A name for it that does not tell it: a digest over where it is and what it is.</summary>
    internal static string Print(ScanRule rule, string path, ReadOnlySpan<char> text, int occurrence)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"causeway shadow scan\n{rule.Id}\n{path}\n{occurrence}\n{text}");
        return Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));
    }

    private static string Printable(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (char one in text)
        {
            clean.Append(one is >= ' ' and < '\u007f' ? one : ' ');
        }

        return clean.ToString();
    }
}
