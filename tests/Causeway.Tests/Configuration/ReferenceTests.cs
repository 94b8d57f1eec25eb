using System.Runtime.CompilerServices;
using System.Text.Json;
using Causeway.Configuration;
using Causeway.Configuration.Fields;
using Causeway.Configuration.Reference;

namespace Causeway.Tests.Configuration;

public class ReferenceTests
{
    [Fact]
    public void The_reference_page_says_what_the_table_says() => Pin("configuration.md", ReferencePage.Write());

    [Fact]
    public void The_json_schema_says_what_the_table_says() => Pin("causeway.schema.json", SchemaDocument.Write());

    [Fact]
    public void The_platforms_of_the_catalogue_can_all_be_chosen()
    {
        using Stream catalogue = typeof(FieldTable).Assembly.GetManifestResourceStream("models.json")!;
        using JsonDocument models = JsonDocument.Parse(catalogue);
        IEnumerable<string> platforms = models.RootElement.GetProperty("models").EnumerateArray()
            .Select(model => model.GetProperty("platform").GetString()!).Distinct();

        Assert.Equal(platforms.Append("none").Order(), Types.Catalogue.Allowed.Replace(" or ", ", ", StringComparison.Ordinal).Split(", ").Order());
    }

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("acb", "abc", 1)]
    [InlineData("eu-wst-1", "eu-west-1", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_letters_added_dropped_replaced_and_swapped(string left, string right, int distance)
    {
        Assert.Equal(distance, NearestMatch.Distance(left, right));
        Assert.Equal(distance, NearestMatch.Distance(right, left));
    }

    [Theory]
    [InlineData("opneai", "openai")]
    [InlineData("OpenAI", "openai")]
    [InlineData("zzz", null)]
    [InlineData("", null)]
    public void A_suggestion_is_made_only_when_it_is_near(string word, string? expected) =>
        Assert.Equal(expected, NearestMatch.Find(word, ["openai", "anthropic", "gemini"]));

    /// <summary>Compares a checked-in document with what is generated. CAUSEWAY_WRITE_GOLDEN=1 writes it instead; review the diff.</summary>
    private static void Pin(string name, string generated, [CallerFilePath] string here = "")
    {
        string path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs", name));
        if (Environment.GetEnvironmentVariable("CAUSEWAY_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, generated);
        }

        Assert.True(File.ReadAllText(path) == generated, $"docs/{name} is not what the field table says; run the tests with CAUSEWAY_WRITE_GOLDEN=1.");
    }
}
