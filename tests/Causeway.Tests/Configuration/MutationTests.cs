using Causeway.Configuration;
using Causeway.Configuration.Reference;
using CsCheck;

namespace Causeway.Tests.Configuration;

public class MutationTests
{
    private static readonly string[] Pieces =
    [
        ":", ": ", "\n", "\n  ", "\t", "- ", "[", "]", "{", "}", "\"", "'", "&a ", "*a", "!t ", "|\n", ">\n", "#", "? ", "---\n", "...\n", "%", "@", "$${",
        "${", "${OPENAI_KEY}", "${ADMIN_TOKEN}", "file:", "\0", "\uFEFF", "\\", "<<: ", "~", "null", "9", "s", "é", "\U0001F30A", ",",
    ];

    private static readonly string[] Originals = [Files.Good, ReferencePage.Smallest, ReferencePage.Everything()];

    private static readonly Gen<(int At, int Removed, string Inserted)> Edits =
        Gen.Select(Gen.Int[0, 4000], Gen.Int[0, 30], Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]));

    private static readonly Gen<string> Mutated =
        Gen.Select(Gen.Int[0, Originals.Length - 1], Edits.Array[1, 6]).Select((original, edits) => edits.Aggregate(Originals[original], Edit));

    [Fact]
    public void A_damaged_file_is_read_or_refused_and_never_throws_or_tells_a_secret() => Mutated.Sample(
        yaml =>
        {
            ConfigurationResult result = Files.Load(yaml);

            string said = Files.Text(result.Errors) + Files.Text(result.Warnings);
            return result.Configuration is null == result.Errors.Count > 0
                && result.Errors.All(error => error.Message.Length > 0 && (error.Line > 0) == (error.Column > 0))
                && !said.Contains("canary", StringComparison.Ordinal)
                && !said.Contains(Files.Token, StringComparison.Ordinal);
        },
        iter: 10000);

    /// <summary>Replaces some letters from a place on by a piece of YAML.</summary>
    private static string Edit(string yaml, (int At, int Removed, string Inserted) edit)
    {
        int at = edit.At % (yaml.Length + 1);
        return yaml[..at] + edit.Inserted + yaml[Math.Min(yaml.Length, at + edit.Removed)..];
    }
}
