using System.Text.RegularExpressions;

namespace Causeway.Architecture.Tests.Files;

/// <summary>The list of faults and attacks leaves none out, and each of its tests is there.</summary>
public sealed partial class FaultListTests
{
    private static readonly string s_list = File.ReadAllText(Path.Combine(Repository.Root, "docs/operations/faults.md"));

    [Fact]
    public void Every_fault_and_every_attack_has_its_row_once()
    {
        string[] expected = [.. Enumerable.Range(1, 50).Select(number => $"F-{number:D2}"), .. Enumerable.Range(1, 48).Select(number => $"S-{number:D2}")];

        Assert.Equal(expected, Row().Matches(s_list).Select(row => row.Groups["id"].Value));
    }

    [Fact]
    public void Every_row_names_a_test()
    {
        Assert.All(Row().Matches(s_list), row => Assert.NotEmpty(Name().Matches(row.Value)));
    }

    [Theory]
    [InlineData("docs/operations/faults.md", 60)]
    [InlineData("docs/operations/release-proofs.md", 20)]
    public void Each_test_that_is_named_is_there(string path, int least)
    {
        string[] names = [.. Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, path))).Select(name => name.Groups["path"].Value).Distinct()];

        Assert.InRange(names.Length, least, int.MaxValue);
        Assert.DoesNotContain(names, name => !File.Exists(FileOf(name)));
        Assert.False(File.Exists(FileOf("Gateway/Faults/NobodyWroteThisTests")));
    }

    private static string FileOf(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string room = name[..slash] switch
        {
            "Acceptance" => "Causeway.Acceptance",
            "Tests" => "Causeway.Tests",
            var other => $"Causeway.{other}.Tests",
        };
        return Path.Combine(Repository.Root, "tests", room, name[(slash + 1)..] + ".cs");
    }

    [GeneratedRegex(@"^\| (?<id>[FS]-\d\d) \|.*$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<path>[A-Z]\w+(/\w+)+(Tests|Conformance))`", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();
}
