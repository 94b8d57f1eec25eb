using System.Runtime.CompilerServices;
using System.Text;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Tests.Dialects;

public class ProfileTests
{
    [Fact]
    public void Every_dialect_is_there()
    {
        Assert.Equal(
            ["anthropic", "azure-openai", "bedrock", "cohere", "deepseek", "fireworks", "gemini", "groq", "llamacpp", "lm-studio", "mistral", "ollama", "openai", "openrouter", "sglang", "together", "vertex", "vllm", "xai"],
            DialectCatalogue.All.Select(profile => profile.Name));
    }

    [Fact]
    public void Every_profile_has_every_row_with_its_date_and_ends_with_the_prompt() =>
        Assert.All(DialectCatalogue.All, profile =>
        {
            Assert.Equal(Features.All.Select(row => row.Id).Order(), profile.Keywords.Keys.Order());
            Assert.All(profile.Keywords, row => Assert.Matches("^20\\d\\d(-\\d\\d){0,2}$", row.Value.Date));
            Assert.All(profile.Keywords, row => Assert.True(row.Value.Support != Support.Unknown || row.Value.Evidence == Evidence.None, $"{profile.Name}.{row.Key} is unknown by some evidence"));
            Assert.NotEmpty(profile.Sources);
            Assert.Equal(Carrier.Prompt, profile.Carriers[^1].Carrier);
            Assert.All(profile.Models.Where(rule => !rule.Carriers.IsDefault), rule => Assert.Equal(Carrier.Prompt, rule.Carriers[^1].Carrier));
            Assert.Contains("normal", profile.Terminal.Keys);
        });

    [Fact]
    public void Names_and_aliases_find_their_dialect_and_no_two_share_one()
    {
        Assert.Equal("llamacpp", DialectCatalogue.Find("llama.cpp")?.Name);
        Assert.Equal("openai", DialectCatalogue.Find("OpenAI")?.Name);
        Assert.Null(DialectCatalogue.Find("nobody"));
        Assert.Distinct(DialectCatalogue.All.SelectMany(profile => profile.Aliases.Prepend(profile.Name)));
    }

    [Theory]
    [InlineData("\"name\":", "\"nome\":", "nome is not known")]
    [InlineData("\"code\": \"S\"", "\"code\": \"X\"", "\"X\" is not known")]
    [InlineData("\"not\":", "\"nought\":", "keywords.nought is no feature")]
    [InlineData("\"date\": \"2026-08-21\"", "\"date\": \"soon\"", "\"soon\" is no date")]
    public void A_mistake_in_a_profile_is_told(string there, string instead, string expected)
    {
        string text = Encoding.UTF8.GetString(Profile("openai"));

        FormatException failure = Assert.Throws<FormatException>(() => ProfileReader.Read(Encoding.UTF8.GetBytes(text.Replace(there, instead, StringComparison.Ordinal))));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_measured_stands_before_what_is_documented()
    {
        DialectProfile openai = DialectCatalogue.Find("openai")!;

        DialectProfile measured = openai.Measured(new Dictionary<string, (ProbeVerdict, DateOnly)>
        {
            [Features.Length] = (ProbeVerdict.Enforced, new DateOnly(2026, 11, 25)),
            [Features.Pattern] = (ProbeVerdict.Inconclusive, new DateOnly(2026, 11, 25)),
        });

        Assert.True(measured[Features.Length].IsEstablished);
        Assert.Equal((Evidence.Measured, "2026-11-25"), (measured[Features.Length].Evidence, measured[Features.Length].Date));
        Assert.Equal(openai[Features.Pattern], measured[Features.Pattern]);
    }

    [Fact]
    public void The_page_of_dialects_says_what_the_compiler_acts_by()
    {
        string file = Path.Combine(Root(), "docs/dialects.md");
        string page = DialectTable.ToMarkdown();
        if (Environment.GetEnvironmentVariable("CAUSEWAY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(file, page);
        }

        Assert.True(File.Exists(file) && File.ReadAllText(file) == page, "docs/dialects.md is not what the profiles say; run the tests with CAUSEWAY_WRITE_GOLDEN=1 and review the diff.");
    }

    private static byte[] Profile(string name) => File.ReadAllBytes(Path.Combine(Root(), $"src/Causeway.Contracts/Dialects/Profiles/{name}.json"));

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
