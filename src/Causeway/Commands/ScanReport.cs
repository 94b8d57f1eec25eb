using System.Text.Json;
using Causeway.Shadow.Scan;

namespace Causeway.Commands;

/// <summary>What <c>causeway shadow scan --json</c> prints.</summary>
/// <param name="Findings">What was found, in the order of paths and places.</param>
/// <param name="Known">Findings that the baseline knows.</param>
/// <param name="Files">Files that were read.</param>
/// <param name="Bytes">What they hold.</param>
/// <param name="SkippedBinary">Those of them that are no text.</param>
/// <param name="SkippedTooLarge">Files that were not read for their size.</param>
/// <param name="Unreadable">Files and folders that could not be read.</param>
/// <param name="Dropped">Findings beyond the most that are kept.</param>
/// <param name="RulesAsOf">The date of what the shipped rules know.</param>
internal sealed record ScanReport(
    IReadOnlyList<ScanFinding> Findings, int Known, long Files, long Bytes, long SkippedBinary, IReadOnlyList<string> SkippedTooLarge, IReadOnlyList<string> Unreadable, long Dropped, string RulesAsOf);

/// <summary>One finding.</summary>
internal sealed record ScanFinding(string Rule, string Title, string Vendor, string Kind, string Level, string Path, int Line, int Column, int EndColumn, string Found, string Fingerprint)
{
    public static ScanFinding Of(Finding finding) => new(
        finding.Rule.Id, finding.Rule.Title, finding.Rule.Vendor, Word(finding.Rule.Kind), Word(finding.Rule.Level), finding.Path, finding.Line, finding.Column, finding.EndColumn, finding.Shown, finding.Fingerprint);

    public static string Word<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());
}
